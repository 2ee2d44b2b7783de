-- metric: Monthly use by country
-- grain: one row per month and country with any rows
-- params: since Date, until Date
-- columns: month Date, country String, person_days Int64, views Int64, watch_seconds Float64,
--   sessions Int64
-- source: user_days
-- note: What people did in a month, in the country they did it in. A person day is a day on which
--   somebody was seen in a country on a platform.
select
    cast(date_trunc('month', day) as date) as month,
    country as country,
    count(*) as person_days,
    sum(views) as views,
    sum(watch_seconds) as watch_seconds,
    sum(sessions) as sessions
from user_days
where day >= $since and day < $until
group by cast(date_trunc('month', day) as date), country
order by month, country
