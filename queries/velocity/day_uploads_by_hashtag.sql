-- metric: Uploads by hashtag and day
-- grain: one row per day and hashtag with any upload
-- params: since Timestamp, until Timestamp
-- columns: day_number Int64, name String, uploads Int64
-- source: uploads
-- note: Days are of 24 hours and count from $since, which is 0. A video counts once for each of its
--   hashtags.
with tagged as (
    select days_since($since, uploaded_at) as day_number, unnest(hashtags) as name
    from uploads
    where uploaded_at >= $since and uploaded_at < $until
)
select day_number as day_number, name as name, count(*) as uploads
from tagged
group by day_number, name
order by day_number, name
