-- metric: Monthly cost by kind of charge
-- grain: one row per month and kind of charge with any line
-- params: since Timestamp, until Timestamp
-- columns: month Date, service_provider_name String, service_category String, service_name String,
--   sub_account_id String?, tags String?, charge_category String, commitment_status String?,
--   pricing_unit String?, lines Int64, billed_usd Decimal, cost_usd Decimal, quantity Float64?
-- source: charges
-- note: The lines of the bill that begin in a month, with all that the rules of allocation look at.
--   Cost is FOCUS EffectiveCost: spread over the time it pays for, after discounts. Bills in other
--   currencies than US dollars are left out, and so is what a later statement replaced.
with instants as (
    -- Many lines begin together, and finding the month of an instant is dear.
    select
        charge_period_start as began_at,
        cast(date_trunc('month', charge_period_start) as date) as month
    from charges
    where charge_period_start >= $since and charge_period_start < $until
    group by charge_period_start
)
select
    instants.month as month,
    service_provider_name as service_provider_name,
    service_category as service_category,
    service_name as service_name,
    sub_account_id as sub_account_id,
    tags as tags,
    charge_category as charge_category,
    commitment_discount_status as commitment_status,
    pricing_unit as pricing_unit,
    sum(lines) as lines,
    sum(billed_cost) as billed_usd,
    sum(effective_cost) as cost_usd,
    sum(pricing_quantity) as quantity
from charges
inner join instants on instants.began_at = charges.charge_period_start
where charge_period_start >= $since and charge_period_start < $until and billing_currency = 'USD'
    and replaced_at is null
group by
    instants.month, service_provider_name, service_category, service_name, sub_account_id, tags,
    charge_category, commitment_discount_status, pricing_unit
order by
    month, service_provider_name, service_category, service_name, sub_account_id, tags,
    charge_category, commitment_status, pricing_unit
