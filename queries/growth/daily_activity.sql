-- metric: Daily activity
-- grain: one row per day with any rows
-- params: since Date, until Date
-- columns: day Date, views Int64, watch_seconds Float64, sessions Int64
-- source: user_days
-- note: Every row counts, a session without a view included. A day without rows is left out: it is
--   unknown, not zero. The people of a day are its active people in a window of 1.
select
    day as day,
    sum(views) as views,
    sum(watch_seconds) as watch_seconds,
    sum(sessions) as sessions
from user_days
where day >= $since and day < $until
group by day
order by day
