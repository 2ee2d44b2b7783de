-- One row for each member of a list. (A lambda's arguments end in _, or they would hide the tables
-- and columns of the query it stands in.)
(list_) -> arrayJoin(list_) as unnest,

-- The day a number of days earlier.
(day_, days_) -> subtractDays(day_, days_) as days_before,

-- A bound list of names, an empty one included.
(names_) -> names_ as names_of,

-- Whether a bound list of names stands for all of them: a null list is bound as [null].
(names_) -> has(names_, null) as is_any,

-- All that the rules of allocation look at in a line of a bill, as one text; unknown is not empty.
(provider_, category_, service_, account_, tags_) -> concat(provider_, char(31), category_, char(31), service_, char(31), coalesce(account_, char(30)), char(31), coalesce(tags_, char(30))) as kind_of_charge,

-- Whether a row about some countries, or about all when it names none, is about any of these.
(countries_, names_) -> empty(countries_) or hasAny(countries_, names_) as touches,

-- The calendar day of an instant in a time zone.
(instant_, zone_) -> toDate32(instant_, zone_) as day_in,

-- The whole days of 24 hours that have passed from one instant to a later one.
(start_, instant_) -> intDiv(dateDiff('microsecond', start_, instant_), 86400000000) as days_since,

-- The whole hours that have passed from one instant to a later one.
(start_, instant_) -> intDiv(dateDiff('microsecond', start_, instant_), 3600000000) as hours_since,

-- The whole seconds that have passed from one instant to a later one.
(start_, instant_) -> intDiv(dateDiff('microsecond', start_, instant_), 1000000) as seconds_between,

-- A whole number of seconds to its first three figures, so that there are few different ones.
(number_) -> number_ - number_ % multiIf(number_ < 1000, 1, number_ < 10000, 10, number_ < 100000, 100, number_ < 1000000, 1000, number_ < 10000000, 10000, 100000) as three_figures
