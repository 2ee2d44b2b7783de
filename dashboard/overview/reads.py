"""The Overview's figures: each subject's own, side by side in one shape."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TypeAlias

import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.reads import cost_per_mau
from dashboard.cost.reads import headline as billed
from dashboard.countries import country_name
from dashboard.growth.reads import active_people, reachable_people, views, views_a_day
from dashboard.overview.briefing import briefing
from dashboard.overview.claims import claims_beside_sample
from dashboard.overview.timeline import timeline
from dashboard.periods import MONTH_DAYS, periods
from dashboard.scale.reads import figures, history
from dashboard.slices import Slice, Span
from dashboard.velocity.reads import uploads, uploads_a_day
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.sampling import count_interval

__all__ = [
    "briefing", "claims_beside_sample", "course", "headline", "scale", "scale_course", "timeline",
]  # fmt: skip

Read: TypeAlias = Callable[[Warehouse, Slice, Reach], pl.DataFrame]
Row: TypeAlias = tuple[str, float | None, float | None, float | None, float | None]

_FEW = 3
_YEAR = timedelta(days=365)
_PEOPLE = "user_days"
_FIGURES = {
    "metric": pl.String(),
    **dict.fromkeys(("value", "before", "low", "high"), pl.Float64()),
}
_MONTHLY_COST = "monthly_cost_usd"
_NO_PLATFORM = "uploads name no platform"
_NO_BILL = "a bill names no countries and no platforms"


def headline(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The platform's first figures at the end of the span, and of the compared one.

    One row per metric: ``mau_28``, ``reachable_mau`` (of them, those in no country that is closed),
    ``cost_per_mau_usd`` (of the last complete month), ``uploads_a_day`` and ``views_a_day`` (means
    over the span); ``value``, ``before``, ``low`` and ``high`` (95 per cent), Float64, null where
    unknown; ``month_before`` (Date), the month that a month is held against; ``note`` (String, null
    without one) says what a figure leaves out, or why the choice has none: uploads name no
    platform, and a bill names no countries and no platforms.
    """
    means = [
        _uploads(warehouse, chosen, reach),
        _mean_day("views_a_day", views_a_day, warehouse, chosen, reach),
    ]
    frame = pl.concat(
        [
            pl.DataFrame(_people(warehouse, chosen, reach), schema=_FIGURES, orient="row"),
            _billed("cost_per_mau_usd", warehouse, chosen, reach).drop("month"),
            pl.DataFrame(means, schema=_FIGURES, orient="row"),
        ],
        how="diagonal",
    )
    notes = {
        "reachable_mau": _left_out(warehouse, chosen, reach),
        "cost_per_mau_usd": _NO_BILL if _names_places(chosen) else None,
        "uploads_a_day": _NO_PLATFORM if chosen.platforms is not None else None,
    }
    said = [notes.get(metric) for metric in frame["metric"]]
    return frame.with_columns(note=pl.Series(said, dtype=pl.String))


def course(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The same figures over time: at the end of each complete period of the span.

    One row per metric and period: ``metric``, ``day`` (the period's last) and ``value`` (Float64).
    The cost of a month is told for a year at least, for a shorter span has no course of months.
    Uploads name no platform, so that a choice of platforms has no course of them.
    """
    mau = active_people(warehouse, chosen, reach).filter("is_complete")
    year = chosen.over(Span(min(chosen.span.since, _year_before(chosen)), chosen.span.until))
    cost = cost_per_mau(warehouse, year, reach).filter("is_complete")
    parts = [
        _named("mau_28", mau, "mau_28"),
        _named("cost_per_mau_usd", cost, "cost_per_mau_usd"),
        _named("views_a_day", _by_period(views, "views", warehouse, chosen, reach), "value"),
    ]
    if chosen.platforms is None:
        sent = _by_period(uploads, "uploads", warehouse, chosen, reach)
        parts.append(_named("uploads_a_day", sent, "value"))
    return pl.concat(parts)


def scale(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What is stated about the platform's scale, and its monthly bill, at the end of the span.

    One row per metric: ``metric``, ``value``, ``before`` (Float64), ``since`` (the day it was
    stated for), ``unit``, ``source`` and ``month_before`` (the month that the bill's is held
    against; Date, null for what is stated). Raises OutsideReach for a reader who may not see the
    world.
    """
    stated = figures(warehouse, chosen, reach)
    billed = _billed("cost_usd", warehouse, chosen, reach)
    bill = billed.drop_nulls("month").select(
        pl.lit(_MONTHLY_COST).alias("metric"), "value", "before", pl.col("month").alias("since"),
        pl.lit("USD").alias("unit"), pl.lit("bills").alias("source"), "month_before",
    )  # fmt: skip
    return pl.concat([stated, bill], how="diagonal")


def scale_course(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Every figure of scale over the platform's life: ``metric``, ``day`` and ``value``."""
    rows = history(warehouse, chosen, reach).select("metric", "day", "value")
    first = warehouse.first_day("cost_lines") or chosen.span.since
    life = chosen.over(Span(min(first, chosen.span.until), chosen.span.until))
    cost = cost_per_mau(warehouse, life, reach).filter("is_complete")
    return pl.concat([rows, _named(_MONTHLY_COST, cost, "cost_usd")])


def _people(warehouse: Warehouse, chosen: Slice, reach: Reach) -> Iterator[Row]:
    now = _reachable_at_end(warehouse, chosen, reach)
    before = _reachable_at_end(warehouse, chosen.compared, reach)
    weight = warehouse.weight(_PEOPLE)
    for metric, column in (("mau_28", "people"), ("reachable_mau", "reachable")):
        if now is None:
            yield metric, None, None, None, None
            continue
        value = now[column]
        interval = count_interval(value / weight, weight)
        ends = (interval.low, interval.high) if interval else (None, None)
        yield metric, value, before[column] if before else None, *ends


def _left_out(warehouse: Warehouse, chosen: Slice, reach: Reach) -> str | None:
    """Which countries the people who cannot be reached were last seen in."""
    ends = reachable_people(warehouse, chosen, reach)
    blocked = ends["blocked"].to_list()[-1] if ends.height else []
    if not blocked:
        return "no country with people is blocked" if ends.height else None
    named = [country_name(code) for code in blocked[:_FEW]]
    more = f" and {len(blocked) - _FEW} more" if len(blocked) > _FEW else ""
    return f"without {', '.join(named)}{more}"


def _reachable_at_end(warehouse: Warehouse, chosen: Slice, reach: Reach) -> dict[str, int] | None:
    """People and reachable people at the end of the span; None where no month lies before it."""
    ends = reachable_people(warehouse, chosen, reach)
    first = warehouse.first_day(_PEOPLE)
    if ends.is_empty() or first is None:
        return None
    last = ends.row(-1, named=True)
    is_whole = (last["day"] - first).days >= MONTH_DAYS - 1
    return {"people": last["people"], "reachable": last["reachable"]} if is_whole else None


def _billed(metric: str, warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """A figure of the bill as the page of cost has it, in one row."""
    return billed(warehouse, chosen, reach).filter(pl.col("metric") == metric)


def _uploads(warehouse: Warehouse, chosen: Slice, reach: Reach) -> Row:
    if chosen.platforms is not None:
        return "uploads_a_day", None, None, None, None
    return _mean_day("uploads_a_day", uploads_a_day, warehouse, chosen, reach)


def _names_places(chosen: Slice) -> bool:
    return chosen.countries is not None or chosen.platforms is not None


def _mean_day(metric: str, read: Read, warehouse: Warehouse, chosen: Slice, reach: Reach) -> Row:
    now, before = (read(warehouse, each, reach) for each in (chosen, chosen.compared))
    return metric, now["value"][0], before["value"][0], now["low"][0], now["high"][0]


def _by_period(
    read: Read, column: str, warehouse: Warehouse, chosen: Slice, reach: Reach
) -> pl.DataFrame:
    """The mean day of each complete period of the span: ``day`` (its last) and ``value``."""
    parts = periods(chosen.span, chosen.grain, warehouse.complete_until(chosen.as_of))
    ends = pl.DataFrame(
        {"end": [part.last_day for part in parts if part.is_complete]}, schema={"end": pl.Date}
    )
    daily = read(warehouse, chosen, reach).sort("day")
    return (
        daily.join_asof(ends, left_on="day", right_on="end", strategy="forward")
        .filter(pl.col("end").is_not_null())
        .group_by("end", maintain_order=True)
        .agg(value=pl.col(column).mean())
        .rename({"end": "day"})
    )


def _named(metric: str, frame: pl.DataFrame, column: str) -> pl.DataFrame:
    return frame.select(
        metric=pl.lit(metric), day="day", value=pl.col(column).cast(pl.Float64)
    ).drop_nulls()


def _year_before(chosen: Slice) -> date:
    return chosen.span.until - _YEAR
