-- metric: Monthly uploads by country
-- grain: one row per month and country with any upload
-- params: since Timestamp, until Timestamp, zone String
-- columns: month Date, country String, uploads Int64
-- source: uploads
-- note: Videos whose upload began in the month, published or not.
select
    cast(date_trunc('month', day_in(uploaded_at, $zone)) as date) as month,
    country as country,
    count(*) as uploads
from uploads
where uploaded_at >= $since and uploaded_at < $until
group by cast(date_trunc('month', day_in(uploaded_at, $zone)) as date), country
order by month, country
