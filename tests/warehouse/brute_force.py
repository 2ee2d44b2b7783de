"""Growth by brute force: each person's days looked at one by one, straight from the definitions.

Nothing here knows how the product computes anything; slow and plain on purpose.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, timedelta
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from dashboard.slices import Scope

DAY = timedelta(days=1)


class Key(NamedTuple):
    """What names one row of user_days."""

    day: date
    person: str
    country: str
    platform: str


class Visit(NamedTuple):
    """One row of user_days."""

    key: Key
    views: int
    subdivision: str | None = None


History: TypeAlias = Mapping[Key, Visit]


def history(*ingests: Iterable[Visit]) -> dict[Key, Visit]:
    """What holds after these ingests: of rows with the same key, the last."""
    return {visit.key: visit for rows in ingests for visit in rows}


class Crowd:
    """The people of a history inside a scope."""

    def __init__(self, rows: History, scope: Scope) -> None:
        active = [
            row for row in rows.values()
            if row.views >= 1 and row.key.day < scope.as_of.astimezone(UTC).date()
        ]  # fmt: skip
        self.anywhere = _days_by_person(active)
        self.visits = [row for row in active if _is_inside(row.key, scope)]
        self.here = _days_by_person(self.visits)
        self._on_day: dict[tuple[str, date], list[Visit]] = defaultdict(list)
        for row in self.visits:
            self._on_day[row.key.person, row.key.day].append(row)

    def window(self, day: date, window: int) -> set[str]:
        return _active(self.here, day, window)

    def people(self, days: Sequence[date], window: int) -> list[dict[str, object]]:
        return [{"day": day, "people": len(self.window(day, window))} for day in days]

    def accounting(self, days: Sequence[date], window: int) -> list[dict[str, object]]:
        return [self._step(before, day, window) for before, day in pairwise(days)]

    def retention(self, starts: Sequence[date]) -> list[dict[str, object]]:
        periods = list(pairwise(starts))
        return [
            self._cell(periods, cohort, at)
            for cohort in range(len(periods))
            for at in range(cohort, len(periods))
        ]

    def days_active(self, day: date, window: int) -> list[dict[str, object]]:
        held = Counter(
            sum(1 for s in days if day - window * DAY < s <= day) for days in self.here.values()
        )
        return [{"days": days, "people": held[days]} for days in range(1, window + 1)]

    def by_country(self, days: Sequence[date], window: int) -> list[dict[str, object]]:
        counts = Counter(
            (day, self._last_country(person, day)) for day in days
            for person in self.window(day, window)
        )  # fmt: skip
        return [
            {"day": day, "country": country, "people": people}
            for (day, country), people in sorted(counts.items())
        ]

    def by_subdivision(self, day: date, window: int) -> dict[tuple[str, str | None], int]:
        return dict(Counter(self._last_place(person, day) for person in self.window(day, window)))

    def by_platform(self, days: Sequence[date], window: int) -> list[dict[str, object]]:
        people = defaultdict(set)
        for day in days:
            for row in self.visits:
                if day - window * DAY < row.key.day <= day:
                    people[day, row.key.platform].add(row.key.person)
        return [
            {"day": day, "platform": platform, "people": len(there)}
            for (day, platform), there in sorted(people.items())
        ]

    def overlap(self, other: "Crowd", day: date, window: int) -> tuple[int, int, int]:
        here, there = self.window(day, window), other.window(day, window)
        return len(here - there), len(here & there), len(there - here)

    def _step(self, before: date, day: date, window: int) -> dict[str, object]:
        was, now = self.window(before, window), self.window(day, window)
        was_anywhere = _active(self.anywhere, before, window)
        is_anywhere = _active(self.anywhere, day, window)
        joined, gone = now - was, was - now
        new = {person for person in joined if before < min(self.anywhere[person]) <= day}
        again = joined - new
        return {
            "day": day,
            "people_before": len(was),
            "people": len(now),
            "new": len(new),
            "returned": len(again - was_anywhere),
            "moved_in": len(again & was_anywhere),
            "resurrected": len(again),
            "left": len(gone - is_anywhere),
            "moved_out": len(gone & is_anywhere),
            "churned": len(gone),
            "retained": len(was & now),
        }

    def _cell(
        self, periods: Sequence[tuple[date, date]], cohort: int, at: int
    ) -> dict[str, object]:
        since, until = periods[cohort]
        members = {
            person for person, days in self.here.items()
            if since <= min(self.anywhere[person]) < until and min(self.anywhere[person]) in days
        }  # fmt: skip
        start, end, last = *periods[at], periods[-1][1]
        return {
            "cohort": since,
            "period": start,
            "step": at - cohort,
            "size": len(members),
            "people": sum(any(start <= s < end for s in self.here[p]) for p in members),
            "people_since": sum(any(start <= s < last for s in self.here[p]) for p in members),
        }

    def _last_country(self, person: str, day: date) -> str:
        return self._last_place(person, day)[0]

    def _last_place(self, person: str, day: date) -> tuple[str, str | None]:
        last = max(s for s in self.here[person] if s <= day)
        views: Counter[str] = Counter()
        parts: Counter[tuple[str, str | None]] = Counter()
        for row in self._on_day[person, last]:
            views[row.key.country] += row.views
            parts[row.key.country, row.subdivision] += row.views
        country = min(views, key=lambda code: (-views[code], code))
        inside = [part for part in parts if part[0] == country]
        return min(inside, key=lambda part: (part[1] is None, -parts[part], part[1] or ""))


def _days_by_person(rows: Iterable[Visit]) -> dict[str, set[date]]:
    days: dict[str, set[date]] = defaultdict(set)
    for row in rows:
        days[row.key.person].add(row.key.day)
    return dict(days)


def _active(days_by_person: Mapping[str, set[date]], day: date, window: int) -> set[str]:
    return {
        person for person, days in days_by_person.items()
        if any(day - window * DAY < s <= day for s in days)
    }  # fmt: skip


def _is_inside(key: Key, scope: Scope) -> bool:
    return (scope.countries is None or key.country in scope.countries) and (
        scope.platforms is None or key.platform in scope.platforms
    )
