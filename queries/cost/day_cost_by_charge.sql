-- metric: Daily cost by kind of charge
-- grain: one row per day, length of charge and kind of charge with any line
-- params: since Timestamp, until Timestamp
-- columns: day Date, is_daily Boolean, service_provider_name String, service_category String,
--   service_name String, sub_account_id String?, tags String?, cost_usd Decimal
-- source: charges
-- note: What the charges that begin on a day cost, those of a day or less apart from longer ones,
--   such as a month of what was committed. Days are UTC, as bills count them.
select
    cast(charge_period_start as date) as day,
    charge_period_end <= charge_period_start + interval 1 day as is_daily,
    service_provider_name as service_provider_name,
    service_category as service_category,
    service_name as service_name,
    sub_account_id as sub_account_id,
    tags as tags,
    sum(effective_cost) as cost_usd
from charges
where charge_period_start >= $since and charge_period_start < $until and billing_currency = 'USD'
    and replaced_at is null
group by
    cast(charge_period_start as date),
    charge_period_end <= charge_period_start + interval 1 day, service_provider_name,
    service_category, service_name, sub_account_id, tags
order by
    day, is_daily, service_provider_name, service_category, service_name, sub_account_id, tags
