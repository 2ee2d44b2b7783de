-- metric: Uploads
-- grain: one row per day with any upload
-- params: since Timestamp, until Timestamp, zone String
-- columns: day Date, uploads Int64
-- source: uploads
-- note: Videos whose upload began that day, published or not, removed since or not.
select day_in(uploaded_at, $zone) as day, count(*) as uploads
from uploads
where uploaded_at >= $since and uploaded_at < $until
group by day_in(uploaded_at, $zone)
order by day
