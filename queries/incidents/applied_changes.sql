-- metric: Changes in force
-- grain: one row per revision of a change in force during the span
-- params: since Timestamp, until Timestamp
-- columns: change_id String, revision Int64, kind String, title String, applied_at Timestamp,
--   ended_at Timestamp?, countries List(String)?, action String?, content_hash String
-- source: applied_changes
-- note: A change touches the span when it was applied before the span's end and had not ended when
--   the span began. No countries means all of them.
select
    change_id as change_id,
    revision as revision,
    kind as kind,
    title as title,
    applied_at as applied_at,
    ended_at as ended_at,
    countries as countries,
    action as action,
    content_hash as content_hash
from applied_changes
where applied_at < $until and (ended_at is null or ended_at > $since or applied_at >= $since)
order by applied_at, change_id, revision
