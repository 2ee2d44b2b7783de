-- metric: Creators by how much they were watched
-- grain: one row per number of views that any creator had
-- params: since Timestamp, until Timestamp, first_day Date, last_day Date
-- columns: amount Int64, creators Int64
-- source: uploads, video_days
-- note: What the videos uploaded in the span were watched in it, by creator, of the videos that are
--   followed day by day. Where only some of a creator's videos are followed, the shares of the
--   largest are too high.
with watched as (
    select video_id, sum(views) as views
    from video_days
    where day >= $first_day and day <= $last_day
    group by video_id
),
totals as (
    select uploads.creator_id as creator_id, sum(watched.views) as amount
    from uploads inner join watched on watched.video_id = uploads.video_id
    where uploads.uploaded_at >= $since and uploads.uploaded_at < $until
    group by uploads.creator_id
)
select amount as amount, count(*) as creators
from totals
group by amount
order by amount
