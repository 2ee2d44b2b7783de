-- metric: Incidents
-- grain: one row per incident that touches the span
-- params: since Timestamp, until Timestamp
-- columns: incident_id String, title String, started_at Timestamp, ended_at Timestamp?, countries
--   List(String)?, trigger String, impact String, resolution String?, lesson String?, source String
-- source: incidents
-- note: An incident touches the span when it began before the span's end and was not over when the
--   span began; one that has not ended is still going on. No countries means all of them.
select
    incident_id as incident_id,
    title as title,
    started_at as started_at,
    ended_at as ended_at,
    countries as countries,
    trigger as trigger,
    impact as impact,
    resolution as resolution,
    lesson as lesson,
    source as source
from incidents
where started_at < $until and (ended_at is null or ended_at > $since or started_at >= $since)
order by started_at, incident_id
