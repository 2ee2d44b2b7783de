-- metric: Active people
-- grain: one row per day asked for
-- params: days List(Date), window Int64
-- columns: day Date, people Int64
-- source: user_days
-- note: A person is active on a day with at least one view. The window ending on day t holds the
--   people active on any day s with t - window < s <= t: a window of 1 gives daily, 7 weekly, 28
--   and 30 monthly active people. They add up over neither days, countries nor platforms.
with asked as (
    select cast(unnest($days) as date) as day
),
active as (
    select distinct day, person_id from user_days where views >= 1
),
counted as (
    select asked.day as day, count(distinct active.person_id) as people
    from asked cross join active
    where active.day <= asked.day and active.day > days_before(asked.day, $window)
    group by asked.day
)
select asked.day as day, coalesce(counted.people, 0) as people
from asked left join counted on counted.day = asked.day
order by day
