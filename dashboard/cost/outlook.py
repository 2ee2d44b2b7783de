"""Outlook: what one more person costs, where the month will end, and what the next months cost."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.bill import Bill, days_of, instants, month_range, months_on
from dashboard.cost.trend import Estimate, carried_on, robust_slope, spread_of
from dashboard.periods import period_start
from dashboard.slices import Grain, Slice
from dashboard.warehouse.engine import Warehouse

MONTHS_OF_SLOPE = 12
MONTHS_AHEAD = 6
LEARNED_MONTHS = 36
_RECENT_DAYS = 28
_DAYS_A_MONTH = 365.25 / 12
_BUDGET = "cost_budget_usd_a_month"
_LEAST_CHANGE = 0.02
_FORECAST = {
    "day": pl.Date(), "month": pl.Date(),
    **dict.fromkeys(("cost_usd", "forecast_usd", "low_usd", "high_usd", "budget_usd"),
                    pl.Float64()),
    "is_complete": pl.Boolean(),
}  # fmt: skip
_PROJECTION = {
    "month": pl.Date(), "known_days": pl.Int64(), "days": pl.Int64(),
    **dict.fromkeys(("to_date_usd", "projected_usd", "low_usd", "high_usd", "budget_usd",
                     "share_of_budget"), pl.Float64()),
}  # fmt: skip


def marginal_cost(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What one more person a month costs: the slope of cost on people over the last year.

    One row per complete month, MONTHS_OF_SLOPE up to the end of the span: ``month``, ``mean_mau``,
    ``cost_usd`` (as if all months were equally long), and on every row ``slope_usd`` (dollars a
    month for one more person; Theil and Sen) with its 95 per cent interval ``low_usd`` and
    ``high_usd``; Float64, null where people hardly changed or months are too few.
    """
    bill = Bill(warehouse, chosen, reach)
    months = _complete(bill, MONTHS_OF_SLOPE + 1)[-MONTHS_OF_SLOPE:]
    costs, people = _monthly_costs(bill, months), bill.mean_mau(months)
    equal = [costs[month] / len(days_of(month)) * _DAYS_A_MONTH for month in months]
    frame = pl.DataFrame(
        {"month": months, "cost_usd": equal}, schema={"month": pl.Date, "cost_usd": pl.Float64}
    ).join(people, on="month", how="inner", maintain_order="left")
    slope = _slope(frame["mean_mau"].to_list(), frame["cost_usd"].to_list())
    ends = (slope.value, slope.low, slope.high) if slope else (None, None, None)
    names = ("slope_usd", "low_usd", "high_usd")
    told = [pl.lit(end, pl.Float64).alias(name) for name, end in zip(names, ends, strict=True)]
    return frame.select("month", "mean_mau", "cost_usd", *told)


def forecast(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What the last months cost and what the next ones will, beside the budget.

    One row per month: ``day`` (its last), ``month``, ``cost_usd`` (null ahead), ``forecast_usd``,
    ``low_usd`` and ``high_usd`` (95 per cent, from the errors of the same forecast at each earlier
    month; null before the end), ``budget_usd`` (as stated for that month, null without one) and
    ``is_complete``; Float64. Months that were not complete are forecast, not shown.
    """
    bill = Bill(warehouse, chosen, reach)
    months = _complete(bill, LEARNED_MONTHS)
    costs = _monthly_costs(bill, months)
    a_day = [costs[month] / len(days_of(month)) for month in months]
    ahead = [months_on(months[-1], step) for step in range(1, MONTHS_AHEAD + 1)] if months else []
    shown = months[-MONTHS_OF_SLOPE - 1 :]
    budget = _budgets(bill, [*shown, *ahead])
    rows: list[tuple[object, ...]] = [
        (days_of(m)[-1], m, costs[m], None, None, None, budget[m], True) for m in shown
    ]
    for month, expected in zip(ahead, carried_on(a_day, MONTHS_AHEAD), strict=False):
        days = len(days_of(month))
        values = (expected.value * days, expected.low * days, expected.high * days)
        rows.append((days_of(month)[-1], month, None, *values, budget[month], False))
    return pl.DataFrame(rows, schema=_FORECAST, orient="row")


def month_end(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Where the month that is under way will end, from its own days and the last four weeks.

    One row: ``month``, ``known_days`` of its ``days``, ``to_date_usd``, ``projected_usd``,
    ``low_usd`` and ``high_usd`` (95 per cent, from what the same projection missed by on the same
    day of the months before), ``budget_usd`` and ``share_of_budget``; Float64, null where unknown.
    No row where there is no bill of the days before.
    """
    bill = Bill(warehouse, chosen, reach)
    today = min(bill.complete_until, chosen.span.until)
    month, first = period_start(today, Grain.MONTH), warehouse.first_day("cost_lines")
    if first is None or today <= first:
        return pl.DataFrame(schema=_PROJECTION)
    known = (today - month).days
    days = _Days(bill, month_range(months_on(month, -MONTHS_OF_SLOPE - 1), month), today)
    value, spread = days.projected(month, known), spread_of(days.misses(first, known))
    budget = _budgets(bill, [month])[month]
    ends = (None, None) if spread is None else (value * (1 - spread), value * (1 + spread))
    told = (month, known, len(days_of(month)), days.to_date(month, known), value, *ends)
    row = (*told, budget, value / budget if budget else None)
    return pl.DataFrame([row], schema=_PROJECTION, orient="row")


class _Days:
    """What each day cost, charges of a day apart from longer ones, up to the first unknown day."""

    def __init__(self, bill: Bill, months: Sequence[date], today: date) -> None:
        self.months = months
        rows = bill.read("cost/day_cost_by_charge", **instants(months))
        sums = (
            rows.filter(pl.col("day") < today)
            .group_by("day", "is_daily")
            .agg(pl.col("cost_usd").sum().cast(pl.Float64))
        )
        self._cost: dict[tuple[date, bool], float] = {
            (day, is_daily): cost for day, is_daily, cost in sums.iter_rows()
        }

    def actual(self, month: date) -> float:
        """All that a month cost."""
        return self.to_date(month, len(days_of(month)))

    def misses(self, first: date, known: int) -> list[float]:
        """By what shares the same projection missed earlier months that have a month before."""
        earlier = [m for m in self.months[1:-1] if months_on(m, -1) >= first.replace(day=1)]
        meant = [(self.actual(month), self.projected(month, known)) for month in earlier]
        return [actual / projected - 1 for actual, projected in meant if projected]

    def to_date(self, month: date, known: int) -> float:
        """What the first days of a month cost."""
        days = days_of(month)[:known]
        return sum(self._cost.get((day, daily), 0.0) for day in days for daily in (True, False))

    def projected(self, month: date, known: int) -> float:
        """What a month should cost, told from its first days and the four weeks before them."""
        days = days_of(month)
        past = [day for m in self.months if m <= month for day in days_of(m)]
        recent = past[: len(past) - len(days) + min(known, len(days))][-_RECENT_DAYS:]
        a_day = sum(self._cost.get((day, True), 0.0) for day in recent) / len(recent)
        longer = max(self._longer(days[:known]), self._longer(days_of(months_on(month, -1))))
        daily = sum(self._cost.get((day, True), 0.0) for day in days[:known])
        return daily + a_day * max(len(days) - known, 0) + longer

    def _longer(self, days: Sequence[date]) -> float:
        return sum(self._cost.get((day, False), 0.0) for day in days)


def _complete(bill: Bill, at_least: int) -> list[date]:
    """The complete months of the span, and before it as many as it takes."""
    until = bill.chosen.span.until
    return [
        month
        for month in bill.months(at_least)
        if bill.is_complete(month) and days_of(month)[-1] < until
    ]


def _monthly_costs(bill: Bill, months: Sequence[date]) -> dict[date, float]:
    rows = bill.read("cost/month_effective_cost", **instants(months))
    known: dict[date, float] = dict(rows.iter_rows())
    return {month: known.get(month, 0.0) for month in months}


def _slope(people: Sequence[float], costs: Sequence[float]) -> Estimate | None:
    """The slope, unless people hardly changed: a slope over nothing says nothing."""
    if not people or min(people) <= 0 or max(people) / min(people) - 1 < _LEAST_CHANGE:
        return None
    return robust_slope(people, costs)


def _budgets(bill: Bill, months: Sequence[date]) -> dict[date, float | None]:
    """The budget of each month: the last one that was stated to hold from it or before."""
    if not months:
        return {}
    stated = bill.read("scale/named_figures", until=days_of(months[-1])[-1])
    rows = stated.filter(pl.col("metric") == _BUDGET).select("day", "value").rows()
    return {
        month: next((value for day, value in reversed(rows) if day <= month), None)
        for month in months
    }
