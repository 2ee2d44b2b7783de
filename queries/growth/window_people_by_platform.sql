-- metric: Active people by platform
-- grain: one row per day asked for and platform with anyone
-- params: days List(Date), window Int64
-- columns: day Date, platform String, people Int64
-- source: user_days
-- note: A person active on two platforms in the window counts on both, so platforms do not add up
--   to the active people.
with asked as (
    select cast(unnest($days) as date) as day
),
active as (
    select distinct day, platform, person_id from user_days where views >= 1
)
select asked.day as day, active.platform as platform, count(distinct active.person_id) as people
from asked cross join active
where active.day <= asked.day and active.day > days_before(asked.day, $window)
group by asked.day, active.platform
order by day, platform
