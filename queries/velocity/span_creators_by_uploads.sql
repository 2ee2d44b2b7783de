-- metric: Creators by how much they uploaded
-- grain: one row per number of uploads that any creator had
-- params: since Timestamp, until Timestamp
-- columns: amount Int64, creators Int64
-- source: uploads
-- note: Creators are those with an upload in the span. A sample takes a creator with all of their
--   uploads, so the shares of the largest are those of the platform.
with totals as (
    select creator_id, count(*) as amount
    from uploads
    where uploaded_at >= $since and uploaded_at < $until
    group by creator_id
)
select amount as amount, count(*) as creators
from totals
group by amount
order by amount
