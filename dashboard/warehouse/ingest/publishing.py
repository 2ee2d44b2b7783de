"""Publishing: who published a video on each day, kept by the month of publishing."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from dashboard.warehouse.ingest.ahead import ahead
from dashboard.warehouse.ingest.day_sets import (
    Presence,
    day_sets,
    travels,
    write_day_sets,
    write_travels,
)
from dashboard.warehouse.ingest.person_days import UNIT_ROWS, day_of
from dashboard.warehouse.ingest.places import Places, Ranking, ranking
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import DataFile, StoredAudience, describe

KIND = "publishing"
_DAY = "cast(timezone('{zone}', published_at) as date)"
_MONTH = "cast(date_trunc('month', {day}) as date)"
_LONGEST_MONTH = timedelta(days=31)


def published_months(rows: duckdb.DuckDBPyRelation, zone: str) -> set[date]:
    """The first days of the months in which these uploads were published."""
    day = _DAY.format(zone=zone)
    published = rows.filter("published_at is not null")
    months = published.project(f"{_MONTH.format(day=day)} as month")
    return {month for (month,) in months.distinct().fetchall()}


class PublishingSets:
    """The day sets of publishing, made from a table's files of uploads."""

    def __init__(self, uploads: duckdb.DuckDBPyRelation, zone: str, task: Task) -> None:
        """Read from these uploads; days are those of the reporting zone."""
        self._uploads = uploads
        self._day = _DAY.format(zone=zone)
        self._zone = ZoneInfo(zone)
        self._task = task

    def refreshed(self, kept: StoredAudience, months: set[date]) -> StoredAudience:
        """The audience with these months made anew; its cohorts are left as they were."""
        days = [file for file in kept.days if _month(file) not in months]
        journeys = [file for file in kept.travels if _month(file) not in months]
        found = (present for span in self._spans(months) for present in self._present(span))
        for present, ranks in ahead(found):
            days.append(self._written_sets(present, ranks))
            journeys.extend(self._written_travels(present, ranks))
        return StoredAudience(tuple(sorted(days, key=_since)), kept.cohorts, tuple(journeys))

    def _spans(self, months: set[date]) -> Iterator[list[date]]:
        """These months in order, those that follow each other together while their rows are few."""
        published = self._uploads.filter("published_at is not null")
        by_month = published.aggregate(f"{_MONTH.format(day=self._day)}, count(*)")
        counted = dict(by_month.fetchall())
        span: list[date] = []
        rows = 0
        for month in sorted(months):
            rows += counted.get(month, 0)
            if span and (rows > UNIT_ROWS or month - span[-1] > _LONGEST_MONTH):
                yield span
                span, rows = [], counted.get(month, 0)
            span.append(month)
        if span:
            yield span

    def _present(self, months: Sequence[date]) -> Iterator[tuple[Presence, Ranking]]:
        """Who published in each of these months, months in which nobody did left out."""
        day = self._day
        # Compared as stored, so that files and row groups of other months are passed over.
        since, until = self._midnight(months[0]), self._midnight(months[-1] + timedelta(days=32))
        of_months = self._uploads.filter(
            f"published_at >= timestamptz '{since}' and published_at < timestamptz '{until}'"
        )
        grouped = of_months.aggregate(
            f"{day} as day, country, creator_id, count(*) as videos", f"{day}, country, creator_id"
        )
        rows = pl.DataFrame(grouped.order("day, country, creator_id").to_arrow_table())
        month = pl.col("day").dt.truncate("1mo")
        for _, of_month in rows.group_by(month, maintain_order=True):
            yield _presence(of_month)

    def _midnight(self, day: date) -> datetime:
        """The instant the day's month began in the reporting zone."""
        return datetime.combine(day.replace(day=1), time(), self._zone).astimezone(UTC)

    def _written_sets(self, present: Presence, ranks: Ranking) -> DataFile:
        span = _span(present)
        path = self._task.sets_path(KIND, f"{span[0]}_{span[1] - timedelta(days=1)}")
        count = write_day_sets(path, [day_sets(present, ranks, by_platform=False)])
        return describe(self._task.folder, path, count, span)

    def _written_travels(self, present: Presence, ranks: Ranking) -> list[DataFile]:
        journeys = travels(present, ranks)
        if not journeys.num_rows:
            return []
        span = _span(present)
        path = self._task.travels_path(KIND, f"{span[0]}_{span[1] - timedelta(days=1)}")
        write_travels(path, journeys)
        return [describe(self._task.folder, path, journeys.num_rows, span)]


def _presence(rows: pl.DataFrame) -> tuple[Presence, Ranking]:
    """Who published, of rows of one month in the order of day, country and creator."""
    places = Places()
    codes = places.codes(*_here(rows["country"]))
    ranks = ranking(places)
    day = rows["day"].cast(pl.Int32)
    offsets = (day - day[0]).cast(pl.UInt32).to_numpy()
    person = rows["creator_id"].cast(pl.UInt32).to_numpy()
    return Presence(day[0], offsets, ranks.rank_of_code[codes], person, rows["videos"]), ranks


def _span(present: Presence) -> tuple[date, date]:
    first, last = (present.first + int(edge) for edge in (present.day.min(), present.day.max()))
    return day_of(first), day_of(last + 1)


def _month(file: DataFile) -> date:
    return _since(file).replace(day=1)


def _since(file: DataFile) -> date:
    return file.since or date.min


def _here(countries: pl.Series) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """The countries, and for each the platform that stands for all."""
    listed = pa.chunked_array([countries.to_arrow().cast(pa.utf8())])
    return listed, pa.chunked_array([pa.array([""]).take(pa.array(np.zeros(len(listed), np.int8)))])
