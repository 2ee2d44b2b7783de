-- The day a number of days earlier.
create macro days_before(day, days) as day - cast(days as integer);

-- A bound list of names, an empty one included.
create macro names_of(names) as cast(names as varchar[]);

-- Whether a bound list of names stands for all of them, being null.
create macro is_any(names) as names is null;

-- Whether a row about some countries, or about all when it names none, is about any of these.
create macro touches(countries, names) as (
    coalesce(len(countries), 0) = 0 or list_has_any(countries, names)
);

-- The calendar day of an instant in a time zone.
create macro day_in(instant, zone) as cast(timezone(zone, instant) as date);

-- The whole days of 24 hours that have passed from one instant to a later one.
create macro days_since(start, instant) as (epoch_us(instant) - epoch_us(start)) // 86400000000;
