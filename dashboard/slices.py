"""What a reader looks at: days, countries, platforms, a comparison and an as-of instant."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum


class Comparison(StrEnum):
    """What a span is held against."""

    PREVIOUS = "previous"
    YEAR_BEFORE = "year_before"


class Grain(StrEnum):
    """The step between two points in time."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open span of days: ``since <= day < until``."""

    since: date
    until: date

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins."""
        if self.until < self.since:
            raise ValueError(f"a span cannot end ({self.until}) before it begins ({self.since})")

    @property
    def length_days(self) -> int:
        """The number of days in the span, 0 when it is empty."""
        return (self.until - self.since).days

    @property
    def last_day(self) -> date:
        """The last day inside the span; the day before it begins when it is empty."""
        return self.until - timedelta(days=1)

    def days(self) -> list[date]:
        """Every day of the span, in order."""
        return [self.since + timedelta(days=i) for i in range(self.length_days)]

    def until_at_most(self, day: date) -> "Span":
        """The part of the span before ``day``; empty when all of it is later."""
        return Span(min(self.since, day), min(self.until, day))

    def compared(self, comparison: Comparison) -> "Span":
        """The span of equal length that this one is held against.

        The previous span ends where this one begins. The year before is 52 weeks
        earlier, so that a Monday is held against a Monday.
        """
        back = self.length_days if comparison is Comparison.PREVIOUS else 364
        shift = timedelta(days=back)
        return Span(self.since - shift, self.until - shift)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query may touch: facts before ``as_of`` in these countries and on these platforms.

    ``None`` means all of them; an empty set means none, and answers nothing. ``reach`` holds every
    country the reader may see, ``None`` being the world; ``countries`` lie within it.
    """

    as_of: datetime
    countries: frozenset[str] | None = None
    platforms: frozenset[str] | None = None
    reach: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Refuse what no reader may see, and a place without a name, which means all of them."""
        if self.reach is not None and (self.countries is None or self.countries - self.reach):
            raise ValueError("the countries of a scope lie within its reach")
        if "" in (self.countries or ()) or "" in (self.platforms or ()):
            raise ValueError("a country and a platform need a name")


@dataclass(frozen=True, slots=True)
class Slice:
    """One reader's choice: the span, the scope of facts, and what to compare with."""

    span: Span
    as_of: datetime
    countries: frozenset[str] | None = None
    platforms: frozenset[str] | None = None
    comparison: Comparison = Comparison.PREVIOUS
    asked_grain: Grain | None = None

    def __post_init__(self) -> None:
        """Refuse an as-of instant without a zone."""
        if self.as_of.tzinfo is None:
            raise ValueError("the as-of instant needs a time zone")

    def over(self, span: Span) -> "Slice":
        """The same choice over another span."""
        return replace(self, span=span)

    @property
    def compared(self) -> "Slice":
        """The same choice over the span it is held against."""
        return self.over(self.span.compared(self.comparison))

    @property
    def grain(self) -> Grain:
        """The step asked for, else the one that draws this span in at most about 120 points."""
        if self.asked_grain is not None:
            return self.asked_grain
        if self.span.length_days <= 120:
            return Grain.DAY
        return Grain.WEEK if self.span.length_days <= 800 else Grain.MONTH


def listed(names: frozenset[str] | None) -> list[str] | None:
    """Countries or platforms in order, as frames and queries take them; None is all of them."""
    return None if names is None else sorted(names)
