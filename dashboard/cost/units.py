"""Units: what a month cost, and what that is for each person, view, upload and hour watched."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.bill import YEAR_MONTHS, Bill, instants
from dashboard.slices import Slice, Span
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.sampling import count_interval

_THOUSAND = 1_000
_SECONDS_AN_HOUR = 3_600
_QUARTER_MONTHS = 3
UNITS = {
    "cost_per_mau_usd": ("mean_mau", 1),
    "cost_per_thousand_views_usd": ("views", _THOUSAND),
    "cost_per_thousand_uploads_usd": ("uploads", _THOUSAND),
    "cost_per_thousand_hours_usd": ("watch_hours", _THOUSAND),
}
"""Each unit cost: what it is divided by, and for how many of them it is told."""
_HEADLINE = {
    "metric": pl.String(),
    **dict.fromkeys(("value", "before", "low", "high"), pl.Float64()),
    **dict.fromkeys(("month", "month_before"), pl.Date()),
}


def cost_per_mau(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What each month of the span cost, whole months whatever days of them the span holds.

    One row per month: ``day`` (its last), ``month`` (its first), ``cost_usd`` (effective cost),
    ``mean_mau`` (28-day MAU, mean over the month's days), ``cost_per_mau_usd`` (Float64, null
    without people or without a bill) and ``is_complete``. A bill names no countries, so the cost
    of a choice of countries or platforms is unknown: null. Raises OutsideReach for a reader who
    may not see the world.
    """
    bill = Bill(warehouse, chosen, reach)
    return _costs(bill, bill.months()).select(
        "day", "month", "cost_usd", "mean_mau", _per("cost_per_mau_usd"), "is_complete"
    )


def monthly_course(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The same as ``cost_per_mau``, over a year at least."""
    bill = Bill(warehouse, chosen, reach)
    return _costs(bill, bill.months(YEAR_MONTHS)).select(
        "day", "month", "cost_usd", "mean_mau", _per("cost_per_mau_usd"), "is_complete"
    )


def unit_costs(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What each month cost in all and for each unit of use, over a year at least.

    One row per month: ``day`` (its last), ``month``, ``phase`` (null outside any), ``cost_usd``,
    ``mean_mau``, ``views``, ``uploads``, ``watch_hours``, ``cost_per_mau_usd``,
    ``cost_per_thousand_views_usd``, ``cost_per_thousand_uploads_usd``,
    ``cost_per_thousand_hours_usd`` (Float64, null without use, without a bill, or where countries
    or platforms were chosen, which a bill does not name) and ``is_complete``.
    """
    bill = Bill(warehouse, chosen, reach)
    return _units(bill, bill.months(YEAR_MONTHS))


def unit_costs_by_phase(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The same over each phase of the platform's life, of its complete months.

    One row per phase: ``phase``, ``since``, ``until`` (first days of its first and of its last
    month), ``first_cost_usd`` and ``last_cost_usd`` (of these months), ``cost_per_mau_usd`` (mean
    of its months), ``last_quarter_cost_per_mau_usd`` (of its last three), and the other units'
    costs over the whole phase.
    """
    rows = unit_costs(warehouse, life(warehouse, chosen), reach).filter(
        pl.col("is_complete") & pl.col("phase").is_not_null()
    )
    others = [
        (pl.col("cost_usd").sum() * each / pl.when(pl.col(of).sum() > 0).then(pl.col(of).sum()))
        .alias(name)
        for name, (of, each) in UNITS.items()
        if of != "mean_mau"
    ]  # fmt: skip
    return (
        rows.group_by("phase", maintain_order=True)
        .agg(
            since=pl.col("month").first(),
            until=pl.col("month").last(),
            first_cost_usd=pl.col("cost_usd").first(),
            last_cost_usd=pl.col("cost_usd").last(),
            cost_per_mau_usd=pl.col("cost_per_mau_usd").mean(),
            last_quarter_cost_per_mau_usd=pl.col("cost_per_mau_usd").tail(_QUARTER_MONTHS).mean(),
        )
        .join(rows.group_by("phase").agg(others), on="phase", maintain_order="left")
    )


def headline(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The unit costs of the last month that was complete at the end of the span.

    One row per metric: ``metric`` (cost_per_mau_usd, cost_usd and the other unit costs), ``value``,
    ``before`` (the same of the month it is held against, see ``Bill.two_months``), ``low`` and
    ``high`` (95 per cent, of what is divided by sampled people), Float64, null where unknown;
    ``month`` and ``month_before`` (the first day of each, Date).
    """
    bill = Bill(warehouse, chosen, reach)
    now, before = (
        _units(bill, months).row(-1, named=True) if months else {} for months in bill.two_months()
    )
    rows = [
        (name, now.get(name), before.get(name), *_interval(warehouse, name, now),
         now.get("month"), before.get("month"))
        for name in ("cost_per_mau_usd", "cost_usd", *list(UNITS)[1:])
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_HEADLINE, orient="row")


def life(warehouse: Warehouse, chosen: Slice) -> Slice:
    """The same choice over all days there are bills for, up to the end of its span."""
    first = warehouse.first_day("cost_lines") or chosen.span.since
    return chosen.over(Span(min(first, chosen.span.until), chosen.span.until))


def _units(bill: Bill, months: Sequence[date]) -> pl.DataFrame:
    use = bill.use(months).group_by("month").agg(pl.col("views", "uploads", "watch_seconds").sum())
    counted = use.select(
        "month",
        pl.col("views", "uploads").cast(pl.Float64),
        watch_hours=pl.col("watch_seconds") / _SECONDS_AN_HOUR,
    )
    rows = _costs(bill, months).join(counted, on="month", how="left", maintain_order="left")
    return _in_phases(bill, rows).select(
        "day", "month", "phase", "cost_usd", "mean_mau", "views", "uploads", "watch_hours",
        *(_per(name) for name in UNITS), "is_complete",
    )  # fmt: skip


def _costs(bill: Bill, months: Sequence[date]) -> pl.DataFrame:
    cost = bill.read("cost/month_effective_cost", **instants(months))
    people = bill.mean_mau(months, bill.reach.scope(bill.chosen))
    frame = pl.DataFrame({"month": months}, schema={"month": pl.Date})
    return (
        frame.join(cost, on="month", how="left", maintain_order="left")
        .join(people, on="month", how="left", maintain_order="left")
        .with_columns(
            day=pl.col("month").dt.month_end(),
            cost_usd=pl.when(pl.lit(bill.is_of_all)).then("effective_cost_usd"),
            is_complete=pl.Series([bill.is_complete(m) for m in months], dtype=pl.Boolean),
        )
    )


def _per(name: str) -> pl.Expr:
    of, each = UNITS[name]
    used = pl.col(of)
    return (pl.col("cost_usd") * each / pl.when(used > 0).then(used)).alias(name)


def _in_phases(bill: Bill, rows: pl.DataFrame) -> pl.DataFrame:
    """Each month with the phase it began in."""
    if rows.is_empty():
        return rows.with_columns(phase=pl.lit(None, pl.String))
    since, until = rows["month"][0], bill.complete_until
    phases = bill.read("incidents/phases", since=since, until=max(until, since))
    begun = phases.select("phase", month="since", ends="until").sort("month")
    placed = rows.sort("month").join_asof(begun, on="month", strategy="backward")
    is_over = pl.col("ends").is_not_null() & (pl.col("ends") <= pl.col("month"))
    return placed.with_columns(phase=pl.when(~is_over).then("phase"))


def _interval(
    warehouse: Warehouse, name: str, row: dict[str, float | None]
) -> tuple[float | None, float | None]:
    """The ends of a cost per sampled person: fewer people make each of them dearer."""
    weight, value, people = warehouse.weight("user_days"), row.get(name), row.get("mean_mau")
    if name != "cost_per_mau_usd" or not value or not people:
        return None, None
    interval = count_interval(people / weight, weight)
    if interval is None or not interval.low:
        return None, None
    return value * people / interval.high, value * people / interval.low
