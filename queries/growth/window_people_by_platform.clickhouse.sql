-- metric: Active people by platform
-- grain: one row per day asked for and platform with anyone
-- params: days List(Date), window Int64
-- columns: day Date, platform String, people Int64
-- source: platform_sets
-- note: From the sets that ClickHouse keeps for each day; the plain text is the definition.
with placed as (
    select addDays(day, ahead) as ending, platform, people
    from platform_sets array join range($window) as ahead
    where day <= arrayMax($days) and day > subtractDays(arrayMin($days), $window)
        and has($days, addDays(day, ahead))
)
select ending as day, platform as platform, groupBitmapMerge(people) as people
from placed
group by ending, platform
order by day, platform
