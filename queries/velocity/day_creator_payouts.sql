-- metric: Paid to creators
-- grain: one row per day and stream with any payout
-- params: since Date, until Date
-- columns: day Date, stream String, paid_usd Float64
-- source: revenue_lines
-- note: Creator payouts in USD, positive when money goes out, by what they were paid from. An
--   estimate counts where nothing is booked yet.
with certain as (
    select
        day,
        country,
        stream,
        sum(case when certainty = 'booked' then net_usd else 0 end) as booked_usd,
        sum(case when certainty = 'booked' then 0 else net_usd end) as estimated_usd,
        sum(case when certainty = 'booked' then 1 else 0 end) as booked_lines
    from revenue_lines
    where kind = 'creator payout' and day >= $since and day < $until
    group by day, country, stream
)
select
    day as day,
    stream as stream,
    cast(-sum(case when booked_lines > 0 then booked_usd else estimated_usd end) as double)
        as paid_usd
from certain
group by day, stream
order by day, stream
