-- The day a number of days earlier.
create macro days_before(day, days) as day - cast(days as integer);
