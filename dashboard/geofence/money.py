"""Money at stake: what the countries of a rule brought in and cost in the last whole month."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.bill import Bill, edges
from dashboard.cost.drivers import country_costs
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse

_PAYOUT = "creator payout"


class Stake(NamedTuple):
    """US dollars of one month; None where no line is known of them."""

    revenue_usd: Decimal | None = None
    cost_usd: Decimal | None = None
    money_month: date | None = None


def at_stake(warehouse: Warehouse, there: Slice, reach: Reach) -> Stake:
    """Sales less refunds of the countries chosen, and their part of the bill.

    The bill is the whole platform's: a reader who may not see the world is not told the cost.
    """
    bill = Bill(warehouse, there, reach)
    months = bill.accounted()[-1:]
    if not months or there.countries is None:
        return Stake()
    since, until = edges(months)
    lines = warehouse.read(
        "cost/month_revenue_by_stream", reach.scope(there), since=since, until=until
    ).filter(pl.col("kind") != _PAYOUT)
    revenue = sum(lines["net_usd"].to_list(), Decimal(0)) if lines.height else None
    return Stake(revenue, _cost(bill, months, there.countries), months[0])


def _cost(bill: Bill, months: list[date], countries: frozenset[str]) -> Decimal | None:
    if bill.reach.countries is not None:
        return None
    costs = country_costs(bill, months)
    known = [costs[country] for country in countries if country in costs]
    return sum(known, Decimal(0)) if known else None
