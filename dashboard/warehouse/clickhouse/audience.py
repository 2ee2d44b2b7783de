"""Questions about people answered by ClickHouse's own bitmaps, to the person as the sets do."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, Self

import polars as pl

from dashboard.slices import Scope, listed
from dashboard.warehouse.engine import AudienceKind, Parameter


class _Asked(Protocol):
    def ask(
        self,
        query: str,
        scope: Scope,
        kind: AudienceKind,
        parameters: dict[str, Parameter],
    ) -> pl.DataFrame: ...


class ClickHouseAudience:
    """The people of one kind inside a scope; each method is that of ``engine.Audience``."""

    def __init__(self, warehouse: _Asked, kind: AudienceKind, scope: Scope) -> None:
        """Ask this warehouse."""
        self._warehouse = warehouse
        self._kind = kind
        self._scope = scope

    def people(self, days: Sequence[date], windows: Sequence[int]) -> pl.DataFrame:
        """People active in each window ending on each day."""
        frame = pl.DataFrame({"day": list(days)}, schema={"day": pl.Date})
        for window in windows:
            counted = self._read("window_active_people", days=list(days), window=window)
            frame = frame.join(
                counted.rename({"people": f"people_{window}"}), on="day", maintain_order="left"
            )
        return frame

    def accounting(self, days: Sequence[date], window: int) -> pl.DataFrame:
        """How the people of a window changed from each day to the next one given."""
        return self._read("window_people_accounting", days=list(days), window=window)

    def retention(self, starts: Sequence[date]) -> pl.DataFrame:
        """How many people of each cohort were active in each later period."""
        return self._read("cohort_retention", starts=list(starts))

    def days_active(self, day: date, window: int) -> pl.DataFrame:
        """How many days of the window ending on ``day`` its people were active on."""
        counted = self._read("window_people_by_days_active", day=day, window=window)
        every = pl.DataFrame({"days": range(1, window + 1)}, schema={"days": pl.Int64})
        return every.join(counted, on="days", how="left", maintain_order="left").with_columns(
            pl.col("people").fill_null(0)
        )

    def by_country(self, days: Sequence[date], window: int) -> pl.DataFrame:
        """The people of the window ending on each day, by the country each was last seen in."""
        return self._read("window_people_by_country", days=list(days), window=window)

    def by_platform(self, days: Sequence[date], window: int) -> pl.DataFrame:
        """People active on each platform in the window ending on each day."""
        return self._read("window_people_by_platform", days=list(days), window=window)

    def overlap(self, other: Self, day: date, window: int) -> tuple[int, int, int]:
        """People only here, in both, and only in ``other``, in the window ending on ``day``."""
        there = other._scope  # noqa: SLF001
        row = self._read(
            "window_audience_overlap", day=day, window=window,
            countries=listed(there.countries), platforms=listed(there.platforms),
        ).row(0)  # fmt: skip
        return int(row[0]), int(row[1]), int(row[2])

    def _read(self, query: str, **parameters: Parameter) -> pl.DataFrame:
        return self._warehouse.ask(f"growth/{query}", self._scope, self._kind, parameters)
