-- metric: Retention of creators
-- grain: one row per cohort and period at or after it
-- params: starts List(Date), zone String
-- columns: cohort Date, period Date, step Int64, size Int64, people Int64
-- source: uploads, platform_uploads
-- note: A cohort holds the people whose first video anywhere on the platform was first seen in its
--   period, and who published here on that day; retention in a later period is the share of them
--   with a video first seen in it. In a sample a cohort may be few people: the table has its size.
with ordered as (
    select day, row_number() over (order by day) as place
    from (select cast(unnest($starts) as date) as day) as starts
),
periods as (
    select opening.place as place, opening.day as since, closing.day as until
    from ordered as opening inner join ordered as closing on closing.place = opening.place + 1
),
published as (
    select distinct day_in(published_at, $zone) as day, creator_id
    from uploads
    where published_at is not null
),
first_days as (
    select creator_id, min(day_in(published_at, $zone)) as day
    from platform_uploads
    where published_at is not null
    group by creator_id
),
present as (
    select distinct periods.place as place, published.creator_id as creator_id
    from periods cross join published
    where published.day >= periods.since and published.day < periods.until
),
members as (
    select periods.place as place, published.creator_id as creator_id
    from published
    inner join first_days
        on first_days.creator_id = published.creator_id and first_days.day = published.day
    cross join periods
    where published.day >= periods.since and published.day < periods.until
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
    count(members.creator_id) as size,
    count(present.creator_id) as people
from cells
left join members on members.place = cells.cohort_place
left join present on present.place = cells.place and present.creator_id = members.creator_id
group by cells.cohort, cells.period, cells.place, cells.cohort_place
order by cohort, period
