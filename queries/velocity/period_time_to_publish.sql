-- metric: Time to publish
-- grain: one row per period and wait with any upload
-- params: since Timestamp, until Timestamp, seen_until Timestamp, zone String, grain String
-- columns: period Date, seconds Int64, reached Int64, censored Int64
-- source: uploads
-- note: From the start of an upload until the video can first be seen, in periods of the upload's
--   start. A video that is not published yet has waited up to now, or until it was taken down, and
--   counts as one that waits at least so long (Kaplan and Meier): leaving it out would make a queue
--   look faster the longer it grows. Waits are whole seconds, read to three figures above 1,000.
with waited as (
    select
        cast(date_trunc($grain, day_in(uploaded_at, $zone)) as date) as period,
        seconds_between(
            uploaded_at,
            case
                when published_at is not null then published_at
                when removed_at >= uploaded_at then removed_at
                else $seen_until
            end
        ) as waited,
        case when published_at is null then 0 else 1 end as is_reached
    from uploads
    where uploaded_at >= $since and uploaded_at < $until
),
read as (
    select period, three_figures(waited) as seconds, is_reached from waited
)
select
    period as period,
    seconds as seconds,
    sum(is_reached) as reached,
    count(*) - sum(is_reached) as censored
from read
group by period, seconds
order by period, seconds
