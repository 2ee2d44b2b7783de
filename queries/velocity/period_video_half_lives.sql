-- metric: Half-life of a video
-- grain: one row per period and half-life with any video
-- params: since Timestamp, until Timestamp, mature_until Timestamp, first_day Date, zone String,
--   grain String
-- columns: period Date, half_life_minutes Int64, videos Int64
-- source: uploads, video_days
-- note: How long after publishing a video had half of the views of its first 28 calendar days, views
--   within a day taken as evenly spread; in periods of the upload's start. Only videos published
--   before $mature_until count, whose 28 days are over; without a view in them a video has none.
--   $since is the midnight that $first_day begins with.
with chosen as (
    select
        video_id,
        day_in(uploaded_at, $zone) as uploaded_on,
        day_in(published_at, $zone) as published_on,
        seconds_between($since, published_at) % 86400 as offset_seconds
    from uploads
    where uploaded_at >= $since and uploaded_at < $until and published_at < $mature_until
),
watched as (
    select video_id, day, views from video_days where day >= $first_day and views > 0
),
running as (
    select
        chosen.uploaded_on as uploaded_on,
        date_diff('day', chosen.published_on, watched.day) * 86400 - chosen.offset_seconds
            as began_seconds,
        watched.views as views,
        sum(watched.views) over (partition by chosen.video_id order by watched.day) as so_far,
        sum(watched.views) over (partition by chosen.video_id) as total
    from chosen inner join watched on watched.video_id = chosen.video_id
    where watched.day >= chosen.published_on
        and days_before(watched.day, 28) < chosen.published_on
),
halved as (
    select
        cast(date_trunc($grain, uploaded_on) as date) as period,
        greatest(began_seconds, 0) as began_seconds,
        began_seconds + 86400 as ended_seconds,
        (total - 2.0 * (so_far - views)) / (2.0 * views) as share_of_day
    from running
    where 2 * so_far >= total and 2 * (so_far - views) < total
),
read as (
    select
        period,
        began_seconds + (ended_seconds - began_seconds) * share_of_day as half_life_seconds
    from halved
)
select
    period as period,
    cast(floor(half_life_seconds / 60) as bigint) as half_life_minutes,
    count(*) as videos
from read
group by period, cast(floor(half_life_seconds / 60) as bigint)
order by period, half_life_minutes
