-- metric: Views
-- grain: one row
-- params: since Date, until Date
-- columns: people Int64, views Int64, squared_views Float64
-- source: user_days
-- note: Videos watched for at least a second. A sample takes a person with all of their days, so
--   the error of the sum follows from the squares of what each person watched.
with totals as (
    select person_id, sum(views) as views
    from user_days
    where day >= $since and day < $until
    group by person_id
)
select
    count(*) as people,
    coalesce(sum(views), 0) as views,
    coalesce(sum(cast(views as double) * views), 0) as squared_views
from totals
