-- metric: Uploads by category and day
-- grain: one row per day and category with any upload
-- params: since Timestamp, until Timestamp
-- columns: day_number Int64, name String, uploads Int64
-- source: uploads
-- note: Days are of 24 hours and count from $since, which is 0. Videos without a category are left
--   out.
select
    days_since($since, uploaded_at) as day_number,
    category as name,
    count(*) as uploads
from uploads
where uploaded_at >= $since and uploaded_at < $until and category is not null
group by days_since($since, uploaded_at), category
order by day_number, name
