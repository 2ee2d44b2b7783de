-- metric: Growth accounting
-- grain: one row per day asked for after the first, held against the day asked for before it
-- params: days List(Date), window Int64
-- columns: day Date, people_before Int64, people Int64, new Int64, returned Int64, moved_in Int64,
--   resurrected Int64, left Int64, moved_out Int64, churned Int64, retained Int64
-- source: user_days, platform_user_days
-- note: M(t) holds the people active here in the window ending on day t. Of M(t) without M(t-1)
--   they are new when their first active day on the whole platform came after t-1, else
--   resurrected: moved_in when they were active elsewhere in the window ending on t-1, returned
--   when nowhere. Of M(t-1) without M(t) they churned: moved_out when active elsewhere in the
--   window ending on t, left when nowhere. Hence people - people_before = new + resurrected -
--   churned, to the person.
with asked as (
    select day, row_number() over (order by day) as place
    from (select cast(unnest($days) as date) as day) as days
),
steps as (
    select earlier.day as day_before, later.day as day
    from asked as later inner join asked as earlier on earlier.place = later.place - 1
),
first_days as (
    select person_id, min(day) as first_day
    from platform_user_days
    where views >= 1
    group by person_id
),
activity as (
    select person_id, day, true as is_inside from user_days where views >= 1
    union all
    select person_id, day, false as is_inside from platform_user_days where views >= 1
),
placed as (
    select steps.day as day, steps.day_before as day_before,
        activity.person_id as person_id, activity.is_inside as is_inside,
        activity.day <= steps.day_before
            and activity.day > days_before(steps.day_before, $window) as is_before,
        activity.day > days_before(steps.day, $window) as is_now
    from steps cross join activity
    where activity.day <= steps.day
),
people as (
    select day, day_before, person_id,
        count(*) filter (where is_inside and is_before) > 0 as was_here,
        count(*) filter (where is_inside and is_now) > 0 as is_here,
        count(*) filter (where is_before) > 0 as was_anywhere,
        count(*) filter (where is_now) > 0 as is_anywhere
    from placed
    group by day, day_before, person_id
),
judged as (
    select people.day as day, was_here, is_here, was_anywhere, is_anywhere,
        is_here and not was_here as has_joined,
        was_here and not is_here as has_gone,
        first_days.first_day > people.day_before as is_new
    from people inner join first_days on first_days.person_id = people.person_id
)
select
    steps.day as day,
    count(*) filter (where was_here) as people_before,
    count(*) filter (where is_here) as people,
    count(*) filter (where has_joined and is_new) as new,
    count(*) filter (where has_joined and not is_new and not was_anywhere) as returned,
    count(*) filter (where has_joined and was_anywhere) as moved_in,
    count(*) filter (where has_joined and not is_new) as resurrected,
    count(*) filter (where has_gone and not is_anywhere) as "left",
    count(*) filter (where has_gone and is_anywhere) as moved_out,
    count(*) filter (where has_gone) as churned,
    count(*) filter (where was_here and is_here) as retained
from steps left join judged on judged.day = steps.day
group by steps.day
order by day
