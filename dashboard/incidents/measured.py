"""The daily series that surprises are looked for in: each metric, of all places and of each.

Counts are rows of the sample, so that the chance of sampling can be told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from dashboard.expectation.bands import MINIMUM_WEEK_ROWS
from dashboard.expectation.seasonal_filter import WEEK, Floats
from dashboard.incidents.metrics import Metric
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Scope, Span
from dashboard.warehouse.engine import Audience, AudienceKind, Parameter, Warehouse

HISTORY_MONTHS = 6
"""History begins on the first of a month, so that within a month no day is banded anew."""
MOST_MIDNIGHTS = 7
"""An upload that is not published after so many ends of days has failed and waits no longer."""
_ONE_DAY = timedelta(days=1)
_SECONDS_AN_HOUR = 3600
_TABLES = ("user_days", "uploads", "service_samples")

Place: TypeAlias = tuple[str, str]
"""A country and a platform; each empty for all of the scope, as in the files of sets."""

WHOLE: Place = ("", "")


@dataclass(frozen=True, slots=True)
class Series:
    """One metric in one place by day: values, and the rows of the sample behind each."""

    metric: Metric
    place: Place
    values: Floats
    rows: Floats


@dataclass(frozen=True, slots=True)
class History:
    """The days up to the last complete one, and every series over them."""

    span: Span
    series: tuple[Series, ...]


def history(warehouse: Warehouse, scope: Scope) -> History:
    """Every series of the scope, from HISTORY_MONTHS back up to its last complete day.

    Places with too few rows to be judged are left out. So are publishing where platforms were
    chosen, since uploads name none, and services where anything was, since they are the whole
    platform's.
    """
    until = warehouse.complete_until(scope.as_of)
    since = history_since(warehouse, until)
    if since >= until:
        return History(Span(until, until), ())
    days = _Days(warehouse, scope, Span(since, until))
    found = [*_watching(days)]
    if scope.platforms is None:
        found += _publishing(days)
    if scope.platforms is None and scope.countries is None:
        found += _of_the_whole_platform(days)
    return History(days.span, tuple(found))


def history_since(warehouse: Warehouse, until: date) -> date:
    """The first day of the history that the day before ``until`` is judged by."""
    firsts = [day for table in _TABLES if (day := warehouse.first_day(table)) is not None]
    return max(_months_back(until), min(firsts, default=until))


def _months_back(until: date) -> date:
    last = until - _ONE_DAY
    months = last.year * 12 + last.month - 1 - HISTORY_MONTHS
    return date(months // 12, months % 12 + 1, 1)


class _Days:
    """The days of a scope, and how what the warehouse answers falls on them."""

    def __init__(self, warehouse: Warehouse, scope: Scope, span: Span) -> None:
        self.warehouse, self.scope, self.span = warehouse, scope, span
        self.count = span.length_days

    def read(self, query: str) -> pl.DataFrame:
        """A query of the span's days, with their numbers as ``day_number``."""
        rows = self.warehouse.read(query, self.scope, since=self.span.since, until=self.span.until)
        return rows.with_columns(day_number=(pl.col("day") - self.span.since).dt.total_days())

    def read_instants(self, query: str, **parameters: Parameter) -> pl.DataFrame:
        """A query of as many days of 24 hours, which end when the last day of the span does."""
        zone = ZoneInfo(self.warehouse.reporting_time_zone)
        until = datetime.combine(self.span.until, time(), zone).astimezone(UTC)
        since = until - self.count * _ONE_DAY
        return self.warehouse.read(query, self.scope, since=since, until=until, **parameters)

    def audience(self, kind: AudienceKind, place: Place = WHOLE) -> Audience:
        """The people of one kind in a place."""
        country, platform = place
        countries = frozenset({country}) if country else self.scope.countries
        platforms = frozenset({platform}) if platform else self.scope.platforms
        return self.warehouse.audience(kind, Scope(self.scope.as_of, countries, platforms))

    def people(self, kind: AudienceKind, place: Place = WHOLE, window: int = 1) -> Floats:
        """People of the window that ends on each day."""
        counted = self.audience(kind, place).people(self.span.days(), [window])
        return counted[f"people_{window}"].to_numpy().astype(np.float64)

    def by_name(
        self, rows: pl.DataFrame, name: str, values: Sequence[str]
    ) -> list[dict[str, Floats]]:
        """The sums of each value by day for each name in a column; 0 on days without one."""
        names = rows[name].unique().sort().to_list()
        codes = rows[name].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
        cells = codes * self.count + rows["day_number"].to_numpy()
        sums = [np.bincount(cells, rows[value].to_numpy(), len(names) * self.count)
                for value in values]  # fmt: skip
        return [dict(zip(names, each.reshape(-1, self.count), strict=True)) for each in sums]

    def line(self, rows: pl.DataFrame, value: str) -> Floats:
        """A value by day, NaN on days without one."""
        line = np.full(self.count, np.nan)
        line[rows["day_number"].to_numpy()] = rows[value].to_numpy()
        return line


def _watching(days: _Days) -> Iterator[Series]:
    """People, views and watch time, of the scope, its countries and its platforms."""
    activity = days.read("incidents/daily_activity_by_place")
    rows, views, seconds = _in_places(days, activity, ["person_days", "views", "watch_seconds"])
    unknown = _unknown(rows[WHOLE])
    yield from _people_of_all(days, unknown)
    for place in _large_enough(rows):
        people = days.people(AudienceKind.ACTIVE, place)
        yield Series(Metric.DAILY_ACTIVE, place, people + unknown, people)
        yield Series(Metric.VIEWS, place, views[place] + unknown, people)
        hours = seconds[place] / _SECONDS_AN_HOUR
        yield Series(Metric.WATCH_TIME, place, hours + unknown, people)


def _people_of_all(days: _Days, unknown: Floats) -> Iterator[Series]:
    """Those of a month, and those who are new: for the whole scope alone."""
    month = days.people(AudienceKind.ACTIVE, window=MONTH_DAYS)
    first = days.warehouse.first_day("user_days") or days.span.until
    reaches_back = max((first - days.span.since).days + MONTH_DAYS - 1, 0)
    partly = np.where(np.arange(days.count) < reaches_back, np.nan, unknown)
    yield Series(Metric.MONTHLY_ACTIVE, WHOLE, month + partly, month)
    steps = [days.span.since - _ONE_DAY, *days.span.days()]
    flows = days.audience(AudienceKind.ACTIVE).accounting(steps, 1)
    new = flows["new"].to_numpy().astype(np.float64)
    yield Series(Metric.NEW, WHOLE, new + unknown, new)


def _publishing(days: _Days) -> Iterator[Series]:
    """Creators, uploads and the queue, of the scope and its countries.

    Their rows are creators, since what one person uploads comes together.
    """
    waits = days.read_instants("incidents/daily_uploads_by_wait")
    (uploads,) = _in_places(days, waits, ["uploads"])
    unknown = _unknown(uploads[WHOLE]) + _still_open(days, "uploads")
    for place in _large_enough(uploads):
        creators = days.people(AudienceKind.PUBLISHING, place)
        waiting = _queue(days, waits.filter(country=place[0]) if place[0] else waits)
        yield Series(Metric.CREATORS, place, creators + unknown, creators)
        yield Series(Metric.UPLOADS, place, uploads[place] + unknown, creators)
        yield Series(Metric.QUEUE, place, waiting + unknown, np.minimum(waiting, creators))


def _queue(days: _Days, waits: pl.DataFrame) -> Floats:
    """Uploads not yet published at the end of each day, MOST_MIDNIGHTS ends at most."""
    met = waits["midnights_waited"].fill_null(MOST_MIDNIGHTS).clip(0, MOST_MIDNIGHTS).to_numpy()
    began = waits["day_number"].to_numpy()
    ended = np.minimum(began + met, days.count)
    steps = np.zeros(days.count + 1)
    np.add.at(steps, began, waits["uploads"].to_numpy())
    np.subtract.at(steps, ended, waits["uploads"].to_numpy())
    waiting: Floats = np.cumsum(steps)[: days.count]
    return waiting


def _of_the_whole_platform(days: _Days) -> Iterator[Series]:
    """What the services say of themselves; nothing of it is sampled."""
    share = Metric.WATCHED_TO_THE_END
    means = days.read_instants("incidents/daily_service_means", measures=[share.value])
    yield Series(share, WHOLE, days.line(means, "mean_value"), np.full(days.count, np.inf))


def _in_places(days: _Days, rows: pl.DataFrame, values: Sequence[str]) -> list[dict[Place, Floats]]:
    """The sums of each value by day in all places together, each country and each platform."""
    by_country = days.by_name(rows, "country", values)
    found: list[dict[Place, Floats]] = [
        {WHOLE: np.zeros(days.count) + sum(lines.values())}
        | {(name, ""): line for name, line in lines.items()}
        for lines in by_country
    ]
    if "platform" in rows.columns:
        for lines, places in zip(days.by_name(rows, "platform", values), found, strict=True):
            places |= {("", name): line for name, line in lines.items()}
    return found


def _large_enough(rows: Mapping[Place, Floats]) -> Iterable[Place]:
    """The whole scope, and the places that have had rows enough over the last weeks."""
    lately = slice(-MONTH_DAYS - WEEK, None)
    least = MINIMUM_WEEK_ROWS / WEEK
    return [p for p, line in rows.items() if p == WHOLE or line[lately].mean() >= least]


def _still_open(days: _Days, table: str) -> Floats:
    """NaN on the days that rows of the table can still come for, and 0 on those before."""
    whole_until = days.warehouse.complete_until(days.scope.as_of, table)
    line = np.zeros(days.count)
    line[max((whole_until - days.span.since).days, 0) :] = np.nan
    return line


def _unknown(rows: Floats) -> Floats:
    """NaN on days without a row anywhere, which say nothing, and 0 on all others."""
    return np.where(rows > 0, 0.0, np.nan)
