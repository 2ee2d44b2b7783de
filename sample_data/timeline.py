"""The sample's ten years, in days counted from the first, and the curves drawn over them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np

from sample_data.arrays import Floats, Ints
from sample_data.record import records

FIRST_DAY = date(2014, 7, 1)
LAST_DAY = date(2024, 6, 30)
WATERMARK = datetime(2024, 7, 1, tzinfo=UTC)
DAYS = (LAST_DAY - FIRST_DAY).days + 1


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month or the wanted part of it, day number ``since`` to before ``until``."""

    index: int
    since: int
    until: int


def day_number(day: date) -> int:
    """Days from the sample's first day; negative before it."""
    return (day - FIRST_DAY).days


def day_at(number: int) -> date:
    """The day of a day number."""
    return FIRST_DAY + timedelta(days=number)


def months(since: int = 0) -> list[Month]:
    """Every month of the sample from day number ``since`` on, the first one cut there."""
    firsts = [date(2014 + (6 + i) // 12, (6 + i) % 12 + 1, 1) for i in range(121)]
    edges = [day_number(day) for day in firsts]
    whole = [Month(i, a, b) for i, (a, b) in enumerate(zip(edges, edges[1:], strict=False))]
    return [Month(m.index, max(m.since, since), m.until) for m in whole if m.until > since]


def weekdays() -> Ints:
    """The weekday of each day, Monday 0 to Sunday 6."""
    return (np.arange(DAYS) + FIRST_DAY.weekday()) % 7


@cache
def curve(measure: str) -> Floats:
    """A target's value on each day, straight on a logarithmic scale between the days recorded.

    Before the first recorded day it is zero; after the last it stays.
    """
    rows = [row for row in records("targets.csv") if row["measure"] == measure]
    known = np.array([day_number(date.fromisoformat(row["day"])) for row in rows])
    values = np.log(np.array([float(row["value"]) for row in rows]))
    days = np.arange(DAYS)
    drawn: Floats = np.where(days < known[0], 0.0, np.exp(np.interp(days, known, values)))
    return drawn


def ramp(since: date, until: date) -> Floats:
    """A line over all days that is 0 until ``since`` and 1 from ``until`` on."""
    return np.interp(np.arange(DAYS), [day_number(since), day_number(until)], [0.0, 1.0])
