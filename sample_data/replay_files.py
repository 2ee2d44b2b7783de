"""The files of a replay: what came in during each part of a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sample_data.replay_copy import midnight, rows_from
from sample_data.timeline import LAST_DAY

PARTS = 4
"""How many files a day of each table comes in."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that were there at an instant and not a part of a day before."""

    table: str
    due_at: datetime
    rows: pa.Table

    def write(self, folder: Path) -> None:
        """Put the file into the table's folder, whole or not at all."""
        path = folder / self.table / f"{self.due_at:%Y-%m-%dT%H}.parquet"
        beside = path.with_name(f"{path.name}.tmp")
        pq.write_table(self.rows, beside)
        beside.replace(path)


def parts_from(sample: Path, day: date) -> Iterator[Part]:
    """Every part from a day to the sample's end, in the order of time.

    Uploads come when they were begun. A person's day has no hour: a quarter of the people come with
    each quarter of the day, always the same ones.
    """
    uploads, people = _Ahead(sample, "uploads", day), _Ahead(sample, "user_days", day)
    while day <= LAST_DAY:
        began, there = uploads.of(day), people.of(day)
        quarter = np.asarray(there["person_id"]) % PARTS
        for part in range(PARTS):
            since = midnight(day) + part * _ONE_DAY / PARTS
            until = since + _ONE_DAY / PARTS
            yield Part("uploads", until, _between(began, since, until))
            yield Part("user_days", until, there.filter(pa.array(quarter == part)))
        day += _ONE_DAY


class _Ahead:
    """The rows of a table that lie ahead; read a file at a time, as days come to them."""

    def __init__(self, sample: Path, table: str, day: date) -> None:
        self._coming = rows_from(sample, table, day)
        self._held = next(self._coming)

    def of(self, day: date) -> pa.Table:
        """The rows of a day, which is not before the last one asked for."""
        while self._last() <= day and (more := next(self._coming, None)) is not None:
            self._held = pa.concat_tables([self._of(day), more])
        return self._of(day)

    def _last(self) -> date:
        last: date = pc.max(self._days()).as_py() or LAST_DAY
        return last

    def _of(self, day: date) -> pa.Table:
        return self._held.filter(pc.equal(self._days(), pa.scalar(day, pa.date32())))

    def _days(self) -> pa.ChunkedArray:
        event = "day" if "day" in self._held.column_names else "uploaded_at"
        return self._held[event].cast(pa.date32(), safe=False)


def _between(uploads: pa.Table, since: datetime, until: datetime) -> pa.Table:
    instants = uploads["uploaded_at"]
    first, end = (pa.scalar(each, instants.type) for each in (since, until))
    return uploads.filter(pc.and_(pc.greater_equal(instants, first), pc.less(instants, end)))
