-- metric: Monthly uploads by country
-- grain: one row per month and country with any upload
-- params: since Timestamp, until Timestamp
-- columns: month Date, country String, uploads Int64
-- source: uploads
-- note: Videos whose upload began in the month, published or not. Months are UTC, as bills have it.
select
    cast(date_trunc('month', uploaded_at) as date) as month,
    country as country,
    count(*) as uploads
from uploads
where uploaded_at >= $since and uploaded_at < $until
group by cast(date_trunc('month', uploaded_at) as date), country
order by month, country
