-- metric: Uploads, with what their sampling leaves open
-- grain: one row
-- params: since Timestamp, until Timestamp
-- columns: creators Int64, uploads Int64, squared_uploads Float64
-- source: uploads
-- note: A sample takes a creator with all of their uploads, so the error of the sum follows from
--   the squares of what each creator uploaded.
with totals as (
    select creator_id, count(*) as uploads
    from uploads
    where uploaded_at >= $since and uploaded_at < $until
    group by creator_id
)
select
    count(*) as creators,
    coalesce(sum(uploads), 0) as uploads,
    coalesce(sum(cast(uploads as double) * uploads), 0) as squared_uploads
from totals
