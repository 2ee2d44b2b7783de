"""What the platform paid for its machines: lines of bills, and the targets they add up to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from sample_data.arrays import Floats, Ints, generator
from sample_data.record import Row, records
from sample_data.timeline import DAYS, Month, curve, day_number, months, weekdays

_SHARE_DAYS = (date(2014, 7, 1), date(2018, 7, 1), date(2020, 1, 1), date(2024, 1, 1))
_COMMITTED = {"AI and ML": 0.35, "Compute": 0.4}
_UNUSED = 0.04
_CREDITED = 0.006
_LIST_PRICE = 1.45
_RESTATED = (date(2023, 8, 1), "AWS", date(2023, 9, 19))
_OVERCHARGED = 1.014
_DAYS_OF_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Line:
    """Lines of one service at one provider: from which day to which, and the amounts in USD.

    ``kind`` is FOCUS's charge category, ``status`` its commitment discount status. ``stated`` is
    the day number of a later statement of the bill, ``replaced`` the same on a line it replaced.
    """

    month: Month
    service: Row
    place: Row
    since: Ints
    until: Ints
    billed: Floats
    effective: Floats
    kind: str = "Usage"
    status: str = ""
    stated: int | None = None
    replaced: int | None = None


def monthly_cost(month: Month) -> float:
    """What a month costs in USD: the target per person times the month's mean audience."""
    days = slice(month.since, month.until)
    usual = float((curve("cost_a_person_usd")[days] * curve("people")[days]).mean())
    # A short month costs less, until contracts fix the bill of a month from 2024 on.
    fixed = month.since >= day_number(_SHARE_DAYS[-1])
    return usual if fixed else usual * (month.until - month.since) / _DAYS_OF_A_MONTH


def lines(since: int = 0) -> Iterator[Line]:
    """Every line of every bill from day number ``since`` on, in the order of months."""
    for month in months():
        if month.until > since:
            for line in _bill(month):
                yield from _as_stated(line)


def _as_stated(line: Line) -> Iterator[Line]:
    """A line as it stands; of the one bill that was mended also as it stood before."""
    month, provider, mended = _RESTATED
    if line.month.since != day_number(month) or line.place["provider"] != provider:
        yield line
        return
    day = day_number(mended)
    before = (line.billed * _OVERCHARGED, line.effective * _OVERCHARGED)
    yield replace(line, billed=before[0], effective=before[1], replaced=day)
    yield replace(line, stated=day)


def _bill(month: Month) -> Iterator[Line]:
    rng, total = generator(9, month.index), monthly_cost(month)
    shares = _shares(month)
    for service, share in zip(records("bills.csv"), shares, strict=True):
        places = _places(service["service"], month)
        weights = np.array([float(place["weight"]) for place in places])
        for place, part in zip(places, weights / weights.sum(), strict=True):
            yield from _charges(rng, (service, place), month, cost=total * share * float(part))


def _shares(month: Month) -> Floats:
    """Each service's share of the month's cost; they sum to 1."""
    known = [day_number(day) for day in _SHARE_DAYS]
    shares = [
        np.interp(month.since, known, [float(row[f"share_{day.year}"]) for day in _SHARE_DAYS])
        for row in records("bills.csv")
    ]
    return np.array(shares) / sum(shares)


def _places(service: str, month: Month) -> list[Row]:
    return [
        row
        for row in records("providers.csv")
        if row["service"] == service and day_number(date.fromisoformat(row["since"])) <= month.since
    ]


def _charges(
    rng: np.random.Generator, what: tuple[Row, Row], month: Month, *, cost: float
) -> Iterator[Line]:
    """The charges of one service at one place: by day, and by month for what was committed."""
    service, place = what
    first, last = np.array([month.since]), np.array([month.until])
    committed = _COMMITTED.get(service["service"], 0.0) if place["provider"] == "AWS" else 0.0
    owed = np.array([cost * committed])
    none = np.zeros(1)
    if committed:
        used, idle = owed * (1 - _UNUSED), owed * _UNUSED
        yield Line(month, service, place, first, last, owed, none, "Purchase")
        yield Line(month, service, place, first, last, none, used, "Usage", "Used")
        yield Line(month, service, place, first, last, none, idle, "Usage", "Unused")
    credit = np.array([-cost * _CREDITED if place["provider"] == "AWS" else 0.0])
    if credit[0]:
        yield Line(month, service, place, first, last, credit, credit, "Credit")
    days = np.arange(month.since, month.until)
    usage = _by_day(rng, days) * (cost - float(owed[0]) - float(credit[0]))
    yield Line(month, service, place, days, days + 1, usage, usage)


def _by_day(rng: np.random.Generator, days: Ints) -> Floats:
    """How a month's usage falls on its days: with the traffic and the week; sums to 1."""
    week = np.array([0.98, 0.96, 0.97, 0.98, 1.0, 1.05, 1.06])[weekdays()[days]]
    load = curve("views_a_day")[np.minimum(days, DAYS - 1)] * week
    load = load * np.exp(0.02 * rng.standard_normal(len(days)))
    drawn: Floats = load / load.sum()
    return drawn


def list_cost(effective: Floats) -> Floats:
    """What the same would have cost at list price."""
    return effective * _LIST_PRICE
