-- metric: People at home and away
-- grain: one row per home and country last seen in, with anyone
-- params: day Date, window Int64
-- columns: home String, country String, people Int64
-- source: user_days
-- note: Each person of the window that ends on the day counts once. Home is the country seen in on
--   most days of the window, then with most views, then the first by code; country is where they
--   were last seen, where most views were on that day, then the first by code. So the countries add
--   up to the people by country; who is not at home travels.
with stays as (
    select person_id, country, day, sum(views) as views
    from user_days
    where views >= 1 and day <= $day and day > days_before($day, $window)
    group by person_id, country, day
),
lasts as (
    select person_id, country,
        row_number() over (partition by person_id order by day desc, views desc, country) as place
    from stays
),
spent as (
    select person_id, country, count(*) as days, sum(views) as views
    from stays
    group by person_id, country
),
homes as (
    select person_id, country as home,
        row_number() over (partition by person_id order by days desc, views desc, country) as place
    from spent
)
select home as home, country as country, count(*) as people
from homes inner join lasts on lasts.person_id = homes.person_id
where homes.place = 1 and lasts.place = 1
group by home, country
order by home, country
