-- metric: Active people
-- grain: one row per day asked for
-- params: days List(Date), window Int64
-- columns: day Date, people Int64
-- source: day_sets
-- note: From the sets that ClickHouse keeps for each day; the plain text is the definition.
with counted as (
    select addDays(day, ahead) as ending, groupBitmapMerge(people) as people
    from day_sets array join range($window) as ahead
    where day <= arrayMax($days) and day > subtractDays(arrayMin($days), $window)
        and has($days, addDays(day, ahead))
    group by ending
)
select asked.day as day, coalesce(counted.people, 0) as people
from (select arrayJoin($days) as day) as asked left join counted on counted.ending = asked.day
order by day
