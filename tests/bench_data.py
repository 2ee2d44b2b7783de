"""Invented user-days for benchmarks: how many people, days and countries is the caller's choice."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

_FIRST_DAY = date(2024, 1, 1)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PLATFORMS = ("android", "ios", "web")
_TRAVELLING_SHARE = 0.002


def write_user_days(
    folder: Path, people: int, days: int, *, countries: int = 150, seed: int = 1
) -> list[Path]:
    """Write one Parquet file a day of about 0.4 rows per person; gives back their paths in order.

    Half of the people come now and then and half come most days, three quarters joined before the
    first day, one in five hundred is seen in a second country, and ids are int64 in no order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    crowd = _Crowd(people, days, countries=countries, chance=np.random.default_rng(seed))
    paths = [folder / f"user_days-{day:04d}.parquet" for day in range(days)]
    for day, path in enumerate(paths):
        pq.write_table(crowd.user_days(day), path, compression="snappy", row_group_size=200_000)
    return paths


class _Crowd:
    """People with a home, a platform, a habit and a day they joined."""

    def __init__(
        self, people: int, days: int, *, countries: int, chance: np.random.Generator
    ) -> None:
        weights = 1 / np.arange(1, countries + 1)
        self.chance = chance
        self.codes = [a + b for a in _LETTERS for b in _LETTERS][:countries]
        self.ids = chance.permutation(people).astype(np.int64) * 7 + 1_000_000
        self.home = chance.choice(countries, people, p=weights / weights.sum()).astype(np.int32)
        self.platform = chance.choice(3, people, p=(0.65, 0.3, 0.05)).astype(np.int32)
        self.habit = np.where(chance.random(people) < 0.5, 0.12, 0.80).astype(np.float32)
        self.joined = np.maximum(0, chance.integers(-3 * days, days, people))

    def user_days(self, day: int) -> pa.Table:
        """The rows of one day, in no order."""
        present = self.chance.random(len(self.ids), dtype=np.float32) < self.habit
        who = np.flatnonzero(present & (self.joined <= day))
        away = who[self.chance.random(len(who)) < _TRAVELLING_SHARE]
        elsewhere = self.chance.integers(0, len(self.codes), len(away), dtype=np.int32)
        country = np.concatenate([self.home[who], elsewhere])
        who = np.concatenate([who, away])
        views = self.chance.poisson(30, len(who))
        return pa.table(
            {
                "day": pa.array(np.full(len(who), _epoch_day(day), np.int32)).cast(pa.date32()),
                "person_id": self.ids[who],
                "country": pa.DictionaryArray.from_arrays(country, self.codes),
                "platform": pa.DictionaryArray.from_arrays(self.platform[who], _PLATFORMS),
                "views": views,
                "watch_seconds": views * self.chance.integers(4, 30, len(who)).astype(np.float64),
                "sessions": 1 + views // 20,
            }
        )


def _epoch_day(day: int) -> int:
    return (_FIRST_DAY - date(1970, 1, 1)).days + day
