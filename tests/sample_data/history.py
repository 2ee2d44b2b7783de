"""The written sample, asked in plain SQL: what the tests hold against the story."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from sample_data.timeline import DAYS, day_number

WINDOW = 28
Value = str | int
PEOPLE_WEIGHT = 100_000
UPLOADS_WEIGHT = 500_000

# Each person counts from a day of activity until 28 days have passed or the next one comes.
_SPELLS = """
    with days as (
        select distinct person_id, (day - date '2014-07-01')::int as d from user_days
        where country = coalesce($1, country)
    ),
    spells as (
        select d, least(d + 28, coalesce(
            lead(d) over (partition by person_id order by d), 1000000)) as until
        from days
    )
    select turn, sum(step)::bigint from (
        select d as turn, 1 as step from spells union all select until, -1 from spells
    ) group by turn
"""


class History:
    """The source files of a whole sample."""

    def __init__(self, folder: Path) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("set TimeZone = 'UTC'")
        for path in folder.glob("*.parquet"):
            self._connection.read_parquet(str(path)).create_view(path.stem)

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        return self._connection.view(name)

    def rows(self, sql: str, *values: Value) -> list[tuple]:
        return self._connection.execute(sql, list(values)).fetchall()

    def value(self, sql: str, *values: Value) -> float:
        return float(self.rows(sql, *values)[0][0])

    def by_day(self, sql: str, *values: Value) -> npt.NDArray[np.float64]:
        """A series over all days from rows of a day and a value; 0 where there is none."""
        line = np.zeros(DAYS)
        for day, value in self.rows(sql, *values):
            line[day_number(day)] = float(value)
        return line

    def audience(self, country: str | None = None) -> npt.NDArray[np.float64]:
        """People of the platform active, there or anywhere, in the 28 days ending on each day."""
        steps = np.zeros(DAYS + WINDOW + 1)
        for turn, step in self.rows(_SPELLS, country):
            steps[min(turn, DAYS + WINDOW)] += step
        return np.cumsum(steps)[:DAYS] * PEOPLE_WEIGHT


def of_month(line: npt.NDArray[np.float64], month: str) -> float:
    """The mean over the days of a month such as 2019-12."""
    first = date.fromisoformat(f"{month}-01")
    until = (first + timedelta(days=32)).replace(day=1)
    return float(line[day_number(first) : day_number(until)].mean())


def on(line: npt.NDArray[np.float64], day: str) -> float:
    """The value on a day."""
    return float(line[day_number(date.fromisoformat(day))])


def between(line: npt.NDArray[np.float64], since: str, until: str) -> float:
    """The mean over the days from ``since`` to before ``until``."""
    first, last = (day_number(date.fromisoformat(day)) for day in (since, until))
    return float(line[first:last].mean())
