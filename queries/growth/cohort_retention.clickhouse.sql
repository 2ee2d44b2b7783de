-- metric: Retention
-- grain: one row per cohort and period at or after it
-- params: starts List(Date)
-- columns: cohort Date, period Date, step Int64, size Int64, people Int64, people_since Int64
-- source: day_sets, first_sets
-- note: From the sets that ClickHouse keeps for each day; the plain text is the definition.
with starts as (
    select day, row_number() over (order by day) as place from (select arrayJoin($starts) as day)
),
periods as (
    select opening.place as place, opening.day as since, closing.day as until
    from starts as opening inner join starts as closing on closing.place = opening.place + 1
),
seen as (
    select day, people from day_sets where day >= arrayMin($starts) and day < arrayMax($starts)
),
placed as (
    select periods.place as place, periods.since as since, seen.people as people
    from periods cross join seen
    where seen.day >= periods.since and seen.day < periods.until
    union all
    select place, since, bitmapBuild(emptyArrayUInt32()) as people from periods
),
present as (
    select place, since, groupBitmapMergeState(people) as people from placed group by place, since
),
lasting as (
    select place, since, people,
        groupBitmapMergeState(people) over (
            order by place rows between current row and unbounded following
        ) as people_since
    from present
),
firsts as (
    select periods.place as place, bitmapAnd(first_sets.people, seen.people) as people
    from first_sets
    inner join seen on seen.day = first_sets.day
    cross join periods
    where first_sets.day >= periods.since and first_sets.day < periods.until
    union all
    select place, bitmapBuild(emptyArrayUInt32()) as people from periods
),
cohorts as (
    select place, groupBitmapMergeState(people) as people from firsts group by place
)
select
    opening.since as cohort,
    lasting.since as period,
    toInt64(lasting.place) - toInt64(cohorts.place) as step,
    bitmapCardinality(cohorts.people) as size,
    bitmapAndCardinality(cohorts.people, lasting.people) as people,
    bitmapAndCardinality(cohorts.people, lasting.people_since) as people_since
from cohorts
inner join periods as opening on opening.place = cohorts.place
cross join lasting
where lasting.place >= cohorts.place
order by cohort, period
