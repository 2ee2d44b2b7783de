-- metric: When incidents were known
-- grain: one row per incident that touches the span
-- params: since Timestamp, until Timestamp
-- columns: incident_id String, started_at Timestamp, ended_at Timestamp?, recorded_at Timestamp,
--   countries List(String)?
-- source: incidents
-- note: From recorded_at on it was known that the days since started_at were not usual ones. One
--   that has not ended is still going on. No countries means all of them.
select
    incident_id as incident_id,
    started_at as started_at,
    ended_at as ended_at,
    recorded_at as recorded_at,
    countries as countries
from incidents
where started_at < $until and (ended_at is null or ended_at > $since)
order by started_at, incident_id
