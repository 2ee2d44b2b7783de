-- metric: Revenue and payouts by country and stream
-- grain: one row per month, country, stream, kind and certainty
-- params: since Date, until Date
-- columns: month Date, country String, stream String, kind String, certainty String, net_usd Decimal
-- source: revenue_lines
-- note: Money that came in (sales), went back (refunds) and went to creators (payouts), amounts
--   that go out below zero. A country or stream without a row is unknown, not zero.
select
    cast(date_trunc('month', day) as date) as month,
    country as country,
    stream as stream,
    kind as kind,
    certainty as certainty,
    sum(net_usd) as net_usd
from revenue_lines
where day >= $since and day < $until
group by cast(date_trunc('month', day) as date), country, stream, kind, certainty
order by month, country, stream, kind, certainty
