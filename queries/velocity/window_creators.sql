-- metric: Creators
-- grain: one row per day asked for after the first, held against the day asked for before it
-- params: days List(Date), window Int64, zone String
-- columns: day Date, creators_before Int64, creators Int64, newcomers Int64, came_back Int64,
--   lapsed Int64
-- source: uploads, platform_uploads
-- note: A creator of a day is a person with a video first seen that day, and of the window ending
--   on day t with one on any day s with t - window < s <= t. Of those of t who were none at t-1
--   they are new when their first video anywhere on the platform came after t-1, else returning;
--   those of t-1 who are none at t have lapsed. Hence creators - creators_before = new + returning
--   - lapsed, to the person.
with asked as (
    select day, row_number() over (order by day) as place
    from (select cast(unnest($days) as date) as day) as days
),
steps as (
    select earlier.day as day_before, later.day as day
    from asked as later inner join asked as earlier on earlier.place = later.place - 1
),
published as (
    select distinct day_in(published_at, $zone) as day, creator_id
    from uploads
    where published_at is not null
),
first_days as (
    select creator_id, min(day_in(published_at, $zone)) as first_day
    from platform_uploads
    where published_at is not null
    group by creator_id
),
creators as (
    select steps.day as day, steps.day_before as day_before, published.creator_id as creator_id,
        count(*) filter (
            where published.day <= steps.day_before
                and published.day > days_before(steps.day_before, $window)
        ) > 0 as was_here,
        count(*) filter (where published.day > days_before(steps.day, $window)) > 0 as is_here
    from steps cross join published
    where published.day <= steps.day
    group by steps.day, steps.day_before, published.creator_id
),
judged as (
    select creators.day as day, was_here, is_here,
        first_days.first_day > creators.day_before as is_new
    from creators inner join first_days on first_days.creator_id = creators.creator_id
)
select
    steps.day as day,
    count(*) filter (where was_here) as creators_before,
    count(*) filter (where is_here) as creators,
    count(*) filter (where is_here and not was_here and is_new) as newcomers,
    count(*) filter (where is_here and not was_here and not is_new) as came_back,
    count(*) filter (where was_here and not is_here) as lapsed
from steps left join judged on judged.day = steps.day
group by steps.day
order by day
