"""Ninety rolling 28-day MAUs: from sets, from COUNT(DISTINCT), and from SQL's best."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import duckdb

from dashboard.slices import Scope
from dashboard.warehouse.audience import SetAudience
from dashboard.warehouse.day_sets import DaySets, FileShelf
from dashboard.warehouse.manifest import read_manifest
from tests.bench.figures import Figure, timed

_WINDOW = 28
_THREE = ("AA", "AB", "AE")
_SETS_RUNS = 7

_DISTINCT = """
select count(distinct person_id) from read_parquet($files)
where day > $day - 28 and day <= $day and views >= 1 {places}
"""
# Each active day counts its person from that day until 28 days later or the next active day,
# whichever comes first; a running sum of the starts and ends gives every day's MAU in one pass.
_DIFFERENCES = """
with active as (
    select distinct day, person_id from read_parquet($files) where views >= 1 {places}
),
spells as (
    select day, lead(day) over (partition by person_id order by day) as next_day from active
),
changes as (
    select day, 1 as change from spells
    union all
    select least(day + 28, coalesce(next_day, day + 28)) as day, -1 as change from spells
)
select day, sum(sum(change)) over (order by day)::bigint as people
from changes group by day order by day
"""


def rolling_figures(folder: Path, days: int) -> list[Figure]:
    """Measure all three ways over the last ``days`` days, and hold their answers together."""
    stored = read_manifest(folder)
    until = stored.tables["user_days"].until
    asked = [until - timedelta(days=back) for back in range(days, 0, -1)]
    files = [str(folder / file.path) for file in stored.tables["user_days"].files]
    return [
        figure
        for where, countries in (("the world", ()), ("three countries", _THREE))
        for figure in _compared(folder, asked, files, where, countries)
    ]


def _compared(
    folder: Path, days: Sequence[date], files: list[str], where: str, countries: Sequence[str]
) -> list[Figure]:
    opened, warm, from_sets = _from_sets(folder, days, countries)
    distinct, by_distinct = _by_distinct(files, days, countries)
    differences, by_differences = _by_differences(files, days, countries)
    if not from_sets == by_distinct == by_differences:
        raise AssertionError(f"The three ways disagree on {where}.")
    what = f"{len(days)} rolling MAUs of {where}"
    return [
        Figure(f"{what}, sets, files already open", f"{warm * 1000:,.1f} ms"),
        Figure(f"{what}, sets, files opened and checked first", f"{opened * 1000:,.0f} ms"),
        Figure(f"{what}, COUNT(DISTINCT) for each day", f"{distinct:,.1f} s"),
        Figure(f"{what}, difference array over LEAD", f"{differences:,.1f} s"),
        Figure(f"{what}, COUNT(DISTINCT) over sets", f"{distinct / warm:,.0f} times", "500"),
        Figure(f"{what}, difference array over sets", f"{differences / warm:,.0f} times", "50"),
        Figure(f"{what}, answers of the three", "equal on every day", "equal"),
    ]


def _from_sets(
    folder: Path, days: Sequence[date], countries: Sequence[str]
) -> tuple[float, float, list[int]]:
    """Seconds with files unopened, median seconds with them open, and the answer."""
    stored = read_manifest(folder)
    scope = Scope(stored.tables["user_days"].watermark, frozenset(countries) or None)
    began = perf_counter()
    sets = DaySets(FileShelf(folder), stored.audiences["active"])
    answer = SetAudience(sets, scope, days[-1]).people(days, [_WINDOW])
    opened = perf_counter() - began
    warm = timed(lambda: SetAudience(sets, scope, days[-1]).people(days, [_WINDOW]), _SETS_RUNS)
    return opened, warm.p50, answer[f"people_{_WINDOW}"].to_list()


def _by_distinct(
    files: list[str], days: Sequence[date], countries: Sequence[str]
) -> tuple[float, list[int]]:
    text, values = _placed(_DISTINCT, countries)
    with duckdb.connect() as connection:
        began = perf_counter()
        answer = []
        for day in days:
            row = connection.execute(text, {**values, "files": files, "day": day}).fetchone()
            answer.append(row[0] if row else 0)
        return perf_counter() - began, answer


def _by_differences(
    files: list[str], days: Sequence[date], countries: Sequence[str]
) -> tuple[float, list[int]]:
    text, values = _placed(_DIFFERENCES, countries)
    with duckdb.connect() as connection:
        began = perf_counter()
        people = dict(connection.execute(text, {**values, "files": files}).fetchall())
        return perf_counter() - began, [people[day] for day in days]


def _placed(text: str, countries: Sequence[str]) -> tuple[str, dict[str, object]]:
    if not countries:
        return text.format(places=""), {}
    places = "and country in (select unnest($countries))"
    return text.format(places=places), {"countries": list(countries)}
