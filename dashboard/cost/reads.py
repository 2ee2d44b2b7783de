"""Cost read from the warehouse: the bill by month, and beside it the people it was paid for."""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from dashboard.access.reader import Reach
from dashboard.periods import next_period, period_start
from dashboard.slices import Grain, Scope, Slice
from dashboard.warehouse.engine import AudienceKind, Warehouse

__all__ = ["cost_per_mau"]

_MONTH_DAYS = 28
_ONE_DAY = timedelta(days=1)
_PEOPLE, _BILL = "user_days", "cost_lines"


def cost_per_mau(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What each month of the span cost, whole months whatever days of them the span holds.

    One row per month: ``day`` (its last), ``month`` (its first), ``cost_usd`` (effective cost),
    ``mean_mau`` (28-day MAU, mean over the month's days), ``cost_per_mau_usd`` (Float64, null
    without people or without a bill) and ``is_complete``. A bill names no countries, so the cost
    of a choice of countries or platforms is unknown: null. Raises OutsideReach for a reader who
    may not see the world.
    """
    months = _months(warehouse, chosen)
    people = _mean_mau(warehouse, reach.scope(chosen), months)
    bill = _bill(warehouse, chosen, reach, months)
    frame = pl.DataFrame({"month": months}, schema={"month": pl.Date})
    is_world = chosen.countries is None and chosen.platforms is None
    cost = pl.col("effective_cost_usd") if is_world else pl.lit(None, pl.Float64)
    mau = pl.col("mean_mau")
    return (
        frame.join(bill, on="month", how="left", maintain_order="left")
        .join(people, on="month", how="left", maintain_order="left")
        .select(
            day=pl.col("month").dt.month_end(),
            month="month",
            cost_usd=cost,
            mean_mau=mau,
            cost_per_mau_usd=cost / pl.when(mau > 0).then(mau),
            is_complete=pl.col("month").dt.month_end() < warehouse.complete_until(chosen.as_of),
        )
    )


def _months(warehouse: Warehouse, chosen: Slice) -> list[date]:
    """The first days of the months that the seen part of the span touches."""
    first = warehouse.first_day(_BILL)
    until = min(chosen.span.until, warehouse.complete_until(chosen.as_of))
    if first is None or until <= chosen.span.since:
        return []
    month = period_start(max(chosen.span.since, first), Grain.MONTH)
    months = []
    while month < until:
        months.append(month)
        month = next_period(month, Grain.MONTH)
    return months


def _bill(warehouse: Warehouse, chosen: Slice, reach: Reach, months: list[date]) -> pl.DataFrame:
    since = months[0] if months else chosen.span.since
    until = next_period(months[-1], Grain.MONTH) if months else since
    return warehouse.read(
        "cost/month_effective_cost",
        Scope(chosen.as_of, reach=reach.countries, countries=reach.countries),
        since=_midnight(since),
        until=_midnight(until),
    )


def _mean_mau(warehouse: Warehouse, scope: Scope, months: list[date]) -> pl.DataFrame:
    """The mean 28-day MAU over the complete days of each month, in people of the platform."""
    until = min(
        next_period(months[-1], Grain.MONTH) if months else date.min,
        warehouse.complete_until(scope.as_of),
    )
    days = [months[0] + n * _ONE_DAY for n in range((until - months[0]).days)] if months else []
    counts = warehouse.audience(AudienceKind.ACTIVE, scope).people(days, [_MONTH_DAYS])
    weight = warehouse.weight(_PEOPLE)
    return (
        counts.group_by(pl.col("day").dt.month_start().alias("month"))
        .agg(mean_mau=pl.col(f"people_{_MONTH_DAYS}").mean() * weight)
        .sort("month")
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
