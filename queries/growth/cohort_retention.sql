-- metric: Retention
-- grain: one row per cohort and period at or after it
-- params: starts List(Date)
-- columns: cohort Date, period Date, step Int64, size Int64, people Int64, people_since Int64
-- source: user_days, platform_user_days
-- note: The starts are the first days of consecutive periods; the last one closes the last period.
--   A cohort holds the people whose first active day on the whole platform fell in its period, and
--   who were active here on that day. Retention on a period is people / size, bounded; on or after
--   it, people_since / size, which cannot rise from step to step but is too low in recent periods,
--   whose future is not in yet. Average over cohorts by adding people and sizes, never the shares.
with ordered as (
    select day, row_number() over (order by day) as place
    from (select cast(unnest($starts) as date) as day) as starts
),
periods as (
    select opening.place as place, opening.day as since, closing.day as until
    from ordered as opening inner join ordered as closing on closing.place = opening.place + 1
),
active as (
    select distinct day, person_id from user_days where views >= 1
),
first_days as (
    select person_id, min(day) as day from platform_user_days where views >= 1 group by person_id
),
present as (
    select distinct periods.place as place, active.person_id as person_id
    from periods cross join active
    where active.day >= periods.since and active.day < periods.until
),
last_places as (
    select person_id, max(place) as place from present group by person_id
),
members as (
    select periods.place as place, active.person_id as person_id,
        last_places.place as last_place
    from active
    inner join first_days on first_days.person_id = active.person_id and first_days.day = active.day
    inner join last_places on last_places.person_id = active.person_id
    cross join periods
    where active.day >= periods.since and active.day < periods.until
),
cells as (
    select cohort.since as cohort, cohort.place as cohort_place,
        period.since as period, period.place as place
    from periods as cohort cross join periods as period
    where period.place >= cohort.place
)
select
    cells.cohort as cohort,
    cells.period as period,
    cells.place - cells.cohort_place as step,
    count(members.person_id) as size,
    count(present.person_id) as people,
    count(members.person_id) filter (where members.last_place >= cells.place) as people_since
from cells
left join members on members.place = cells.cohort_place
left join present on present.place = cells.place and present.person_id = members.person_id
group by cells.cohort, cells.period, cells.place, cells.cohort_place
order by cohort, period
