"""Claims beside the sample: what others said, and what this warehouse gives for the same thing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeAlias

import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.reads import cost_per_mau
from dashboard.evidence.reads import claims
from dashboard.growth.reads import views
from dashboard.overview.timeline import whole_life
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice, Span
from dashboard.velocity.reads import uploads
from dashboard.warehouse.engine import AudienceKind, Warehouse

Values: TypeAlias = pl.DataFrame
"""A course of one metric: ``day`` and ``value``."""

_WORLD = "global"
_PEOPLE = "growth/active_people"
_DAYS_BETWEEN = 7


def claims_beside_sample(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Every claim known as of the choice, with this warehouse's own figure beside it.

    One row per claim, those with a figure here first: ``claim`` (its metric in words), ``scope``,
    ``period``, ``claimed``, ``here`` (the mean over the claim's period as far as it was complete;
    null where nothing here measures it), ``ratio`` (here / claimed), ``unit``, ``grade``,
    ``source``, ``note`` and ``metric``. Claims are never measurements, and figures of an invented
    sample are none either. Raises OutsideReach for a reader who may not see the world.
    """
    life = whole_life(warehouse, replace(chosen, countries=None, platforms=None))
    rows = claims(warehouse, life, reach)
    courses = {name: of(warehouse, life, reach) for name, of in _COURSES.items()}
    here = [_here(row, courses, warehouse, life, reach) for row in rows.iter_rows(named=True)]
    figures = pl.Series(here, dtype=pl.Float64)
    claimed = pl.col("value")
    in_words = pl.col("metric").str.split("/").list.last().str.replace_all("_", " ", literal=True)
    return rows.select(
        claim=in_words,
        scope="scope",
        period="period",
        claimed=claimed,
        here=figures,
        ratio=figures / pl.when(claimed != 0).then(claimed),
        unit="unit",
        grade="grade",
        source="source",
        note="note",
        metric="metric",
    ).sort(pl.col("here").is_null(), maintain_order=True)


def _here(
    row: Mapping[str, object],
    courses: Mapping[str, Values],
    warehouse: Warehouse,
    life: Slice,
    reach: Reach,
) -> float | None:
    since, until = row["since"], row["until"]
    if not isinstance(since, date) or not isinstance(until, date):
        return None
    period = Span(max(since, life.span.since), max(since, life.span.since, until))
    period = period.until_at_most(life.span.until)
    metric, scope = str(row["metric"]), str(row["scope"])
    if metric == _PEOPLE and row["unit"] == "people" and period.length_days:
        return _mean_mau(warehouse, life, reach, period, scope)
    if metric not in courses or scope != _WORLD:
        return None
    inside = courses[metric].filter(pl.col("day").is_between(period.since, period.last_day))
    mean = inside["value"].mean()
    return float(mean) if isinstance(mean, int | float) else None


def _mean_mau(
    warehouse: Warehouse, life: Slice, reach: Reach, period: Span, scope: str
) -> float | None:
    """The mean MAU over a day of each week of the period; None for what is no country."""
    if scope != _WORLD and len(scope) != 2:
        return None
    places = None if scope == _WORLD else frozenset({scope})
    where = reach.scope(Slice(period, life.as_of, places))
    days = period.days()[::-1][::_DAYS_BETWEEN][::-1]
    counts = warehouse.audience(AudienceKind.ACTIVE, where).people(days, [MONTH_DAYS])
    mean = counts[f"people_{MONTH_DAYS}"].mean()
    return float(mean) * warehouse.weight("user_days") if isinstance(mean, float) else None


def _cost(column: str) -> Callable[[Warehouse, Slice, Reach], Values]:
    def course(warehouse: Warehouse, life: Slice, reach: Reach) -> Values:
        months = cost_per_mau(warehouse, life, reach).filter("is_complete")
        return months.select("day", value=pl.col(column))

    return course


def _views(warehouse: Warehouse, life: Slice, reach: Reach) -> Values:
    return views(warehouse, life, reach).select("day", value=pl.col("views"))


def _uploads(warehouse: Warehouse, life: Slice, reach: Reach) -> Values:
    return uploads(warehouse, life, reach).select("day", value=pl.col("uploads"))


_COURSES: Mapping[str, Callable[[Warehouse, Slice, Reach], Values]] = {
    "cost/cost_a_month_usd": _cost("cost_usd"),
    "cost/cost_per_person_usd": _cost("cost_per_mau_usd"),
    "growth/views_a_day": _views,
    "velocity/uploads_a_day": _uploads,
}
"""What this warehouse measures of what is claimed, day by day or month by month."""
