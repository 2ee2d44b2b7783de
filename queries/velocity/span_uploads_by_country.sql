-- metric: Uploads by country
-- grain: one row per country with any upload
-- params: since Timestamp, until Timestamp
-- columns: country String, uploads Int64
-- source: uploads
-- note: Videos whose upload began in the span, by the country they were uploaded from. Countries add up to
--   the whole.
select country as country, count(*) as uploads
from uploads
where uploaded_at >= $since and uploaded_at < $until
group by country
order by uploads desc, country
