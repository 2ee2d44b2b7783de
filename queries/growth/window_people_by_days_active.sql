-- metric: Days active
-- grain: one row per number of days that anyone was active on
-- params: day Date, window Int64
-- columns: days Int64, people Int64
-- source: user_days
-- note: Of the people active in the window ending on the day, how many were active on exactly that
--   many of its days; over 28 days this is the L28 curve. The people add up to the active people.
with people as (
    select person_id, count(distinct day) as days
    from user_days
    where views >= 1 and day <= $day and day > days_before($day, $window)
    group by person_id
)
select days as days, count(*) as people
from people
group by days
order by days
