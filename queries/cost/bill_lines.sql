-- metric: Lines of the bill
-- grain: one row per line of a bill
-- params: since Timestamp, until Timestamp, kinds List(String)?, most Int64
-- columns: charge_period_start Timestamp, charge_period_end Timestamp,
--   service_provider_name String, service_category String, service_name String,
--   charge_category String, charge_class String?, charge_description String?,
--   billed_usd Decimal, cost_usd Decimal, quantity Float64?, pricing_unit String?,
--   region_id String?, billing_account_id String, sub_account_id String?, sub_account_name String?,
--   resource_id String?, invoice_id String?, commitment_status String?, tags String?
-- source: cost_lines
-- note: The bill's own rows, as the provider wrote them, of the charges that begin in the span: the
--   dearest of some kinds of charge, or of all, and no more than were asked for. Bills in other
--   currencies than US dollars are left out, and what a later statement replaced.
select
    charge_period_start as charge_period_start,
    charge_period_end as charge_period_end,
    service_provider_name as service_provider_name,
    service_category as service_category,
    service_name as service_name,
    charge_category as charge_category,
    charge_class as charge_class,
    charge_description as charge_description,
    billed_cost as billed_usd,
    effective_cost as cost_usd,
    pricing_quantity as quantity,
    pricing_unit as pricing_unit,
    region_id as region_id,
    billing_account_id as billing_account_id,
    sub_account_id as sub_account_id,
    sub_account_name as sub_account_name,
    resource_id as resource_id,
    invoice_id as invoice_id,
    commitment_discount_status as commitment_status,
    tags as tags
from cost_lines
where charge_period_start >= $since and charge_period_start < $until and billing_currency = 'USD'
    and replaced_at is null and (
        is_any($kinds)
        or kind_of_charge(
            service_provider_name, service_category, service_name, sub_account_id, tags
        ) in (select unnest(names_of($kinds)))
    )
order by
    effective_cost desc, charge_period_start, service_provider_name, service_name, region_id,
    charge_description, resource_id, pricing_quantity
limit $most
