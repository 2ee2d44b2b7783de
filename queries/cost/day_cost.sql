-- metric: Daily cost
-- grain: one row per day and length of charge with any line
-- params: since Timestamp, until Timestamp
-- columns: day Date, is_daily Boolean, cost_usd Decimal
-- source: cost_lines
-- note: What the charges that begin on a day cost, those of a day or less apart from longer ones,
--   such as a month of what was committed. Days are UTC, as bills count them.
select
    cast(charge_period_start as date) as day,
    charge_period_end <= charge_period_start + interval 1 day as is_daily,
    sum(effective_cost) as cost_usd
from cost_lines
where charge_period_start >= $since and charge_period_start < $until and billing_currency = 'USD'
    and replaced_at is null
group by
    cast(charge_period_start as date),
    charge_period_end <= charge_period_start + interval 1 day
order by day, is_daily
