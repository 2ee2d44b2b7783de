-- metric: Active people by country
-- grain: one row per day asked for and country with anyone
-- params: days List(Date), window Int64
-- columns: day Date, country String, people Int64
-- source: user_days
-- note: Each person of the window counts once, in the country last seen in: that of the last day
--   they were active here; among several on that day the one with most views, then the first by
--   code. So the countries of a day add up to its active people.
with asked as (
    select cast(unnest($days) as date) as day
),
visits as (
    select day, person_id, country, sum(views) as views
    from user_days
    where views >= 1
    group by day, person_id, country
),
ranked as (
    select asked.day as day, visits.country as country,
        row_number() over (
            partition by asked.day, visits.person_id
            order by visits.day desc, visits.views desc, visits.country
        ) as place
    from asked cross join visits
    where visits.day <= asked.day and visits.day > days_before(asked.day, $window)
)
select day as day, country as country, count(*) as people
from ranked
where place = 1
group by day, country
order by day, country
