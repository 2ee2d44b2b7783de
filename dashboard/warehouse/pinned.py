"""A pinned version: what its manifest alone answers, whichever engine reads its rows."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from dashboard.slices import Scope
from dashboard.warehouse.manifest import Manifest

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class PinnedVersion:
    """One version of a warehouse, as its manifest says it."""

    def __init__(self, manifest: Manifest) -> None:
        """Pin the version."""
        self.manifest = manifest

    @property
    def version(self) -> int:
        """The version of the manifest."""
        return self.manifest.version

    @cached_property
    def fingerprint(self) -> str:
        """What tells this data from any other."""
        return self.manifest.fingerprint

    @property
    def synthetic(self) -> str:
        """What invented data this is, or nothing where the data is real."""
        return self.manifest.synthetic

    @property
    def reporting_time_zone(self) -> str:
        """The zone whose calendar days the warehouse counts in."""
        return self.manifest.reporting_time_zone

    @property
    def watermarks(self) -> Mapping[str, datetime]:
        """Up to which instant each table is complete."""
        return {name: table.watermark for name, table in self.manifest.tables.items()}

    @property
    def now(self) -> datetime:
        """The platform's now; 1970 for a warehouse that holds nothing."""
        marks = self.watermarks
        return marks.get("user_days") or max(marks.values(), default=_BEFORE_ALL)

    def complete_until(self, as_of: datetime, table: str = "") -> date:
        """The first day, in the reporting zone, that was not yet complete at that instant.

        Of the table, where one is named that has rows, as well as of the platform.
        """
        reached = min(as_of, self.now, self.watermarks.get(table, as_of))
        return reached.astimezone(ZoneInfo(self.reporting_time_zone)).date()

    def first_day(self, table: str) -> date | None:
        """The first day the table has a row for; None when it has none."""
        stored = self.manifest.tables.get(table)
        return stored.since if stored else None

    def weight(self, table: str) -> int:
        """How many rows of the platform one row of the table stands for."""
        stored = self.manifest.tables.get(table)
        return stored.weight if stored else 1

    def cut(self, scope: Scope) -> tuple[datetime, date]:
        """The instant and the last complete day that facts are seen up to, never past now."""
        return min(scope.as_of, self.now), self.complete_until(scope.as_of) - timedelta(days=1)
