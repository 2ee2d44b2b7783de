-- metric: Service measures by day
-- grain: one row per day and measure with any samples
-- params: since Timestamp, until Timestamp, measures List(String)
-- columns: day_number Int64, measure String, mean_value Float64
-- source: service_samples
-- note: The mean over the day's samples of all regions and providers. Days are of 24 hours and
--   count from $since, which is 0.
with dated as (
    select days_since($since, sampled_at) as day_number, measure, value
    from service_samples
    where sampled_at >= $since and sampled_at < $until
        and measure in (select unnest($measures))
)
select
    day_number as day_number,
    measure as measure,
    avg(value) as mean_value
from dated
group by day_number, measure
order by day_number, measure
