"""Questions about people answered by set algebra: exact, for any filter, on any day.

M(t) is the union of the sets of the days of a window ending on day t. New, resurrected, churned
and retained people are differences and intersections of M at two days; a cell of a retention
triangle is the size of an intersection. The plain SQL of each question stands in queries/growth.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Self

import polars as pl
from pyroaring import BitMap

from dashboard.slices import Scope
from dashboard.warehouse.audience_files import Place
from dashboard.warehouse.day_sets import DaySets
from dashboard.warehouse.last_seen import met_by_country
from dashboard.warehouse.sliding import window_people, window_sizes

_ONE_DAY = timedelta(days=1)


class SetAudience:
    """The people of one kind inside a scope, up to the last day that was complete as of then."""

    def __init__(self, stored: DaySets, scope: Scope, last_day: date) -> None:
        """Look at days up to and including ``last_day``; later ones hold nobody."""
        self._stored = stored
        self._scope = scope
        self._last_day = last_day

    @property
    def last_day(self) -> date:
        """The last day looked at."""
        return self._last_day

    @cached_property
    def everywhere(self) -> "SetAudience":
        """The same people without the scope's countries and platforms."""
        if self._scope.countries is None and self._scope.platforms is None:
            return self
        return SetAudience(self._stored, Scope(self._scope.as_of), self._last_day)

    def on(self, days: Sequence[date]) -> list[BitMap]:
        """The people of each day, in order."""
        by_place = self._stored.sets(days, self._places())
        whole = by_place[0] if len(by_place) == 1 else map(_union, zip(*by_place, strict=True))
        return self._cut(days, list(whole) or _nobody(days))

    def first_seen(self, days: Sequence[date]) -> list[BitMap]:
        """The people for whom each day was their first on the whole platform."""
        return self._cut(days, self._stored.cohorts(days))

    def people(self, days: Sequence[date], windows: Sequence[int]) -> pl.DataFrame:
        """People active in each window ending on each day; see Audience.people."""
        places = self._places()
        if list(windows) == [1] and len(places) == 1:
            sizes = {1: self._stored_sizes(days, places[0])}
        elif _is_consecutive(days):
            sizes = window_sizes(self._up_to(days, max(windows, default=1)), windows)
        else:
            sizes = self._sizes_apart(days, sorted(windows))
        columns = {f"people_{window}": sizes[window] for window in windows}
        return pl.DataFrame(
            {"day": list(days), **columns},
            schema={"day": pl.Date, **dict.fromkeys(columns, pl.Int64)},
        )

    def accounting(self, days: Sequence[date], window: int) -> pl.DataFrame:
        """How the people of a window changed from day to day; see Audience.accounting."""
        if self.everywhere is self and _is_consecutive(days):
            rows = self._daily_flows(days, window)
        else:
            rows = self._flows(list(days), window) if len(days) > 1 else iter(())
        return pl.DataFrame(rows, schema=_ACCOUNTING, orient="row")

    def retention(self, starts: Sequence[date]) -> pl.DataFrame:
        """How many people of each cohort came back in each period; see Audience.retention."""
        periods = [_days_between(a - _ONE_DAY, b - _ONE_DAY) for a, b in pairwise(starts)]
        by_day = [self.on(period) for period in periods]
        active = [_union(sets) for sets in by_day]
        later = list(accumulate(reversed(active), lambda after, sets: after | sets))[::-1]
        rows = []
        for cohort, period in enumerate(periods):
            firsts = zip(self.first_seen(period), by_day[cohort], strict=True)
            people = _union([first & there for first, there in firsts])
            rows += [
                (starts[cohort], starts[at], at - cohort, len(people),
                 people.intersection_cardinality(active[at]),
                 people.intersection_cardinality(later[at]))
                for at in range(cohort, len(periods))
            ]  # fmt: skip
        return pl.DataFrame(rows, schema=_RETENTION, orient="row")

    def days_active(self, day: date, window: int) -> pl.DataFrame:
        """How many days of the window its people were active on; see Audience.days_active."""
        digits: list[BitMap] = []
        for carry in self.on(_window(day, window)):
            for digit in digits:
                overflow = digit & carry
                digit ^= carry
                carry = overflow
            if carry:
                digits.append(BitMap(carry))
        people = _union(digits)
        counts = dict(_counted(people, digits[::-1], 0))
        rows = [(days, counts.get(days, 0)) for days in range(1, window + 1)]
        return pl.DataFrame(rows, schema={"days": pl.Int64, "people": pl.Int64}, orient="row")

    def by_country(self, days: Sequence[date], window: int) -> pl.DataFrame:
        """The people of the window by the country each was last seen in; see Audience."""
        rows = [
            (day, country, count)
            for day in days
            for country, count in self._last_seen(day, window).items()
            if count
        ]
        return pl.DataFrame(
            rows, schema={"day": pl.Date, "country": pl.String, "people": pl.Int64}, orient="row"
        )

    def by_platform(self, days: Sequence[date], window: int) -> pl.DataFrame:
        """People active on each platform in the window; see Audience.by_platform."""
        rows = []
        for day in days:
            for platform in self._platforms(_window(day, window)):
                scope = Scope(self._scope.as_of, self._scope.countries, frozenset({platform}))
                there = SetAudience(self._stored, scope, self._last_day)
                rows.append((day, platform, len(_union(there.on(_window(day, window))))))
        frame = pl.DataFrame(
            rows, schema={"day": pl.Date, "platform": pl.String, "people": pl.Int64}, orient="row"
        )
        return frame.filter(pl.col("people") > 0)

    def overlap(self, other: Self, day: date, window: int) -> tuple[int, int, int]:
        """People only here, in both, and only in ``other``, in the window ending on ``day``."""
        here, there = (_union(a.on(_window(day, window))) for a in (self, other))
        both = here.intersection_cardinality(there)
        return len(here) - both, both, len(there) - both

    def _places(self) -> list[Place]:
        countries = [""] if self._scope.countries is None else sorted(self._scope.countries)
        platforms = [""] if self._scope.platforms is None else sorted(self._scope.platforms)
        return [(country, platform) for country in countries for platform in platforms]

    def _cut(self, days: Sequence[date], sets: list[BitMap]) -> list[BitMap]:
        return [
            people if day <= self._last_day else BitMap()
            for day, people in zip(days, sets, strict=True)
        ]

    def _up_to(self, days: Sequence[date], window: int) -> list[BitMap]:
        """The people of each day of the windows that end on consecutive days."""
        return self.on(_days_between(days[0] - window * _ONE_DAY, days[-1]))

    def _sizes_apart(self, days: Sequence[date], windows: Sequence[int]) -> dict[int, list[int]]:
        """Sizes for days that lie apart, each window, shortest first, growing out of the last."""
        on = self._on_every(days, max(windows, default=1))
        sizes: dict[int, list[int]] = {window: [] for window in windows}
        for day in days:
            people, length = BitMap(), 0
            for window in windows:
                older = _window(day - length * _ONE_DAY, window - length)
                people = _union([people, *(on[d] for d in older)])
                length = window
                sizes[window].append(len(people))
        return sizes

    def _on_every(self, days: Sequence[date], window: int) -> dict[date, BitMap]:
        """The people of each day of each window."""
        every = sorted({day for end in days for day in _window(end, window)})
        return dict(zip(every, self.on(every), strict=True))

    def _stored_sizes(self, days: Sequence[date], place: Place) -> list[int]:
        sizes = self._stored.sizes(days, place).tolist()
        known = [day <= self._last_day for day in days]
        return [size if is_known else 0 for is_known, size in zip(known, sizes, strict=True)]

    def _whole(self, days: Sequence[date], window: int) -> Iterator[BitMap]:
        """M(t) for each day t, in order; consecutive days share their work."""
        if _is_consecutive(days):
            return window_people(self._up_to(days, window), window)
        on = self._on_every(days, window)
        return (_union([on[day] for day in _window(end, window)]) for end in days)

    def _daily_flows(self, days: Sequence[date], window: int) -> Iterator[tuple[date | int, ...]]:
        """The rows of accounting day by day for the whole platform, from sizes alone.

        Two windows that end on following days are together a window longer by one day, whoever is
        new is in the later one, and nobody moves.
        """
        sizes = window_sizes(self._up_to(days, window + 1), [window, window + 1])
        rows = zip(days[1:], pairwise(sizes[window]), sizes[window + 1][1:], strict=True)
        newcomers = map(len, self.first_seen(days[1:]))
        for (day, (old, now), either), new in zip(rows, newcomers, strict=True):
            joined, gone = either - old, either - now
            yield (
                day, old, now, new, joined - new, 0, joined - new, gone, 0, gone, old - gone,
            )  # fmt: skip

    def _flows(self, days: list[date], window: int) -> Iterator[tuple[date | int, ...]]:
        """The rows of accounting. Nobody moves when the scope is the whole platform."""
        every = _days_between(days[0], days[-1])
        first_on = dict(zip(every, self.first_seen(every), strict=True))
        world = self.everywhere
        elsewhere = world._whole(days, window) if world is not self else iter(_nobody(days))
        windows = pairwise(zip(self._whole(days, window), elsewhere, strict=True))
        for (before, day), ((old, old_world), (now, now_world)) in zip(
            pairwise(days), windows, strict=True
        ):
            retained = old.intersection_cardinality(now)
            joined, gone = len(now) - retained, len(old) - retained
            newcomers = _union([first_on[d] for d in _days_between(before, day)])
            new = now.intersection_cardinality(newcomers)
            if world is self:
                returned, left = joined - new, gone
            else:
                returned = now.difference_cardinality(old_world) - new
                left = old.difference_cardinality(now_world)
            yield (
                day, len(old), len(now), new, returned, joined - new - returned, joined - new,
                left, gone - left, gone, retained,
            )  # fmt: skip

    def _last_seen(self, day: date, window: int) -> dict[str, int]:
        """People by last country: walk back from ``day``, each person counting where first met."""
        backwards = _window(day, window)[::-1]
        seen = BitMap()
        met: list[BitMap] = []
        for people in self.on(backwards):
            met.append(people - seen)
            seen |= people
        return met_by_country(self._stored, self._scope, backwards, met)

    def _platforms(self, days: Sequence[date]) -> list[str]:
        known = self._stored.platforms(days)
        allowed = self._scope.platforms
        return known if allowed is None else [name for name in known if name in allowed]


_ACCOUNTING = {
    "day": pl.Date,
    **dict.fromkeys(
        ("people_before", "people", "new", "returned", "moved_in", "resurrected",
         "left", "moved_out", "churned", "retained"),
        pl.Int64,
    ),
}  # fmt: skip
_RETENTION = {
    "cohort": pl.Date,
    "period": pl.Date,
    **dict.fromkeys(("step", "size", "people", "people_since"), pl.Int64),
}


def _counted(people: BitMap, digits: list[BitMap], above: int) -> Iterator[tuple[int, int]]:
    """How many people hold each number, given the binary digits of it, highest first."""
    if not people:
        return
    if not digits:
        yield above, len(people)
        return
    yield from _counted(people & digits[0], digits[1:], 2 * above + 1)
    yield from _counted(people - digits[0], digits[1:], 2 * above)


def _union(sets: Sequence[BitMap]) -> BitMap:
    """The union; a single set is given back as it is, so never change the answer."""
    if len(sets) == 1:
        return sets[0]
    return BitMap.union(*sets) if sets else BitMap()


def _nobody(days: Sequence[date]) -> list[BitMap]:
    return [BitMap() for _ in days]


def _window(day: date, window: int) -> list[date]:
    return [day - back * _ONE_DAY for back in range(window - 1, -1, -1)]


def _days_between(before: date, day: date) -> list[date]:
    """The days after ``before`` up to and including ``day``."""
    return [before + n * _ONE_DAY for n in range(1, (day - before).days + 1)]


def _is_consecutive(days: Sequence[date]) -> bool:
    return len(days) > 1 and all(b - a == _ONE_DAY for a, b in pairwise(days))
