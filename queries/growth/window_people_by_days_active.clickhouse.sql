-- metric: Days active
-- grain: one row per number of days that anyone was active on
-- params: day Date, window Int64
-- columns: days Int64, people Int64
-- source: day_sets
-- note: From the sets that ClickHouse keeps for each day; the plain text is the definition.
with people as (
    select arrayJoin(bitmapToArray(people)) as person_id, count(*) as days
    from day_sets
    where day <= $day and day > days_before($day, $window)
    group by person_id
)
select days as days, count(*) as people
from people
group by days
order by days
