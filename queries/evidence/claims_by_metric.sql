-- metric: Published claims
-- grain: one row per claim whose period touches the span
-- params: since Date, until Date
-- columns: claim_id String, metric String, scope String, period String, since Date, until Date,
--   value Float64?, unit String, grade String, source String, note String?
-- source: evidence
-- note: Claims are what others said, never a measurement. Grades run from A, a filing or an
--   announcement, to D, unreliable; S is the platform's own story.
select
    claim_id as claim_id,
    metric as metric,
    scope as scope,
    period as period,
    since as since,
    until as until,
    value as value,
    unit as unit,
    grade as grade,
    source as source,
    note as note
from evidence
where since < $until and until > $since
order by metric, since, grade, claim_id
