-- metric: Uploads by country and wait
-- grain: one row per day, country and number of midnights waited with any uploads
-- params: since Timestamp, until Timestamp
-- columns: day_number Int64, country String, midnights_waited Int64?, uploads Int64
-- source: uploads
-- note: Days are of 24 hours and count from $since, which is 0. An upload was waiting at the end of
--   its day and of the days after when it was not published before; midnights_waited says how many
--   such ends it met, and is unknown while it is not published. The uploads of a day are the sum
--   over all waits.
with dated as (
    select
        country,
        days_since($since, uploaded_at) as uploaded_on,
        days_since($since, published_at) as published_on
    from uploads
    where uploaded_at >= $since and uploaded_at < $until
)
select
    uploaded_on as day_number,
    country as country,
    published_on - uploaded_on as midnights_waited,
    count(*) as uploads
from dated
group by uploaded_on, country, published_on - uploaded_on
order by day_number, country, midnights_waited
