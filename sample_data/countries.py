"""The countries of the sample: how large each grows, when it opens, and when it is closed."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from sample_data.arrays import Flags, Floats, Ints
from sample_data.record import records
from sample_data.timeline import DAYS, day_number, ramp


@dataclass(frozen=True)
class Countries:
    """Columns of equal length, one place per country; ``closed`` is by country and day."""

    codes: tuple[str, ...]
    launched: Ints
    early_weight: Floats
    late_weight: Floats
    utc_hours: Ints
    ios_share: Floats
    closed: Flags

    def place(self, code: str) -> int:
        """The index of a country."""
        return self.codes.index(code)

    def weights_on(self, day: int) -> Floats:
        """How likely a newcomer of this day is to come from each country."""
        grown = float(ramp(date(2015, 1, 1), date(2019, 3, 1))[day])
        weight = (1 - grown) * self.early_weight + grown * self.late_weight
        # A country fills up over its first year rather than overnight.
        age = np.clip((day - self.launched + 20) / 365, 0.0, 1.0)
        started = np.where(self.launched == 0, 1.0, age)
        weighed: Floats = np.where(self.closed[:, day], 0.0, weight * started)
        return weighed

    def closed_for_good(self, day: int) -> Flags:
        """The countries that are closed from this day, or an earlier one, to the sample's end."""
        gone: Flags = np.all(self.closed[:, day:], axis=1)
        return gone


@cache
def countries() -> Countries:
    """The countries of the record."""
    rows = records("countries.csv")
    codes = tuple(row["code"] for row in rows)
    return Countries(
        codes=codes,
        launched=np.array([day_number(date.fromisoformat(row["launched"])) for row in rows]),
        early_weight=np.array([float(row["early_weight"]) for row in rows]),
        late_weight=np.array([float(row["late_weight"]) for row in rows]),
        utc_hours=np.array([int(row["utc_hours"]) for row in rows]),
        ios_share=np.array([float(row["ios_share"]) for row in rows]),
        closed=_closed(codes),
    )


def _closed(codes: tuple[str, ...]) -> Flags:
    closed = np.zeros((len(codes), DAYS), dtype=np.bool_)
    for row in records("geofences.csv"):
        until = day_number(date.fromisoformat(row["until"])) if row["until"] else DAYS
        since = day_number(date.fromisoformat(row["since"]))
        closed[codes.index(row["country"]), since:until] = True
    return closed
