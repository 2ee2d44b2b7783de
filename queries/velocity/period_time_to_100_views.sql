-- metric: Time to the first 100 views
-- grain: one row per period and wait with any video
-- params: since Timestamp, until Timestamp, seen_until Timestamp, zone String, grain String
-- columns: period Date, seconds Int64, reached Int64, censored Int64
-- source: uploads
-- note: From the moment a video can first be seen to its hundredth view, in periods of publishing.
--   A video that has not come so far is known to need at least the time since (Kaplan and Meier),
--   or the time until it was taken down. Most videos never get there, so beside the median stands
--   the share that does within a day. Waits are whole seconds, read to three figures above 1,000.
with waited as (
    select
        cast(date_trunc($grain, day_in(uploaded_at, $zone)) as date) as period,
        seconds_between(
            published_at,
            case
                when first_100_views_at is not null then first_100_views_at
                when removed_at >= published_at then removed_at
                else $seen_until
            end
        ) as waited,
        case when first_100_views_at is null then 0 else 1 end as is_reached
    from uploads
    where uploaded_at >= $since and uploaded_at < $until and published_at is not null
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
