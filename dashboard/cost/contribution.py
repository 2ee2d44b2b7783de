"""Contribution: what a country or a stream brings in, less what it costs to serve it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.allocation import AMOUNT
from dashboard.cost.bill import Bill, edges
from dashboard.cost.drivers import country_costs
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse

_PAYOUT = "creator payout"


def contribution_by_country(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What each country contributed over the complete months of the span, or the last one before.

    One row per country, the largest revenue first: ``country``, ``revenue_usd`` (sales less
    refunds), ``payouts_usd`` (to creators, below zero), ``infrastructure_usd`` (its part of the
    bill, below zero), ``contribution_usd`` (their sum; Decimal) and ``estimated_share`` of the
    revenue (Float64). A country without a line of revenue has none known: null, never zero.
    Salaries are part of none of it.
    """
    bill = Bill(warehouse, chosen, reach)
    months = bill.accounted()
    costs = country_costs(bill, months)
    money = _money(bill, months).group_by("country").agg(*_sums())
    spent = pl.DataFrame(
        {"country": list(costs), "infrastructure_usd": [-cost for cost in costs.values()]},
        schema={"country": pl.String, "infrastructure_usd": AMOUNT},
    ).filter(pl.col("country").is_not_null())
    if chosen.countries is not None:
        spent = spent.filter(pl.col("country").is_in(sorted(chosen.countries)))
    rows = spent.join(money, on="country", how="full", coalesce=True).with_columns(
        payouts_usd=pl.when(pl.col("revenue_usd").is_not_null()).then(
            pl.col("payouts_usd").fill_null(Decimal(0))
        )
    )
    whole = pl.col("revenue_usd") + pl.col("payouts_usd") + pl.col("infrastructure_usd")
    return rows.select(
        "country", "revenue_usd", "payouts_usd", "infrastructure_usd",
        whole.alias("contribution_usd"), "estimated_share",
    ).sort("revenue_usd", "country", descending=[True, False], nulls_last=True)  # fmt: skip


def contribution_by_stream(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What each stream brought in or paid out over the same months, in the chosen countries.

    One row per stream, the largest first: ``stream``, ``sales_usd``, ``refunds_usd``,
    ``payouts_usd``, ``net_usd`` (Decimal) and ``estimated_share`` (Float64). A bill names no
    streams, so that infrastructure is part of none.
    """
    bill = Bill(warehouse, chosen, reach)
    kind, net = pl.col("kind"), pl.col("net_usd")
    rows = (
        _money(bill, bill.accounted())
        .group_by("stream")
        .agg(
            sales_usd=net.filter(kind == "sale").sum(),
            refunds_usd=net.filter(kind == "refund").sum(),
            payouts_usd=net.filter(kind == _PAYOUT).sum(),
            net_usd=net.sum(),
            estimated_share=_estimated(pl.lit(True)),
        )
    )
    return rows.sort("net_usd", "stream", descending=[True, False])


def _money(bill: Bill, months: Sequence[date]) -> pl.DataFrame:
    since, until = edges(months)
    rows = bill.warehouse.read(
        "cost/month_revenue_by_stream", bill.reach.scope(bill.chosen), since=since, until=until
    )
    return rows.filter(pl.col("month").is_in(list(months)))


def _sums() -> list[pl.Expr]:
    is_revenue = pl.col("kind") != _PAYOUT
    net = pl.col("net_usd")
    # A country that creators were paid in, and nothing else is known of, has no known revenue.
    known = pl.when(is_revenue.any()).then(net.filter(is_revenue).sum())
    return [
        known.alias("revenue_usd"),
        net.filter(~is_revenue).sum().alias("payouts_usd"),
        _estimated(is_revenue).alias("estimated_share"),
    ]


def _estimated(rows: pl.Expr) -> pl.Expr:
    """The share of the amounts that are estimates, by size."""
    size = pl.col("net_usd").cast(pl.Float64).abs().filter(rows)
    guessed = (
        pl.col("net_usd").cast(pl.Float64).abs().filter(rows & (pl.col("certainty") == "estimated"))
    )
    return guessed.sum() / pl.when(size.sum() > 0).then(size.sum())
