"""The figures of content that an executive reads first, each with its interval where it has one."""

from collections.abc import Mapping

import polars as pl

from dashboard.access.reader import Reach
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice
from dashboard.velocity.pace import MINUTES_A_DAY, uploads_a_day
from dashboard.velocity.question import NO_PLATFORM, Question
from dashboard.velocity.waits import PUBLISH, over_span
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.sampling import count_interval

Figure = tuple[float | None, float | None, float | None]
"""A value with the two ends of its interval, each None where it is not known."""

_UNKNOWN: Figure = (None, None, None)
_METRICS = (
    "uploads_a_day", "uploads_a_minute", "active_creators", "publish_p50_seconds",
    "publish_p90_seconds",
)  # fmt: skip


def headline(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The headline figures at the end of the span, and at the end of the compared one.

    One row per metric: ``uploads_a_day`` and ``uploads_a_minute`` (means over the span),
    ``active_creators``, ``publish_p50_seconds`` and ``publish_p90_seconds`` (all three of the 28
    days that end with the span); ``metric``, ``value``, ``before``, ``low`` and ``high`` (95 per
    cent), Float64, null where unknown; ``note`` (String, null without one) says why a choice of
    platforms has no figures: uploads name none.
    """
    asked = Question(warehouse, chosen, reach)
    until_now = chosen.over(chosen.span.until_at_most(asked.complete_until))
    now = _figures(warehouse, chosen, reach)
    before = _figures(warehouse, until_now.compared, reach)
    rows = [(metric, now[metric][0], before[metric][0], *now[metric][1:]) for metric in _METRICS]
    columns = ("value", "before", "low", "high")
    frame = pl.DataFrame(
        rows, schema={"metric": pl.String, **dict.fromkeys(columns, pl.Float64)}, orient="row"
    )
    note = NO_PLATFORM if chosen.platforms is not None else None
    return frame.with_columns(note=pl.lit(note, dtype=pl.String))


def _figures(warehouse: Warehouse, chosen: Slice, reach: Reach) -> Mapping[str, Figure]:
    a_day: Figure = uploads_a_day(warehouse, chosen, reach).row(0)
    return {
        "uploads_a_day": a_day,
        "uploads_a_minute": _scaled(a_day, 1 / MINUTES_A_DAY),
        **_of_month(Question(warehouse, chosen, reach)),
    }


def _of_month(question: Question) -> Mapping[str, Figure]:
    """What is told of the last month of the span."""
    if question.is_empty or not question.is_whole(question.seen.last_day, MONTH_DAYS):
        return dict.fromkeys(_METRICS[2:], _UNKNOWN)
    [creators] = question.creator_counts([question.seen.last_day])
    waits = over_span(question, PUBLISH, question.lately())
    [half], [most] = waits.estimate.quantile(0.5), waits.estimate.quantile(0.9)
    return {
        "active_creators": _with_ends(creators or 0, question.weight),
        "publish_p50_seconds": (half, None, None),
        "publish_p90_seconds": (most, None, None),
    }


def _with_ends(count: int, weight: int) -> Figure:
    interval = count_interval(count / weight, weight)
    return (float(count), *((interval.low, interval.high) if interval else (None, None)))


def _scaled(figure: Figure, factor: float) -> Figure:
    value, low, high = (None if each is None else each * factor for each in figure)
    return value, low, high
