-- metric: Audience overlap
-- grain: one row
-- params: day Date, window Int64, countries List(String)?, platforms List(String)?
-- columns: only_here Int64, both Int64, only_there Int64
-- source: user_days, reachable_user_days
-- note: Here are the people active in this scope in the window ending on the day; there, the people
--   active in that window in the countries and on the platforms named, where null means all that
--   the reader may see.
with here as (
    select distinct person_id
    from user_days
    where views >= 1 and day <= $day and day > days_before($day, $window)
),
there as (
    select distinct person_id
    from reachable_user_days
    where views >= 1 and day <= $day and day > days_before($day, $window)
        and (is_any($countries) or country in (select unnest(names_of($countries))))
        and (is_any($platforms) or platform in (select unnest(names_of($platforms))))
)
select
    count(here.person_id) - count(*) filter (where here.person_id = there.person_id) as only_here,
    count(*) filter (where here.person_id = there.person_id) as both,
    count(there.person_id) - count(*) filter (where here.person_id = there.person_id) as only_there
from here full outer join there on there.person_id = here.person_id
