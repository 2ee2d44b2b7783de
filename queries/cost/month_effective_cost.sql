-- metric: Monthly cost
-- grain: one row per month with any charge
-- params: since Timestamp, until Timestamp
-- columns: month Date, effective_cost_usd Float64
-- source: charges
-- note: What the charges that begin in a month cost, spread over the time they pay for and after
--   discounts (FOCUS EffectiveCost), in US dollars. Bills in other currencies are left out, and
--   so is what a later statement of the same bill stands in the place of.
with instants as (
    -- Many lines begin together, and finding the month of an instant is dear.
    select charge_period_start as began_at, sum(effective_cost) as cost_usd
    from charges
    where charge_period_start >= $since and charge_period_start < $until
        and billing_currency = 'USD' and replaced_at is null
    group by charge_period_start
)
select
    cast(date_trunc('month', began_at) as date) as month,
    sum(cost_usd) as effective_cost_usd
from instants
group by cast(date_trunc('month', began_at) as date)
order by month
