-- metric: Billing periods
-- grain: one row per account, provider, billing period and currency
-- params: since Timestamp, until Timestamp
-- columns: billing_account_id String, service_provider_name String,
--   billing_period_start Timestamp, billing_period_end Timestamp, billing_currency String,
--   lines Int64, invoiced_lines Int64, billed Decimal, cost Decimal, earlier_lines Int64,
--   earlier_invoiced_lines Int64, earlier_billed Decimal, earlier_cost Decimal,
--   restated_at Timestamp?
-- source: charges
-- note: What each bill comes to as it is stated now, and what it came to in the statement before,
--   which is kept once a later one has come. Amounts are in the bill's own currency.
select
    billing_account_id as billing_account_id,
    service_provider_name as service_provider_name,
    billing_period_start as billing_period_start,
    billing_period_end as billing_period_end,
    billing_currency as billing_currency,
    sum(case when replaced_at is null then charge.lines else 0 end) as lines,
    sum(case when replaced_at is null then charge.invoiced_lines else 0 end) as invoiced_lines,
    sum(case when replaced_at is null then billed_cost else cast(0 as decimal(38, 12)) end)
        as billed,
    sum(case when replaced_at is null then effective_cost else cast(0 as decimal(38, 12)) end)
        as cost,
    sum(case when replaced_at is not null then charge.lines else 0 end) as earlier_lines,
    sum(case when replaced_at is not null then charge.invoiced_lines else 0 end)
        as earlier_invoiced_lines,
    sum(case when replaced_at is not null then billed_cost else cast(0 as decimal(38, 12)) end)
        as earlier_billed,
    sum(case when replaced_at is not null then effective_cost else cast(0 as decimal(38, 12)) end)
        as earlier_cost,
    max(replaced_at) as restated_at
from charges as charge
where billing_period_start < $until and billing_period_end > $since
group by
    billing_account_id, service_provider_name, billing_period_start, billing_period_end,
    billing_currency
order by
    billing_period_start, service_provider_name, billing_account_id, billing_period_end,
    billing_currency
