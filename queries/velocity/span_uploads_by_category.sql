-- metric: Uploads by category
-- grain: one row per category with any upload
-- params: since Timestamp, until Timestamp
-- columns: category String?, uploads Int64
-- source: uploads
-- note: Videos whose upload began in the span, by what they are about, unknown where the data does not
--   say.
select category as category, count(*) as uploads
from uploads
where uploaded_at >= $since and uploaded_at < $until
group by category
order by uploads desc, category
