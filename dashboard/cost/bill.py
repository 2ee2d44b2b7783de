"""A reader's question about cost, resolved: which months, what they cost, what they were used for.

A bill names no countries and no platforms: it is the whole platform's, whatever is chosen.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.allocation import rules
from dashboard.periods import MONTH_DAYS, next_period, period_start
from dashboard.slices import Grain, Scope, Slice
from dashboard.warehouse.engine import AudienceKind, Parameter, Warehouse

BILL, PEOPLE, UPLOADS = "cost_lines", "user_days", "uploads"
YEAR_MONTHS = 13
"""As many months as show a year's change."""
_ONE_DAY = timedelta(days=1)


class Bill:
    """One reader's choice over the months of the bill."""

    def __init__(self, warehouse: Warehouse, chosen: Slice, reach: Reach) -> None:
        """Resolve the choice; what is read of a bill raises OutsideReach without the world."""
        self.warehouse = warehouse
        self.chosen = chosen
        self.reach = reach
        self.whole = Scope(chosen.as_of, reach=reach.countries, countries=reach.countries)

    @property
    def is_of_all(self) -> bool:
        """Whether the choice is of the whole platform, as the bill is."""
        return self.chosen.countries is None and self.chosen.platforms is None

    @cached_property
    def complete_until(self) -> date:
        """The first day on which people or cost were not yet complete."""
        until = self.warehouse.complete_until(self.chosen.as_of)
        billed = self.warehouse.watermarks.get(BILL)
        if billed is None:
            return until
        return min(until, billed.astimezone(ZoneInfo(self.warehouse.reporting_time_zone)).date())

    def months(self, at_least: int = 1) -> list[date]:
        """The first days of the months that the seen part of the span touches, in order.

        At least so many up to its end, as far as there are bills.
        """
        first = self.warehouse.first_day(BILL)
        until = min(self.chosen.span.until, self.warehouse.complete_until(self.chosen.as_of))
        if first is None or until <= first or until <= self.chosen.span.since:
            return []
        last = period_start(until - _ONE_DAY, Grain.MONTH)
        asked = period_start(self.chosen.span.since, Grain.MONTH)
        since = max(min(asked, months_on(last, 1 - at_least)), period_start(first, Grain.MONTH))
        return month_range(since, last)

    def accounted(self) -> list[date]:
        """The complete months among those of the span, else the last complete one before."""
        touched = [month for month in self.months() if self.is_complete(month)]
        before = [month for month in self.months(YEAR_MONTHS) if self.is_complete(month)]
        return touched or before[-1:]

    def two_months(self) -> tuple[list[date], list[date]]:
        """The last complete month at the end of the span, and the one that it is held against.

        That is the last that had ended by the end of the compared span; the one before it, where
        two spans shorter than a month would have the same. Each is a list of one month or none.
        """
        compared = Bill(self.warehouse, self.chosen.compared, self.reach)
        ended, held = self._ended(), compared._ended()[-1:]
        if ended[-1:] == held:
            held = ended[-2:-1]
        return ended[-1:], held if ended else []

    def _ended(self) -> list[date]:
        """The complete months of the last year that had ended at the end of the span."""
        until = min(self.chosen.span.until, self.complete_until)
        months = self.months(YEAR_MONTHS)
        return [month for month in months if next_period(month, Grain.MONTH) <= until]

    def is_complete(self, month: date) -> bool:
        """Whether all days of a month were complete."""
        return next_period(month, Grain.MONTH) <= self.complete_until

    def charges(self, months: Sequence[date]) -> pl.DataFrame:
        """The bill of these months by kind of charge, each with its driver and system."""
        rows = self.read("cost/month_cost_by_charge", **instants(months))
        return rules().allocated(rows.filter(pl.col("month").is_in(list(months))))

    def mean_mau(self, months: Sequence[date], scope: Scope | None = None) -> pl.DataFrame:
        """The mean 28-day MAU over the complete days of each month, in people of the platform."""
        until = self.warehouse.complete_until(self.chosen.as_of)
        days = [day for month in months for day in days_of(month) if day < until]
        audience = self.warehouse.audience(AudienceKind.ACTIVE, scope or self.whole)
        counts = audience.people(days, [MONTH_DAYS])
        weight = self.warehouse.weight(PEOPLE)
        return (
            counts.group_by(pl.col("day").dt.month_start().alias("month"))
            .agg(mean_mau=pl.col(f"people_{MONTH_DAYS}").mean() * weight)
            .sort("month")
        )

    def use(self, months: Sequence[date]) -> pl.DataFrame:
        """What the platform was used for in these months by country, in counts of the platform.

        One row per month and country: ``person_days``, ``views``, ``watch_seconds``, ``sessions``
        and ``uploads``.
        """
        since, until = edges(months)
        watched = self.read("cost/month_use_by_country", since=since, until=until)
        sent = self.read("cost/month_uploads_by_country", **instants(months))
        weight = self.warehouse.weight(PEOPLE)
        counted = watched.with_columns(
            pl.col("person_days", "views", "watch_seconds", "sessions") * weight
        )
        uploads = sent.with_columns(pl.col("uploads") * self.warehouse.weight(UPLOADS))
        both = counted.join(uploads, on=["month", "country"], how="full", coalesce=True)
        asked = both.filter(pl.col("month").is_in(list(months)))
        return asked.fill_null(0).sort("month", "country")

    def read(self, query: str, **parameters: Parameter) -> pl.DataFrame:
        """A query over the whole platform."""
        return self.warehouse.read(query, self.whole, **parameters)


def month_range(first: date, last: date) -> list[date]:
    """The first days of the months from one to the other, both with."""
    months = []
    while first <= last:
        months.append(first)
        first = next_period(first, Grain.MONTH)
    return months


def months_on(month: date, count: int) -> date:
    """The first day of the month so many months on, or back where negative."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def days_of(month: date) -> list[date]:
    """Every day of the month that begins on a day."""
    return [month + n * _ONE_DAY for n in range((next_period(month, Grain.MONTH) - month).days)]


def edges(months: Sequence[date]) -> tuple[date, date]:
    """The first day of these months and the first after them; one day twice for none."""
    if not months:
        return date(1970, 1, 1), date(1970, 1, 1)
    return months[0], next_period(months[-1], Grain.MONTH)


def instants(months: Sequence[date]) -> dict[str, Parameter]:
    """The same as instants; bills count UTC days."""
    since, until = (datetime.combine(day, time(), UTC) for day in edges(months))
    return {"since": since, "until": until}
