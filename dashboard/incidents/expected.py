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
from dashboard.incidents.bands import BAND, Band, usual_bands
from dashboard.incidents.causes import learning
from dashboard.incidents.measured import WHOLE, history_since
from dashboard.incidents.seasonal_filter import WEEK, Flags, Floats
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
    ``outside_since`` (the first day of that excursion, null where there is none). Platforms change
    nothing, for uploads name none.
    """
    scope = reach.scope(Slice(chosen.span, chosen.as_of, chosen.countries))
    span = _seen(warehouse, chosen)
    months = periods(span, Grain.MONTH, span.until)
    if not months:
        return pl.DataFrame(schema=_COLUMNS)
    past = [Span(history_since(warehouse, m.span.until), m.span.until) for m in months]
    days = _days(warehouse, scope, Span(past[0].since, span.until))
    bands = _bands(days, past)
    rows = [
        row
        for at, month in enumerate(months)
        for row in _rows(month.span, (month.span.since - past[at].since).days, bands, at)
    ]
    frame = pl.DataFrame(rows, schema=_COLUMNS, orient="row")
    counts = pl.col("uploads", "expected", "low", "high")
    return frame.with_columns(counts.fill_nan(None) * warehouse.weight(_TABLE))


def _seen(warehouse: Warehouse, chosen: Slice) -> Span:
    first = warehouse.first_day(_TABLE) or chosen.span.until
    seen = chosen.span.until_at_most(warehouse.complete_until(chosen.as_of))
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


def _rows(month: Span, first: int, bands: tuple[Band, Band], at: int) -> Iterator[tuple[Cell, ...]]:
    """The days of a month, which begins ``first`` days into its history, the series ``at``."""
    band, week = bands
    since = [_excursions(each, at, over) for each, over in zip(bands, _HORIZONS, strict=True)]
    for number, day in enumerate(month.days(), first):
        ago = max((each[number] for each in since), default=0)
        yield (
            day, float(band.observed[number, at]),
            *(_known(each[number, at], band.is_judged[number, at])
              for each in (band.expected, band.low, band.high, band.z)),
            _known(week.z[number, at], week.is_judged[number, at]),
            ago >= 0, day - ago * _ONE_DAY if ago >= 0 else None,
        )  # fmt: skip


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


_COLUMNS: dict[str, pl.DataType] = {
    "day": pl.Date(),
    "uploads": pl.Float64(),
    **dict.fromkeys(("expected", "low", "high", "z", "week_z"), pl.Float64()),
    "is_outside": pl.Boolean(),
    "outside_since": pl.Date(),
}
