"""Record: how each bill stands, and what others claim that the platform costs."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.bill import YEAR_MONTHS, Bill, instants
from dashboard.cost.drivers import cost_by_driver
from dashboard.cost.units import cost_per_mau, life
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse

_SUBJECT = "cost/"
_MONTHS_A_YEAR = 12
_QUARTER_MONTHS = 3
_DRIVERS = {
    "content_delivery": "Content delivery", "ai_and_ml": "AI and ML infrastructure",
    "video_processing": "Video processing", "compute": "Compute",
    "security": "Security and compliance",
}  # fmt: skip


class State(StrEnum):
    """How a bill stands."""

    OPEN = "open"
    INVOICED = "invoiced"
    RESTATED = "restated"


def billing_periods(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """How each bill of the span stands, over a year at least, the newest first.

    One row per account, provider, period and currency: ``billing_period_start``,
    ``service_provider_name``, ``billing_account_id``, ``billing_currency``, ``state``, ``lines``,
    ``billed`` and ``cost`` (in that currency), ``change`` (of what is billed, against the statement
    before; Decimal, null without one) and ``restated_at``. A bill is open until its period is over
    and its lines stand on an invoice, where its provider names invoices at all; it is restated once
    a statement after that says otherwise.
    """
    bill = Bill(warehouse, chosen, reach)
    rows = bill.read("cost/billing_periods", **instants(bill.months(YEAR_MONTHS)))
    zone = ZoneInfo(warehouse.reporting_time_zone)
    now = datetime.combine(bill.complete_until, time(), zone).astimezone(UTC)
    names = pl.col("invoiced_lines").sum().over("billing_account_id", "service_provider_name") > 0
    is_over = pl.col("billing_period_end") <= pl.lit(now)
    is_invoiced = is_over & (~names | (pl.col("invoiced_lines") == pl.col("lines")))
    was_over = pl.col("restated_at") >= pl.col("billing_period_end")
    was_invoiced = was_over & (~names | (pl.col("earlier_invoiced_lines") > 0))
    moved = (pl.col("billed") != pl.col("earlier_billed")) | (
        pl.col("cost") != pl.col("earlier_cost")
    )
    state = (
        pl.when(is_invoiced & was_invoiced & moved).then(pl.lit(State.RESTATED.value))
        .when(is_invoiced).then(pl.lit(State.INVOICED.value))
        .otherwise(pl.lit(State.OPEN.value))
    )  # fmt: skip
    has_earlier = pl.col("earlier_lines") > 0
    return rows.select(
        "billing_period_start", "service_provider_name", "billing_account_id", "billing_currency",
        state.alias("state"), "lines", "billed", "cost",
        pl.when(has_earlier).then(pl.col("billed") - pl.col("earlier_billed")).alias("change"),
        "restated_at",
    ).sort("billing_period_start", "billed", descending=True)  # fmt: skip


def claims_beside_bill(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What others claim that the platform costs, with what the bill comes to here beside it.

    One row per claim: ``metric``, ``period``, ``claimed``, ``here`` (the mean month of the claim's
    period, as far as it is complete), ``here_last_quarter`` (of its last three months), ``ratio``
    (here / claimed), Float64, null where nothing here measures it; ``unit``, ``grade``, ``source``
    and ``note``. Claims are never measurements, and the bills of an invented sample are none.
    """
    whole = life(warehouse, chosen)
    claims = warehouse.read(
        "evidence/claims_by_metric", Bill(warehouse, chosen, reach).whole,
        since=whole.span.since, until=whole.span.until,
    ).filter(pl.col("metric").str.starts_with(_SUBJECT))  # fmt: skip
    courses = _courses(warehouse, Slice(whole.span, whole.as_of), reach)
    here = [
        _in_period(courses.get(metric, {}), since, until)
        for metric, since, until in claims.select("metric", "since", "until").iter_rows()
    ]
    means = pl.Series([_mean(values) for values in here], dtype=pl.Float64)
    last = pl.Series([_mean(values[-_QUARTER_MONTHS:]) for values in here], dtype=pl.Float64)
    claimed = pl.col("value")
    return claims.select(
        "metric", "period",
        claimed=claimed, here=means, here_last_quarter=last,
        ratio=means / pl.when(claimed != 0).then(claimed),
        unit="unit", grade="grade", source="source", note="note",
    )  # fmt: skip


def _courses(
    warehouse: Warehouse, whole: Slice, reach: Reach
) -> Mapping[str, Mapping[date, float | None]]:
    """Each claimed metric that the bill measures, month by complete month."""
    months = cost_per_mau(warehouse, whole, reach).filter("is_complete")
    drivers = cost_by_driver(warehouse, whole, reach).filter("is_complete")
    spent = {key[0]: dict(rows.select("month", pl.col("cost_usd").cast(pl.Float64)).iter_rows())
             for key, rows in drivers.group_by("driver")}  # fmt: skip
    cost = dict(months.select("month", "cost_usd").iter_rows())
    courses: dict[str, Mapping[date, float | None]] = {
        "cost/cost_a_month_usd": cost,
        "cost/cost_a_year_usd": {m: (c or 0.0) * _MONTHS_A_YEAR for m, c in cost.items()},
        "cost/cost_per_person_usd": dict(months.select("month", "cost_per_mau_usd").iter_rows()),
    }
    for slug, driver in _DRIVERS.items():
        parts = spent.get(driver, {})
        courses[f"cost/spent_on_{slug}_usd"] = parts
        courses[f"cost/share_of_{slug}"] = {
            month: parts.get(month, 0.0) / cost if cost else None
            for month, cost in courses["cost/cost_a_month_usd"].items()
        }
    return courses


def _in_period(course: Mapping[date, float | None], since: date, until: date) -> list[float]:
    return [
        value for month, value in course.items() if since <= month < until and value is not None
    ]


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
