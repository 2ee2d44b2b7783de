"""A reader's question about content, resolved: which uploads, which days, what weight."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from dashboard.access.reader import Reach
from dashboard.periods import MONTH_DAYS, Period, periods
from dashboard.slices import Slice, Span
from dashboard.warehouse.engine import Audience, AudienceKind, Parameter, Warehouse

TABLE = "uploads"
PEOPLE_TABLE = "user_days"
NO_PLATFORM = "uploads name no platform"
"""Why nothing is known of uploads where platforms were chosen."""
ONE_DAY = timedelta(days=1)


class Question:
    """One reader's choice over what was uploaded, and over who published it.

    Uploads name no platform, so that nothing is known of a choice of platforms: the part seen of
    its span is empty.
    """

    def __init__(self, warehouse: Warehouse, chosen: Slice, reach: Reach) -> None:
        """Resolve the choice within the reach; raises OutsideReach for countries beyond it."""
        self.warehouse = warehouse
        self.chosen = chosen
        self.scope = reach.scope(replace(chosen, platforms=None))
        self.weight = warehouse.weight(TABLE)
        self.people_weight = warehouse.weight(PEOPLE_TABLE)
        self.zone = warehouse.reporting_time_zone

    @cached_property
    def creators(self) -> Audience:
        """The people in scope who published, in sample counts."""
        return self.warehouse.audience(AudienceKind.PUBLISHING, self.scope)

    @cached_property
    def people(self) -> Audience:
        """The active people in scope, in sample counts."""
        return self.warehouse.audience(AudienceKind.ACTIVE, self.scope)

    @cached_property
    def complete_until(self) -> date:
        """The first day on which people or uploads were not yet complete as of the choice."""
        return self.warehouse.complete_until(self.chosen.as_of, TABLE)

    @cached_property
    def seen(self) -> Span:
        """The part of the span that was complete and has uploads; possibly empty."""
        if self.chosen.platforms is not None:
            return Span(self.chosen.span.since, self.chosen.span.since)
        first = self.warehouse.first_day(TABLE) or self.chosen.span.until
        seen = self.chosen.span.until_at_most(self.complete_until)
        return Span(min(max(seen.since, first), seen.until), seen.until)

    @property
    def is_empty(self) -> bool:
        """Whether no complete day of the span has data."""
        return self.seen.length_days <= 0

    @property
    def seen_until(self) -> datetime:
        """The instant up to which anything is known."""
        return min(self.chosen.as_of, self.warehouse.now)

    def periods(self) -> list[Period]:
        """The calendar periods of the part seen, in order."""
        return periods(self.seen, self.chosen.grain, self.complete_until)

    def is_whole(self, day: date, window: int, table: str = TABLE) -> bool:
        """Whether every day of the window that ends on ``day`` lies inside the table's data."""
        first = self.warehouse.first_day(table)
        return first is not None and day - (window - 1) * ONE_DAY >= first

    def instants(self, span: Span) -> dict[str, Parameter]:
        """The first instant of a span and the first after it, in the reporting zone."""
        return {"since": self.midnight(span.since), "until": self.midnight(span.until)}

    def midnight(self, day: date) -> datetime:
        """The instant a day begins in the reporting zone."""
        return datetime.combine(day, time(), ZoneInfo(self.zone))

    def lately(self) -> Span:
        """The last month of the part seen, which may begin before it."""
        return Span(self.seen.until - MONTH_DAYS * ONE_DAY, self.seen.until)

    def creator_counts(self, days: Sequence[date]) -> list[int | None]:
        """The creators of the month that ends on each day; None while it begins before the data."""
        counts = self._month(self.creators, days)
        return [
            count * self.weight if self.is_whole(day, MONTH_DAYS) else None
            for day, count in zip(days, counts, strict=True)
        ]

    def people_counts(self, days: Sequence[date]) -> list[int | None]:
        """The same of the people who were active."""
        counts = self._month(self.people, days)
        return [
            count * self.people_weight if self.is_whole(day, MONTH_DAYS, PEOPLE_TABLE) else None
            for day, count in zip(days, counts, strict=True)
        ]

    @staticmethod
    def _month(audience: Audience, days: Sequence[date]) -> list[int]:
        counts: list[int] = audience.people(days, [MONTH_DAYS])[f"people_{MONTH_DAYS}"].to_list()
        return counts
