-- metric: Active people by subdivision
-- grain: one row per day asked for, country and subdivision with anyone
-- params: days List(Date), window Int64
-- columns: day Date, country String, subdivision String?, people Int64
-- source: user_days
-- note: Each person of the window counts once, in the country last seen in, and there in the
--   subdivision with most views on that day, then the first by code; null where that day names
--   none. So the subdivisions of a country add up to its people by country.
with asked as (
    select cast(unnest($days) as date) as day
),
active as (
    select day, person_id, country, subdivision, views
    from user_days
    where views >= 1
        and day <= (select max(day) from asked)
        and day > days_before((select min(day) from asked), $window)
),
last_days as (
    select asked.day as day, active.person_id as person_id, max(active.day) as last_day
    from asked cross join active
    where active.day <= asked.day and active.day > days_before(asked.day, $window)
    group by asked.day, active.person_id
),
stays as (
    select last_days.day as day, last_days.person_id as person_id, country, subdivision, sum(views) as views
    from last_days
    inner join active
        on active.person_id = last_days.person_id and active.day = last_days.last_day
    group by last_days.day, last_days.person_id, country, subdivision
),
weighed as (
    select day, person_id, country, subdivision, views,
        sum(views) over (partition by day, person_id, country) as country_views
    from stays
),
ranked as (
    select day, country, subdivision,
        row_number() over (
            partition by day, person_id
            order by country_views desc, country,
                case when subdivision is null then 1 else 0 end, views desc, subdivision
        ) as place
    from weighed
)
select day as day, country as country, subdivision as subdivision, count(*) as people
from ranked
where place = 1
group by day, country, subdivision
order by day, country, subdivision
