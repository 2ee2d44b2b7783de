"""Anomalies drawn: each driver's days inside their band, and a sentence on those outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dashboard.charts import descriptions as words
from dashboard.charts.banded_rows import BandedRow, banded_rows
from dashboard.charts.columns import known
from dashboard.charts.drawing import Drawing, Look
from dashboard.charts.marks import in_scope
from dashboard.charts.numbers import Unit, dollars, long_day, per_cent, plural
from dashboard.cost.allocation import UNALLOCATED
from dashboard.slices import Span

_MOST_TOLD = 3
_CALM = "No driver is outside its expected band"


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of a driver, outside its band."""

    day: date
    driver: str
    cost_usd: float
    expected_usd: float
    low_usd: float
    high_usd: float
    left_on: date


def daily_bands(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """What each driver cost a day, the band it was expected in, and when it left it."""
    if frame.is_empty():
        return None
    parts = frame.partition_by("driver", maintain_order=True)
    rows = [
        BandedRow(
            str(part["driver"][0]),
            part.select(
                "day", "is_outside", value=pl.col("cost_usd").cast(pl.Float64),
                low="low_usd", high="high_usd",
            ),
            Unit.USD,
        )
        for part in parts
    ]  # fmt: skip
    days = frame["day"]
    marks = in_scope(look.marks, Span(days[0], days[-1] + timedelta(days=1)), None)
    return Drawing(
        banded_rows(rows, marks=marks, palette=look.palette),
        _told(frame),
        words.in_words("Charges of a day or less.", words.happenings(marks)),
    )


def _told(frame: pl.DataFrame) -> str:
    """Who is outside on the last day, the largest difference first; else who was last."""
    last, days = frame["day"][-1], frame["day"].n_unique()
    if not known(frame, "low_usd"):
        return "There is not enough history of bills yet to say what is expected of a day."
    left = list(_excursions(frame))
    now = [days_of for days_of in left if days_of[-1].day == last]
    if now:
        largest = sorted(now, key=lambda of: -abs(of[-1].cost_usd - of[-1].expected_usd))
        return " ".join(_sentence(of, last) for of in largest[:_MOST_TOLD])
    if not left:
        return f"{_CALM}, on none of the {plural(days, 'day', 'days')} to {long_day(last)}."
    latest = max(left, key=lambda of: of[-1].day)
    return f"{_CALM} on {long_day(last)}. The last that was: {_sentence(latest, last)}"


def _excursions(frame: pl.DataFrame) -> Iterator[list[_Day]]:
    """The days outside that belong together, driver by driver."""
    names = list(_Day.__slots__)
    beyond = frame.filter("is_outside").select(names).with_columns(pl.col("cost_usd").cast(float))
    for part in beyond.partition_by("driver", "left_on", maintain_order=True):
        yield [_Day(*row) for row in part.iter_rows()]


def _sentence(outside: list[_Day], last: date) -> str:
    """Which driver left its band on which day, how far, and until when."""
    first, end = outside[0], outside[-1]
    band = f"{dollars(first.low_usd)} to {dollars(first.high_usd)}"
    off = first.cost_usd / first.expected_usd - 1
    side = "above" if off > 0 else "below"
    name = "What is not allocated" if first.driver == UNALLOCATED else first.driver
    on = "" if first.day == first.left_on else f" on {long_day(first.day)}"
    said = (
        f"{name} left its band on {long_day(first.left_on)}: {dollars(first.cost_usd)}{on} where "
        f"{band} was expected, {per_cent(abs(off), 0)} {side} its middle"
    )
    if end.day == last:
        return f"{said}." if end.day == first.left_on else f"{said}; it is still outside."
    return f"{said}; it was last outside on {long_day(end.day)}."
