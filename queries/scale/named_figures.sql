-- metric: Scale of the platform
-- grain: one row per metric and day it was stated for
-- params: until Date
-- columns: metric String, day Date, value Float64, unit String, source String
-- source: scale
-- note: A figure holds from its day until the next one of the same metric. It is stated, not
--   counted from activity.
select metric as metric, day as day, value as value, unit as unit, source as source
from scale
where day < $until
order by metric, day
