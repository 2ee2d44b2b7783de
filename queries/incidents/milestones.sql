-- metric: Milestones of the platform
-- grain: one row per milestone that began in the span
-- params: since Date, until Date
-- columns: milestone_id String, kind String, phase String, title String, since Date, until Date?,
--   detail String?, source String
-- source: milestones
-- note: Features, growth drivers, challenges, the stack and lessons; phases are told apart.
select
    milestone_id as milestone_id,
    kind as kind,
    phase as phase,
    title as title,
    since as since,
    until as until,
    detail as detail,
    source as source
from milestones
where kind <> 'phase' and since >= $since and since < $until
order by since, milestone_id
