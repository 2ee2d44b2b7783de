-- The day a number of days earlier.
create macro days_before(day, days) as day - cast(days as integer);

-- A bound list of names, an empty one included.
create macro names_of(names) as cast(names as varchar[]);

-- Whether a bound list of names stands for all of them, being null.
create macro is_any(names) as names is null;
