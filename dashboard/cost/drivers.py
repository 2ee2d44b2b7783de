"""Drivers: what the money of a bill was for, by driver, system and country, to the cent."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.allocation import AMOUNT, DRIVERS, UNALLOCATED, kinds_of, rules, split
from dashboard.cost.bill import YEAR_MONTHS, Bill, days_of, instants
from dashboard.cost.decomposition import Charge, Effects, effects, total
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice
from dashboard.warehouse.engine import AudienceKind, Warehouse

Lines: TypeAlias = Callable[[Warehouse, Slice, Reach], pl.DataFrame]

SHOWN_LINES = 1_000
"""As many lines of a bill as a reader looks at."""
MOST_LINES = 100_000
"""As many lines of a bill as one read gives."""
ALL_DRIVERS = (*DRIVERS, UNALLOCATED)
_KIND = ("driver", "service_provider_name", "service_name", "pricing_unit")
_UNUSED = "Unused"


def cost_by_driver(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What each driver cost in each month, over a year at least; their sum is the bill.

    One row per month and driver, what is not allocated among them: ``day`` (the month's last),
    ``month``, ``driver``, ``lines`` (of the bill), ``billed_usd``, ``cost_usd`` (Decimal, exact)
    and ``is_complete``. Raises OutsideReach for a reader who may not see the world.
    """
    bill = Bill(warehouse, chosen, reach)
    months = bill.months(YEAR_MONTHS)
    rows = _summed(bill.charges(months), ["month", "driver"])
    every = pl.DataFrame({"month": months}, schema={"month": pl.Date}).join(
        pl.DataFrame({"driver": ALL_DRIVERS}), how="cross"
    )
    whole = pl.col("month").dt.month_end() < bill.complete_until
    return every.join(rows, on=["month", "driver"], how="left", maintain_order="left").select(
        day=pl.col("month").dt.month_end(),
        month="month",
        driver="driver",
        lines=pl.col("lines").fill_null(0),
        billed_usd=pl.col("billed_usd").fill_null(Decimal(0)),
        cost_usd=pl.col("cost_usd").fill_null(Decimal(0)),
        is_complete=whole,
    )


def cost_by_system(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What each system cost over the complete months of the span, or the last one before.

    One row per system, the dearest first: ``system``, ``lines``, ``billed_usd``, ``cost_usd``
    (Decimal; they add up to the bill) and ``share`` of it (Float64).
    """
    bill = Bill(warehouse, chosen, reach)
    rows = _summed(bill.charges(bill.accounted()), ["system"])
    return _with_share(rows).sort("cost_usd", "system", descending=[True, False])


def cost_by_country(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The same by country, each driver's cost split by what causes it (``allocation.toml``).

    One row per country, the dearest first, and one without a country for what cannot be split:
    ``country``, ``cost_usd`` (Decimal; they add up to the bill), ``share``, ``people`` (last seen
    there in the 28 days up to the end; Int64, null without any) and ``cost_per_person_usd`` (of a
    month, Float64). Countries that were chosen alone are listed.
    """
    bill = Bill(warehouse, chosen, reach)
    months = bill.accounted()
    costs = country_costs(bill, months)
    people = _people_by_country(bill, months)
    frame = pl.DataFrame(
        {"country": list(costs), "cost_usd": list(costs.values())},
        schema={"country": pl.String, "cost_usd": AMOUNT},
    )
    rows = _with_share(frame).join(people, on="country", how="left")
    monthly = pl.col("cost_usd").cast(pl.Float64) / max(len(months), 1)
    rows = rows.with_columns(cost_per_person_usd=monthly / pl.col("people"))
    if chosen.countries is not None:
        rows = rows.filter(pl.col("country").is_in(sorted(chosen.countries)))
    return rows.sort("cost_usd", "country", descending=[True, False])


def country_costs(bill: Bill, months: Sequence[date]) -> dict[str | None, Decimal]:
    """What the bill of these months comes to in each country; None is what cannot be split."""
    charged = _summed(bill.charges(months), ["month", "driver"])
    use = {key[0]: rows for key, rows in bill.use(months).group_by("month")}
    costs: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in charged.iter_rows(named=True):
        by = rules().country_split.get(row["driver"])
        used = use.get(row["month"])
        places, weights = ([], []) if by is None or used is None else _weights(used, by)
        parts = split(row["cost_usd"], weights)
        if parts is None:
            costs[None] += row["cost_usd"]
            continue
        for place, part in zip(places, parts, strict=True):
            costs[place] += part
    return costs


def change_explained(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Why the last complete month cost what it did, and not what an earlier one did.

    One row per driver: ``driver``, ``before_usd``, ``people_usd``, ``units_per_person_usd``,
    ``unit_price_usd``, ``unmetered_usd`` (new, ended, or without units) and ``cost_usd``, Decimal;
    ``month`` and ``month_before`` (the first day of each, see ``Bill.two_months``; Date). In each
    row and in their sum, before and the effects add up to the cost exactly.
    """
    bill = Bill(warehouse, chosen, reach)
    months = bill.two_months()
    now, before = (_charges_of(bill, each) for each in months)
    named = [each[0] if each else None for each in months]
    people = (before[1], now[1])
    rows = []
    for driver in ALL_DRIVERS if now[0] else ():
        kinds = {kind for kind in (*before[0], *now[0]) if kind[0] == driver}
        parts = [
            effects(before[0].get(kind, _NOTHING), now[0].get(kind, _NOTHING), people)
            for kind in sorted(kinds, key=str)
        ]
        rows.append((driver, *_row(before[0], now[0], kinds, total(parts)), *named))
    return pl.DataFrame(rows, schema=_EXPLAINED, orient="row")


def commitments(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What was committed to in each month, over a year at least, and how much of it was used.

    One row per month with any commitment: ``day``, ``month``, ``bought_usd`` (billed), ``used_usd``
    and ``unused_usd`` (effective; Decimal), ``used_share`` of both (Float64), ``is_complete``.
    """
    bill = Bill(warehouse, chosen, reach)
    rows = bill.charges(bill.months(YEAR_MONTHS))
    status, cost = pl.col("commitment_status"), pl.col("cost_usd")
    sums = rows.group_by("month").agg(
        bought_usd=pl.col("billed_usd").filter(pl.col("charge_category") == "Purchase").sum(),
        used_usd=cost.filter(status == "Used").sum(),
        unused_usd=cost.filter(status == _UNUSED).sum(),
    )
    both = (pl.col("used_usd") + pl.col("unused_usd")).cast(pl.Float64)
    return (
        sums.filter((pl.col("used_usd") != 0) | (pl.col("unused_usd") != 0))
        .sort("month")
        .select(
            pl.col("month").dt.month_end().alias("day"), "month", "bought_usd", "used_usd",
            "unused_usd", used_share=pl.col("used_usd").cast(pl.Float64) / both,
            is_complete=pl.col("month").dt.month_end() < bill.complete_until,
        )
    )  # fmt: skip


def daily_cost_by_driver(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What each driver cost on each complete day of the span, of charges of a day or less.

    One row per day and driver: ``day``, ``driver`` and ``cost_usd`` (Decimal).
    """
    bill = Bill(warehouse, chosen, reach)
    rows = rules().allocated(
        bill.read("cost/day_cost_by_charge", **instants(bill.months())).filter("is_daily")
    )
    until = min(bill.complete_until, chosen.span.until)
    seen = rows.filter((pl.col("day") >= chosen.span.since) & (pl.col("day") < until))
    return seen.group_by("day", "driver").agg(pl.col("cost_usd").sum()).sort("day", "driver")


def bill_lines(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The bill's own rows in the months that the span touches, each with what it is for.

    One row per line, the dearest first, the MOST_LINES dearest where there are more: ``driver``,
    ``system``, then the columns of the bill; ``billed_usd`` and ``cost_usd`` are Decimal.
    """
    bill = Bill(warehouse, chosen, reach)
    return _lines(bill, bill.months(), None, MOST_LINES)


def lines_of(driver: str, most: int = SHOWN_LINES) -> Lines:
    """The read of the bill's own rows that are for one driver, the dearest ``most`` of them.

    How many there are and what they come to, ``cost_by_driver`` tells.
    """

    def lines(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
        bill = Bill(warehouse, chosen, reach)
        months = bill.months()
        charged = bill.charges(months).filter(pl.col("driver") == driver)
        return _lines(bill, months, kinds_of(charged), most)

    # What is remembered of a read is remembered under its name.
    lines.__qualname__ = f"bill_lines of {driver}, {most}"
    return lines


def _lines(
    bill: Bill, months: Sequence[date], kinds: Sequence[str] | None, most: int
) -> pl.DataFrame:
    rows = bill.read("cost/bill_lines", **instants(months), kinds=kinds, most=most)
    return rules().allocated(rows).select("driver", "system", pl.exclude("driver", "system"))


_NOTHING = Charge(Decimal(0), 0.0)
_EFFECTS = (
    "before_usd", "people_usd", "units_per_person_usd", "unit_price_usd", "unmetered_usd",
    "cost_usd",
)  # fmt: skip
_EXPLAINED: dict[str, pl.DataType] = {
    "driver": pl.String(),
    **dict.fromkeys(_EFFECTS, AMOUNT),
    **dict.fromkeys(("month", "month_before"), pl.Date()),
}


def _row(
    before: dict[tuple[str, ...], Charge],
    now: dict[tuple[str, ...], Charge],
    kinds: set[tuple[str, ...]],
    found: Effects,
) -> tuple[Decimal, ...]:
    costs = [
        sum((each[kind].cost_usd for kind in kinds if kind in each), Decimal(0))
        for each in (before, now)
    ]
    steps = (found.people, found.units_per_person, found.unit_price, found.unmetered)
    return costs[0], *steps, costs[1]


def _charges_of(bill: Bill, months: Sequence[date]) -> tuple[dict[tuple[str, ...], Charge], float]:
    """Each kind of charge of a month, and the people of that month."""
    people = bill.mean_mau(months)["mean_mau"].to_list()
    # What was committed to and not used has a price, and serves nobody.
    units = pl.col("quantity").filter(pl.col("commitment_status").fill_null("") != _UNUSED)
    rows = bill.charges(months).group_by(_KIND).agg(pl.col("cost_usd").sum(), units.sum())
    found = {tuple(row[:4]): Charge(row[4], row[5] or 0.0) for row in rows.iter_rows()}
    return found, people[0] if people else 0.0


def _summed(charges: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    names = ("lines", "billed_usd", "cost_usd")
    return charges.group_by(by, maintain_order=True).agg(pl.col(names).sum())


def _with_share(rows: pl.DataFrame) -> pl.DataFrame:
    cost = pl.col("cost_usd").cast(pl.Float64)
    return rows.with_columns(share=cost / pl.when(cost.sum() != 0).then(cost.sum()))


def _weights(used: pl.DataFrame, by: str) -> tuple[list[str], list[int]]:
    return used["country"].to_list(), [round(each) for each in used[by].to_list()]


def _people_by_country(bill: Bill, months: Sequence[date]) -> pl.DataFrame:
    days = [days_of(month)[-1] for month in months[-1:]]
    audience = bill.warehouse.audience(AudienceKind.ACTIVE, bill.whole)
    found = audience.by_country(days, MONTH_DAYS)
    weight = bill.warehouse.weight("user_days")
    return found.select("country", pl.col("people") * weight)
