"""What the platform earned and paid out, by day and market."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from sample_data.arrays import Flags, Floats, Ints, generator
from sample_data.record import Row, records
from sample_data.timeline import DAYS, curve, day_number, weekdays

_STREAMS = ("advertising", "gifts", "commerce")
_REFUNDED = {"gifts": 0.011, "commerce": 0.064}
_INCENTIVE = (date(2021, 8, 20), date(2021, 11, 1))
_INCENTIVE_USD = 90_000_000.0
_ESTIMATED_DAYS = 28


@dataclass(frozen=True, slots=True)
class Flow:
    """One stream of money in one market: a day number and a signed amount in USD for each day."""

    country: str
    stream: str
    kind: str
    day: Ints
    net_usd: Floats

    @property
    def is_estimated(self) -> Flags:
        """Whether each day's amount is still an estimate: the last four weeks are."""
        late: Flags = self.day >= DAYS - _ESTIMATED_DAYS
        return late


def flows() -> Iterator[Flow]:
    """Every stream of money in every market."""
    shares = _market_shares()
    for place, market in enumerate(records("markets.csv")):
        yield from _earned(place, market, shares[place])
        yield from _paid_out(place, market, shares[place])


def _market_shares() -> Floats:
    """Each market's share of the money on each day; open markets share all of it."""
    rows = records("markets.csv")
    weights = np.zeros((len(rows), DAYS))
    for place, row in enumerate(rows):
        until = day_number(date.fromisoformat(row["until"])) if row["until"] else DAYS
        weights[place, day_number(date.fromisoformat(row["since"])) : until] = float(row["weight"])
    shares: Floats = weights / np.maximum(weights.sum(axis=0), 1e-9)
    return shares


def _earned(place: int, market: Row, share: Floats) -> Iterator[Flow]:
    rng = generator(10, 0, place)
    for stream in _STREAMS:
        week = 1.0 + 0.06 * np.sin(2 * np.pi * weekdays() / 7)
        sold = curve(f"revenue_{stream}_usd_a_day") * share * week * _season()
        sold = sold * np.exp(0.05 * rng.standard_normal(DAYS))
        yield from _flow(market["country"], stream, "sale", sold)
        if stream in _REFUNDED:
            back = -sold * _REFUNDED[stream] * np.exp(0.2 * rng.standard_normal(DAYS))
            yield from _flow(market["country"], stream, "refund", back)


def _paid_out(place: int, market: Row, share: Floats) -> Iterator[Flow]:
    rng = generator(10, 1, place)
    fund = curve("creator_fund_usd_a_day") * share * np.exp(0.08 * rng.standard_normal(DAYS))
    yield from _flow(market["country"], "creator fund", "creator payout", -fund)
    since, until = (day_number(day) for day in _INCENTIVE)
    incentive = np.zeros(DAYS)
    incentive[since:until] = _INCENTIVE_USD / (until - since) * share[since:until]
    yield from _flow(market["country"], "creator incentive", "creator payout", -incentive)


def _flow(country: str, stream: str, kind: str, amounts: Floats) -> Iterator[Flow]:
    days = np.flatnonzero(np.abs(amounts) >= 0.01)
    if len(days):
        yield Flow(country, stream, kind, days, np.rint(amounts[days] * 100) / 100)


def _season() -> Floats:
    """Advertisers spend most before Christmas and least just after."""
    of_year = (np.arange(DAYS) + 181) % 365.25 / 365.25
    season: Floats = 1.0 + 0.12 * np.cos(2 * np.pi * (of_year - 0.9))
    return season
