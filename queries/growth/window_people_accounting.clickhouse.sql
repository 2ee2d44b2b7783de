-- metric: Growth accounting
-- grain: one row per day asked for after the first, held against the day asked for before it
-- params: days List(Date), window Int64
-- columns: day Date, people_before Int64, people Int64, new Int64, returned Int64, moved_in Int64,
--   resurrected Int64, left Int64, moved_out Int64, churned Int64, retained Int64
-- source: day_sets, platform_day_sets, first_sets
-- note: From the sets that ClickHouse keeps for each day; the plain text is the definition.
with asked as (
    select arrayJoin(arraySort($days)) as day
),
placed as (
    select 'here' as side, addDays(day, ahead) as ending, people
    from day_sets array join range($window) as ahead
    where day <= arrayMax($days) and day > subtractDays(arrayMin($days), $window)
        and has($days, addDays(day, ahead))
    union all
    select 'anywhere' as side, addDays(day, ahead) as ending, people
    from platform_day_sets array join range($window) as ahead
    where day <= arrayMax($days) and day > subtractDays(arrayMin($days), $window)
        and has($days, addDays(day, ahead))
    union all
    select 'newcomers' as side, arrayFirst(asked -> asked >= day, arraySort($days)) as ending, people
    from first_sets
    where day <= arrayMax($days) and day > arrayMin($days)
    union all
    select arrayJoin(['here', 'anywhere', 'newcomers']) as side, day as ending,
        bitmapBuild(emptyArrayUInt32()) as people
    from asked
),
sides as (
    select ending, row_number() over (order by ending) as place,
        groupBitmapMergeStateIf(people, side = 'here') as here,
        groupBitmapMergeStateIf(people, side = 'anywhere') as anywhere,
        groupBitmapMergeStateIf(people, side = 'newcomers') as newcomers
    from placed
    group by ending
),
steps as (
    select later.ending as day, earlier.here as old, later.here as now,
        earlier.anywhere as old_anywhere, later.anywhere as now_anywhere,
        bitmapAndnot(later.here, earlier.here) as joined,
        bitmapAndnot(earlier.here, later.here) as gone,
        bitmapAndnot(bitmapAndnot(later.here, earlier.here), later.newcomers) as again
    from sides as later inner join sides as earlier on earlier.place = later.place - 1
)
select
    day as day,
    bitmapCardinality(old) as people_before,
    bitmapCardinality(now) as people,
    bitmapCardinality(joined) - bitmapCardinality(again) as new,
    bitmapAndnotCardinality(again, old_anywhere) as returned,
    bitmapAndCardinality(again, old_anywhere) as moved_in,
    bitmapCardinality(again) as resurrected,
    bitmapAndnotCardinality(gone, now_anywhere) as "left",
    bitmapAndCardinality(gone, now_anywhere) as moved_out,
    bitmapCardinality(gone) as churned,
    bitmapAndCardinality(old, now) as retained
from steps
order by day
