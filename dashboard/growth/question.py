"""A reader's question about growth, resolved: which people, which days, what weight."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from dashboard.access.reader import Reach
from dashboard.periods import Period, periods
from dashboard.slices import Grain, Slice, Span
from dashboard.warehouse.engine import Audience, AudienceKind, Warehouse

TABLE = "user_days"
ONE_DAY = timedelta(days=1)


class Question:
    """One reader's choice over the people who were active."""

    def __init__(self, warehouse: Warehouse, chosen: Slice, reach: Reach) -> None:
        """Resolve the choice within the reach; raises OutsideReach for countries beyond it."""
        self.warehouse = warehouse
        self.chosen = chosen
        self.scope = reach.scope(chosen)
        self.weight = warehouse.weight(TABLE)

    @cached_property
    def audience(self) -> Audience:
        """The active people in scope, in sample counts."""
        return self.warehouse.audience(AudienceKind.ACTIVE, self.scope)

    @cached_property
    def complete_until(self) -> date:
        """The first day that was not yet complete as of the choice."""
        return self.warehouse.complete_until(self.chosen.as_of)

    @cached_property
    def seen(self) -> Span:
        """The part of the span that was complete and has data; possibly empty."""
        first = self.warehouse.first_day(TABLE) or self.complete_until
        until = min(self.chosen.span.until, self.complete_until)
        since = max(self.chosen.span.since, first)
        return Span(min(since, until), until)

    def is_whole(self, day: date, window: int) -> bool:
        """Whether every day of the window that ends on ``day`` lies inside the data."""
        first = self.warehouse.first_day(TABLE)
        return first is not None and day - (window - 1) * ONE_DAY >= first

    @property
    def is_empty(self) -> bool:
        """Whether no complete day of the span has data."""
        return self.seen.length_days <= 0

    def periods(self, grain: Grain) -> list[Period]:
        """The calendar periods of the part seen, in order."""
        return periods(self.seen, grain, self.complete_until)

    def ends(self) -> list[date]:
        """The day before the part seen, and its last day; none when it is empty."""
        return [] if self.is_empty else [self.seen.since - ONE_DAY, self.seen.last_day]

    def weighted(self, columns: Sequence[str]) -> pl.Expr:
        """These counts of the sample as counts of the platform."""
        return pl.col(columns) * self.weight
