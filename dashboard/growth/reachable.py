"""Reachable people: a month's people without those whose country is under a block.

A 28-day MAU forgets the people of a country that was closed only after four weeks; whom the
platform can still reach falls on the day the block comes into force.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.access.reader import Reach
from dashboard.growth.question import ONE_DAY, Question
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse

_BLOCK = (pl.col("kind") == "geofence") & (pl.col("action") == "block all")
_MOMENT = timedelta(microseconds=1)


def reachable_people(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The MAU of the day before the span and of its last day, and who of it can be reached.

    One row per day: ``day``, ``people`` (28-day MAU), ``reachable`` (those last seen in a country
    that no block in force at the end of that day closes; Int64) and ``blocked`` (the countries of
    the others, most people first). No row when the span holds no complete day.
    """
    question = Question(warehouse, chosen, reach)
    days = question.ends()
    places = question.audience.by_country(days, MONTH_DAYS)
    rows = []
    for day in days:
        on_day = places.filter(pl.col("day") == day).sort("people", "country", descending=True)
        closed = _closed(question, _end_of(question, day), on_day["country"].to_list())
        blocked = on_day.filter(pl.col("country").is_in(closed))
        people, lost = (int(part["people"].sum()) for part in (on_day, blocked))
        rows.append((day, people, people - lost, blocked["country"].to_list()))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").with_columns(
        question.weighted(("people", "reachable"))
    )


def _closed(question: Question, until: datetime, countries: list[str]) -> list[str]:
    """Those of the countries that a block in force just before an instant closes."""
    changes = question.warehouse.read(
        "incidents/applied_changes", question.scope, since=until - _MOMENT, until=until
    ).filter(_BLOCK & (pl.col("ended_at").is_null() | (pl.col("ended_at") >= until)))
    if changes["countries"].null_count():
        return countries
    return changes["countries"].explode().drop_nulls().unique().to_list()


def _end_of(question: Question, day: date) -> datetime:
    """The instant a day of the reporting zone is over, in UTC as every stored instant is."""
    zone = ZoneInfo(question.warehouse.reporting_time_zone)
    return datetime.combine(day + ONE_DAY, time(), zone).astimezone(UTC)


_SCHEMA: dict[str, pl.DataType] = {
    "day": pl.Date(),
    "people": pl.Int64(),
    "reachable": pl.Int64(),
    "blocked": pl.List(pl.String),
}
