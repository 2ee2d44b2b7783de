-- metric: People employed
-- grain: one row per team and day it was counted for
-- params: until Date
-- columns: team String, day Date, people Int64, source String
-- source: headcount
-- note: A count holds from its day until the next one of the same team. Teams overlap: engineering
--   has ai and ml inside it, and all has everybody.
select team as team, day as day, people as people, source as source
from headcount
where day < $until
order by team, day
