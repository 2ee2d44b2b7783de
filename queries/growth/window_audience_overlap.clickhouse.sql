-- metric: Audience overlap
-- grain: one row
-- params: day Date, window Int64, countries List(String)?, platforms List(String)?
-- columns: only_here Int64, both Int64, only_there Int64
-- source: day_sets, reachable_sets
-- note: From the sets that ClickHouse keeps for each day; the plain text is the definition.
with here as (
    select groupBitmapMergeState(people) as people
    from day_sets
    where day <= $day and day > days_before($day, $window)
),
there as (
    select groupBitmapMergeState(people) as people
    from reachable_sets
    where day <= $day and day > days_before($day, $window)
        and if(is_any($countries), country = '', has($countries, country))
        and if(is_any($platforms), platform = '', has($platforms, platform))
)
select
    bitmapAndnotCardinality(here.people, there.people) as only_here,
    bitmapAndCardinality(here.people, there.people) as both,
    bitmapAndnotCardinality(there.people, here.people) as only_there
from here cross join there
