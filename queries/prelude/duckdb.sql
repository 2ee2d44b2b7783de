-- The day a number of days earlier.
create macro days_before(day, days) as day - cast(days as integer);

-- A bound list of names, an empty one included.
create macro names_of(names) as cast(names as varchar[]);

-- Whether a bound list of names stands for all of them, being null.
create macro is_any(names) as names is null;

-- All that the rules of allocation look at in a line of a bill, as one text; unknown is not empty.
create macro kind_of_charge(provider, category, service, account, tags) as
    provider || chr(31) || category || chr(31) || service || chr(31) || coalesce(account, chr(30))
    || chr(31) || coalesce(tags, chr(30));

-- Whether a row about some countries, or about all when it names none, is about any of these.
create macro touches(countries, names) as (
    coalesce(len(countries), 0) = 0 or list_has_any(countries, names)
);

-- The calendar day of an instant in a time zone. Calendars are slow, and UTC needs none.
create macro day_in(instant, zone) as case
    when zone = 'UTC' then date '1970-01-01' + cast(epoch_us(instant) // 86400000000 as integer)
    else cast(timezone(zone, instant) as date)
end;

-- The whole days of 24 hours that have passed from one instant to a later one.
create macro days_since(start, instant) as (epoch_us(instant) - epoch_us(start)) // 86400000000;

-- The whole hours that have passed from one instant to a later one.
create macro hours_since(start, instant) as (epoch_us(instant) - epoch_us(start)) // 3600000000;

-- The whole seconds that have passed from one instant to a later one.
create macro seconds_between(start, instant) as (epoch_us(instant) - epoch_us(start)) // 1000000;

-- A whole number of seconds to its first three figures, so that there are few different ones.
create macro three_figures(number) as number - number % (
    case when number < 1000 then 1 when number < 10000 then 10 when number < 100000 then 100
        when number < 1000000 then 1000 when number < 10000000 then 10000 else 100000 end
);
