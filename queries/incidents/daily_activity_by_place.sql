-- metric: Daily activity by country and platform
-- grain: one row per day, country and platform with any rows
-- params: since Date, until Date
-- columns: day Date, country String, platform String, person_days Int64, views Int64,
--   watch_seconds Float64
-- source: user_days
-- note: Every row counts, a session without a view included; person_days are those rows. Views and
--   watch time add up over countries and platforms, people do not: they are counted from sets.
select
    day as day,
    country as country,
    platform as platform,
    count(*) as person_days,
    sum(views) as views,
    sum(watch_seconds) as watch_seconds
from user_days
where day >= $since and day < $until
group by day, country, platform
order by day, country, platform
