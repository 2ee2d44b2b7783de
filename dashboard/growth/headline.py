"""The figures an executive reads first, each with the interval its sampling leaves."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dashboard.access.reader import Reach
from dashboard.growth.question import Question
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.sampling import Interval, count_interval, mean_interval, ratio_interval

WINDOWS = {"dau": 1, "wau": 7, "mau_28": MONTH_DAYS, "mau_30": 30}
_NEEDED_DAYS = {**WINDOWS, "stickiness": MONTH_DAYS, "quick_ratio": 2 * MONTH_DAYS}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; None where it cannot be told."""

    value: float | None
    interval: Interval | None = None


def headline(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The headline figures at the end of the span, and at the end of the compared one.

    One row per metric (dau, wau, mau_28, mau_30, stickiness, quick_ratio): ``metric``, ``value``,
    ``before``, ``low`` and ``high`` (95 per cent interval), Float64, null where unknown: a figure
    of so many days is known once so many days lie inside the data.
    """
    asked = Question(warehouse, chosen, reach)
    until_now = chosen.over(chosen.span.until_at_most(asked.complete_until))
    now, before = _figures(asked), _figures(Question(warehouse, until_now.compared, reach))
    rows = [
        (metric, figure.value, before[metric].value, *_ends(figure.interval))
        for metric, figure in now.items()
    ]
    columns = ("value", "before", "low", "high")
    return pl.DataFrame(
        rows, schema={"metric": pl.String, **dict.fromkeys(columns, pl.Float64)}, orient="row"
    )


def _figures(question: Question) -> dict[str, Figure]:
    if question.is_empty:
        return {name: Figure(None) for name in (*WINDOWS, "stickiness", "quick_ratio")}
    day = question.seen.last_day
    counts = question.audience.people([day], list(WINDOWS.values()))
    people = {name: int(counts[f"people_{window}"][0]) for name, window in WINDOWS.items()}
    figures = {
        name: Figure(count * question.weight, count_interval(count, question.weight))
        for name, count in people.items()
    }
    figures["stickiness"] = _stickiness(question, day, people["mau_28"])
    figures["quick_ratio"] = _quick_ratio(question, day)
    return {
        name: figure if question.is_whole(day, _NEEDED_DAYS[name]) else Figure(None)
        for name, figure in figures.items()
    }


def _stickiness(question: Question, day: date, mau: int) -> Figure:
    """Mean DAU over MAU_28, which is the mean share of the 28 days its people were active on."""
    if not mau:
        return Figure(None)
    days = [day - timedelta(days=back) for back in range(MONTH_DAYS)]
    daily = int(question.audience.people(days, [1])["people_1"].sum())
    mean = daily / MONTH_DAYS / mau
    if question.weight == 1:
        return Figure(mean)
    histogram = question.audience.days_active(day, MONTH_DAYS)
    spread = (histogram["days"] / MONTH_DAYS - mean).pow(2) * histogram["people"]
    return Figure(mean, mean_interval(mean, float(spread.sum()) / mau, mau, question.weight))


def _quick_ratio(question: Question, day: date) -> Figure:
    """People won over people lost between this month's window and the one before it.

    Social Capital's growth accounting: (new + resurrected) / churned; unknown when nobody churned.
    """
    month_before = day - timedelta(days=MONTH_DAYS)
    flows = question.audience.accounting([month_before, day], MONTH_DAYS).row(0, named=True)
    won, lost = flows["new"] + flows["resurrected"], flows["churned"]
    if not lost:
        return Figure(None)
    return Figure(won / lost, ratio_interval(won, lost, question.weight))


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (interval.low, interval.high) if interval else (None, None)
