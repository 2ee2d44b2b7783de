"""What a warehouse answers, whichever engine stands behind it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, Self, TypeAlias

import polars as pl

from dashboard.slices import Scope

Parameter: TypeAlias = str | int | float | date | datetime | Sequence[str] | Sequence[date] | None


class AudienceKind(StrEnum):
    """Which event puts a person into a day's set."""

    ACTIVE = "active"
    PUBLISHING = "publishing"


class Audience(Protocol):
    """Sets of people by day, inside one scope. All counts are rows of the sample, not weighted.

    ``window`` is a number of days; the people of a window ending on day t were active on at least
    one day s with t - window < s <= t. Days without activity count zero people.
    """

    def people(self, days: Sequence[date], windows: Sequence[int]) -> pl.DataFrame:
        """People active in each window ending on each day.

        One row per day: ``day``, then ``people_<window>`` (Int64) for each window.
        """
        ...

    def accounting(self, days: Sequence[date], window: int) -> pl.DataFrame:
        """How the people of a window changed from each day to the next one given.

        One row per day given after the first: ``day``, ``people_before``, ``people``, ``new``
        (joined the window, and first active anywhere on the platform since the day given before),
        ``returned`` and ``moved_in`` (joined but not new; make ``resurrected``), ``left`` and
        ``moved_out`` (no longer in the window; make ``churned``), ``retained``; all Int64. Moved
        in are those whom the platform had, outside this scope too, in the window before; moved
        out those whom it still has in the window now. For every row
        people - people_before = new + resurrected - churned.
        """
        ...

    def retention(self, starts: Sequence[date]) -> pl.DataFrame:
        """How many people of each cohort were active in each later period.

        ``starts`` are the first days of consecutive periods, the last one closing the last period.
        A cohort is the people who, on their first day on the platform, were active inside the
        scope. One row per cohort and period at or after it: ``cohort`` and ``period`` (first days),
        ``step`` (0 is the cohort's own), ``size``, ``people`` active in that period and
        ``people_since`` active in it or in any later one; counts Int64.
        """
        ...

    def days_active(self, day: date, window: int) -> pl.DataFrame:
        """How many days of the window ending on ``day`` its people were active on.

        One row for each of 1 to ``window``: ``days`` and ``people``, Int64.
        """
        ...

    def by_country(self, days: Sequence[date], window: int) -> pl.DataFrame:
        """The people of the window ending on each day, by the country each was last seen in.

        One row per day and country with anyone: ``day``, ``country``, ``people`` (Int64). Someone
        seen in several countries on the last day counts where most videos were watched, then in
        the first by code, so the countries of a day sum to its people.
        """
        ...

    def by_platform(self, days: Sequence[date], window: int) -> pl.DataFrame:
        """People active on each platform in the window ending on each day.

        One row per day and platform with anyone: ``day``, ``platform``, ``people`` (Int64).
        Someone on two platforms counts on both, so the platforms do not sum to the people.
        """
        ...

    def overlap(self, other: Self, day: date, window: int) -> tuple[int, int, int]:
        """People only here, in both, and only in ``other``, in the window ending on ``day``.

        Both audiences are looked at as of the same instant.
        """
        ...


class Warehouse(Protocol):
    """One pinned version of the data."""

    @property
    def version(self) -> int:
        """The version of the manifest this warehouse is pinned to."""
        ...

    @property
    def fingerprint(self) -> str:
        """What tells this data from any other; what is remembered of it is remembered under it."""
        ...

    @property
    def synthetic(self) -> str:
        """What invented data this is, or nothing where the data is real."""
        ...

    @property
    def reporting_time_zone(self) -> str:
        """The zone whose calendar days the warehouse counts in."""
        ...

    @property
    def watermarks(self) -> Mapping[str, datetime]:
        """Up to which instant each table is complete; tables without rows are left out."""
        ...

    @property
    def now(self) -> datetime:
        """The platform's now: the watermark of people's activity, or the latest of the others."""
        ...

    def complete_until(self, as_of: datetime, table: str = "") -> date:
        """The first day that was not yet complete at that instant, nor past the platform's now.

        Where a table is named, its own rows are complete before that day too: it may lag behind
        the platform's now, and a day it still waits for would look like a fall.
        """
        ...

    def first_day(self, table: str) -> date | None:
        """The first day the table has a row for; None when it has none."""
        ...

    def weight(self, table: str) -> int:
        """How many rows of the platform one row of the table stands for."""
        ...

    def read(self, query: str, scope: Scope, **parameters: Parameter) -> pl.DataFrame:
        """The frame a query answers inside a scope, its columns as the query's header promises."""
        ...

    def audience(self, kind: AudienceKind, scope: Scope) -> Audience:
        """The sets of people of one kind inside a scope."""
        ...
