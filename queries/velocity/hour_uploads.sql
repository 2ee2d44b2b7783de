-- metric: Uploads by the hour
-- grain: one row per hour with any upload
-- params: since Timestamp, until Timestamp
-- columns: hour_number Int64, uploads Int64
-- source: uploads
-- note: Videos whose upload began in that hour, published or not, removed since or not. Hours count
--   from $since, which is 0.
select hours_since($since, uploaded_at) as hour_number, count(*) as uploads
from uploads
where uploaded_at >= $since and uploaded_at < $until
group by hours_since($since, uploaded_at)
order by hour_number
