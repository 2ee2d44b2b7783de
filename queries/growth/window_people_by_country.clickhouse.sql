-- metric: Active people by country
-- grain: one row per day asked for and country with anyone
-- params: days List(Date), window Int64
-- columns: day Date, country String, people Int64
-- source: day_sets, country_sets, travels
-- note: From the sets that ClickHouse keeps for each day; the plain text is the definition.
with placed as (
    select addDays(day, ahead) as ending, day as seen_on, people
    from day_sets array join range($window) as ahead
    where day <= arrayMax($days) and day > subtractDays(arrayMin($days), $window)
        and has($days, addDays(day, ahead))
),
later as (
    select ending, seen_on, people,
        groupBitmapMergeState(people) over (
            partition by ending order by seen_on desc
            rows between unbounded preceding and 1 preceding
        ) as seen_after
    from placed
),
met as (
    select ending, seen_on, bitmapAndnot(people, seen_after) as people from later
),
there as (
    select met.ending as ending, country_sets.country as country,
        sum(bitmapAndCardinality(country_sets.people, met.people)) as people
    from met
    inner join (
        select day, country, people
        from country_sets
        where day <= arrayMax($days) and day > subtractDays(arrayMin($days), $window)
    ) as country_sets on country_sets.day = met.seen_on
    group by met.ending, country_sets.country
),
ranked as (
    select day, person_id, country,
        row_number() over (
            partition by day, person_id order by views desc, country
        ) as place
    from travels
    where day <= arrayMax($days) and day > subtractDays(arrayMin($days), $window)
),
outranked as (
    select day, country, groupBitmapState(person_id) as people
    from ranked
    where place > 1
    group by day, country
),
elsewhere as (
    select met.ending as ending, outranked.country as country,
        sum(bitmapAndCardinality(outranked.people, met.people)) as people
    from met inner join outranked on outranked.day = met.seen_on
    group by met.ending, outranked.country
)
select
    there.ending as day,
    there.country as country,
    toInt64(there.people) - toInt64(coalesce(elsewhere.people, 0)) as people
from there
left join elsewhere on elsewhere.ending = there.ending and elsewhere.country = there.country
where toInt64(there.people) > toInt64(coalesce(elsewhere.people, 0))
order by day, country
