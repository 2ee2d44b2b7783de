-- metric: Phases of the platform
-- grain: one row per phase that touches the span
-- params: since Date, until Date
-- columns: milestone_id String, phase String, title String, since Date, until Date?, detail
--   String?, source String
-- source: milestones
-- note: A phase holds from its first day up to the first day it no longer does; one without an end
--   goes on.
select
    milestone_id as milestone_id,
    phase as phase,
    title as title,
    since as since,
    until as until,
    detail as detail,
    source as source
from milestones
where kind = 'phase' and since < $until and (until is null or until > $since)
order by since, milestone_id
