"""What uploads were expected to be on each day of a span, by the detector that raises surprises.

The band of a day is the one that the detector gave it: learned from the history that its month is
judged by, and from the days before it alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from dashboard.access.reader import Reach
from dashboard.expectation.bands import BAND, Band, usual_bands
from dashboard.expectation.seasonal_filter import WEEK, Flags, Floats
from dashboard.incidents.causes import learning
from dashboard.incidents.measured import WHOLE, history_since
from dashboard.incidents.moments import Crossing, moment_left
from dashboard.periods import periods
from dashboard.slices import Grain, Scope, Slice, Span
from dashboard.warehouse.engine import AudienceKind, Warehouse

Cell: TypeAlias = date | float | bool | None

_TABLE = "uploads"
_ONE_DAY = timedelta(days=1)
_HORIZONS = (1, WEEK)


@dataclass(frozen=True, slots=True)
class _Days:
    """Uploads and creators by day, in rows of the sample, and which days the band learns from."""

    span: Span
    uploads: Floats
    creators: Floats
    learns: Flags


def expected_uploads(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Uploads on each complete day of the span, beside what was expected the day before.

    One row per day: ``day``, ``uploads``, ``expected``, ``low`` and ``high`` (of the platform; null
    before there is history enough), ``z`` and ``week_z`` (how many scales the day, and the seven
    days that end on it, are off; Float64), ``is_outside`` (belongs to an excursion of either) and
    ``outside_since`` (the first day of that excursion), ``told_on`` (the first whose end told of
    it); of the last excursion, where its midnights are known, ``left_at`` (when the band was left,
    in the reporting zone), ``left_over_days`` (1 or 7: whether the day told, or the
    week) and ``left_share`` (how far those days then lay from the expected). All null where there
    is no excursion. No row where platforms were chosen, for uploads name none.
    """
    scope = reach.scope(Slice(chosen.span, chosen.as_of, chosen.countries))
    span = _seen(warehouse, chosen)
    months = periods(span, Grain.MONTH, span.until)
    if not months or chosen.platforms is not None:
        return pl.DataFrame(schema=_DAILY | _moment(warehouse.reporting_time_zone))
    past = [Span(history_since(warehouse, m.span.until), m.span.until) for m in months]
    days = _days(warehouse, scope, Span(past[0].since, span.until))
    bands = _bands(days, past)
    judged = [_Judged(month.span, past[at], bands, at) for at, month in enumerate(months)]
    frame = pl.DataFrame([row for each in judged for row in each.rows()], _DAILY, orient="row")
    counts = pl.col("uploads", "expected", "low", "high")
    weighted = frame.with_columns(counts.fill_nan(None) * warehouse.weight(_TABLE))
    return _with_moment(weighted, warehouse, scope, judged)


def _with_moment(
    frame: pl.DataFrame, warehouse: Warehouse, scope: Scope, judged: Sequence["_Judged"]
) -> pl.DataFrame:
    """The frame with the moment of the last excursion beside each of its days."""
    told = frame["told_on"].drop_nulls()
    crossing = _crossing(judged, told[-1]) if told.len() else None
    moment = moment_left(warehouse, scope, crossing) if crossing else None
    schema = _moment(warehouse.reporting_time_zone)
    if crossing is None or moment is None:
        return frame.with_columns(pl.lit(None, of).alias(name) for name, of in schema.items())
    values = (moment.at, moment.over_days, moment.change_share)
    return frame.with_columns(
        pl.when(pl.col("told_on") == crossing.day).then(pl.lit(value, dtype=of)).alias(name)
        for value, (name, of) in zip(values, schema.items(), strict=True)
    )


def _crossing(judged: Sequence["_Judged"], day: date) -> Crossing | None:
    """How the band was left on a day: as its own month has it, where that is looked at."""
    own = [each for each in judged if each.month.since <= day < each.month.until]
    return (own or judged)[-1].crossing(day)


def _seen(warehouse: Warehouse, chosen: Slice) -> Span:
    first = warehouse.first_day(_TABLE) or chosen.span.until
    seen = chosen.span.until_at_most(warehouse.complete_until(chosen.as_of, _TABLE))
    return Span(min(max(seen.since, first), seen.until), seen.until)


def _days(warehouse: Warehouse, scope: Scope, span: Span) -> _Days:
    """What is known of the days; a day without an upload anywhere is unknown."""
    zone = ZoneInfo(warehouse.reporting_time_zone)
    since, until = (datetime.combine(day, time(), zone) for day in (span.since, span.until))
    counted = warehouse.read("velocity/day_uploads", scope, since=since, until=until, zone=zone.key)
    uploads = np.full(span.length_days, np.nan)
    uploads[(counted["day"] - span.since).dt.total_days().to_numpy()] = counted["uploads"]
    creators = warehouse.audience(AudienceKind.PUBLISHING, scope).people(span.days(), [1])
    learns = learning(warehouse, scope, span, [WHOLE])[:, 0]
    return _Days(span, uploads, creators["people_1"].to_numpy().astype(np.float64), learns)


def _bands(days: _Days, past: Sequence[Span]) -> tuple[Band, Band]:
    """The bands by the day and by the week; one series for each history, from its first day on."""
    longest = max(span.length_days for span in past)
    shape = (longest, len(past))
    uploads, creators, learns = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape, np.bool_)
    for at, span in enumerate(past):
        since = (span.since - days.span.since).days
        inside = slice(since, since + span.length_days)
        uploads[: span.length_days, at] = days.uploads[inside]
        creators[: span.length_days, at] = days.creators[inside]
        learns[: span.length_days, at] = days.learns[inside]
    return usual_bands(uploads, creators, learns)


class _Judged:
    """The days of one month, judged by the history that ends with it."""

    def __init__(self, month: Span, past: Span, bands: tuple[Band, Band], at: int) -> None:
        """Take the series ``at`` of the bands, whose days are those of ``past``."""
        self.month = month
        self._past, self._bands, self._at = past, bands, at
        self._ago = [_excursions(each, at, over)[: past.length_days]
                     for each, over in zip(bands, _HORIZONS, strict=True)]  # fmt: skip
        self._told = _told([max(each) for each in zip(*self._ago, strict=True)])

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """One row for each day of the month, in the order of the columns."""
        band, week = self._bands
        for day in self.month.days():
            number = (day - self._past.since).days
            ago, told = max(each[number] for each in self._ago), self._told[number]
            judged, at = band.is_judged[number, self._at], self._at
            yield (
                day, float(band.observed[number, at]),
                *(_known(each[number, at], judged)
                  for each in (band.expected, band.low, band.high, band.z)),
                _known(week.z[number, at], week.is_judged[number, at]),
                told is not None, None if told is None else day - ago * _ONE_DAY,
                None if told is None else self._past.since + told * _ONE_DAY,
            )  # fmt: skip

    def crossing(self, day: date) -> Crossing | None:
        """How the band was left on a day that begins an excursion; None where it does not."""
        number = (day - self._past.since).days
        if number < 1 or self._told[number] != number:
            return None
        horizon = next(i for i, each in enumerate(self._ago) if each[number] >= 0)
        band, at = self._bands[horizon], self._at
        edges = band.low if band.z[number, at] < 0 else band.high

        def ends(values: Floats) -> tuple[float, float]:
            return float(values[number - 1, at]), float(values[number, at])

        return Crossing(day, _HORIZONS[horizon], ends(band.observed), ends(band.expected),
                        ends(edges))  # fmt: skip


def _told(ago: Sequence[int]) -> list[int | None]:
    """For each day outside, the number of the first one in a row; None for those inside."""
    told: list[int | None] = []
    for number, days in enumerate(ago):
        before = told[-1] if told else None
        told.append(None if days < 0 else number if before is None else before)
    return told


def _excursions(band: Band, at: int, over_days: int) -> list[int]:
    """How many days before each day the excursion began that it belongs to; -1 where to none."""
    ago: list[int] = []
    is_raised = False
    runs, far = band.run[:, at].tolist(), np.abs(band.z[:, at]) > BAND
    for run, is_far in zip(runs, (far & band.is_judged[:, at]).tolist(), strict=True):
        is_raised = is_far or (is_raised and run > 1)
        ago.append(run + over_days - 2 if is_raised and run else -1)
    return ago


def _known(value: float, is_judged: bool) -> float | None:
    return float(value) if is_judged else None


_DAILY: dict[str, pl.DataType] = {
    "day": pl.Date(),
    "uploads": pl.Float64(),
    **dict.fromkeys(("expected", "low", "high", "z", "week_z"), pl.Float64()),
    "is_outside": pl.Boolean(),
    "outside_since": pl.Date(),
    "told_on": pl.Date(),
}


def _moment(zone: str) -> dict[str, pl.DataType]:
    return {
        "left_at": pl.Datetime("us", zone),
        "left_over_days": pl.Int64(),
        "left_share": pl.Float64(),
    }
