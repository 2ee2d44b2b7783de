"""The files of a replay: what came in during each part of a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sample_data import tables
from sample_data.activity import month_of_activity
from sample_data.crowd import crowds
from sample_data.replay_copy import midnight, rows_before
from sample_data.timeline import Month, day_at, day_number, months
from sample_data.uploads import month_of_uploads

PARTS = 4
"""How many files a day of each table comes in."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that were there at an instant and not at the one before."""

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
    [crowd] = crowds(None, 0)
    for month in months():
        if month.until <= day_number(day):
            continue
        activity = month_of_activity(month, crowd)
        made = month_of_uploads(activity, month, crowd)
        before = rows_before(sample, "uploads", day_at(month.since))
        people = pa.table(tables.user_day_columns(activity))
        uploads = pa.table(tables.upload_columns(made, before))
        yield from _of_month(month, day, people, uploads)


def _of_month(month: Month, since: date, people: pa.Table, uploads: pa.Table) -> Iterator[Part]:
    of_person = pc.subtract(
        people["person_id"], pc.multiply(pc.divide(people["person_id"], PARTS), PARTS)
    )
    for number in range(max(month.since, day_number(since)), month.until):
        day = day_at(number)
        here = pc.equal(people["day"], pa.scalar(day, pa.date32()))
        for part in range(PARTS):
            began = midnight(day) + part * _ONE_DAY / PARTS
            due = began + _ONE_DAY / PARTS
            yield Part("uploads", due, uploads.filter(_between(uploads, began, due)))
            yield Part("user_days", due, people.filter(pc.and_(here, pc.equal(of_person, part))))


def _between(uploads: pa.Table, began: datetime, due: datetime) -> pa.ChunkedArray:
    instants = uploads["uploaded_at"]
    first, end = (pa.scalar(each, instants.type) for each in (began, due))
    return pc.and_(pc.greater_equal(instants, first), pc.less(instants, end))
