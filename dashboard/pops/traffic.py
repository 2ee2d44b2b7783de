"""Traffic: invented requests by country and surface, the same for the same seed."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from dashboard.geofence.rule import Surface

_COUNTRIES = {
    "IN": 20, "US": 12, "BR": 10, "ID": 10, "MX": 6, "RU": 6, "JP": 4, "GB": 4, "DE": 4, "FR": 4,
    "VN": 4, "PK": 4, "ZZ": 1,
}  # fmt: skip
_SURFACES = {Surface.APP: 70, Surface.WEB: 15, Surface.UPLOAD: 8, Surface.LIVE: 4, Surface.API: 3}


class Asked(NamedTuple):
    """One request: where from, as far as is known, and for what."""

    country: str
    surface: Surface


def requests(seed: str, each: int) -> Iterator[list[Asked]]:
    """Batches of ``each`` requests without end."""
    # Nothing is kept secret by this chance; it is repeatable on purpose.
    chance = random.Random(seed)
    countries, surfaces = list(_COUNTRIES), list(_SURFACES)
    while True:
        where = chance.choices(countries, list(_COUNTRIES.values()), k=each)
        what = chance.choices(surfaces, list(_SURFACES.values()), k=each)
        yield list(map(Asked._make, zip(where, what, strict=True)))
