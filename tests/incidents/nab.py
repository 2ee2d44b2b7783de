"""New York's taxis, day by day, held against the band at its default setting.

``python -m tests.incidents.nab`` prints the table.
"""

import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from dashboard.expectation.bands import BAND, usual_bands

FOLDER = Path(__file__).parents[1] / "data" / "nab"


@dataclass(frozen=True)
class Window:
    """A labelled span of days, both ends inside, and the largest z met in it."""

    first: date
    last: date
    largest_z: float

    @property
    def is_hit(self) -> bool:
        return self.largest_z > BAND


@dataclass(frozen=True)
class Result:
    windows: list[Window]
    false_flags: list[date]
    largest_z_outside: float


def result() -> Result:
    """The labelled windows that were hit, and the days flagged outside of them."""
    days = _passengers_by_day()
    values = days["passengers"].to_numpy().astype(np.float64)[:, None]
    unsampled = np.full(values.shape, np.inf)
    day, _ = usual_bands(values, unsampled, np.ones(values.shape, dtype=np.bool_))
    z = dict(zip(days["day"], np.nan_to_num(np.abs(day.z[:, 0])).tolist(), strict=True))
    windows = [
        Window(first, last, max(z[each] for each in z if first <= each <= last))
        for first, last in _labelled()
    ]
    outside = {
        each: size
        for each, size in z.items()
        if not any(window.first <= each <= window.last for window in windows)
    }
    false_flags = [each for each, size in outside.items() if size > BAND]
    return Result(windows, false_flags, max(outside.values()))


def _passengers_by_day() -> pl.DataFrame:
    rows = pl.read_csv(FOLDER / "nyc_taxi.csv")
    days = rows.with_columns(day=pl.col("timestamp").str.head(10).str.to_date())
    return days.group_by("day").agg(passengers=pl.col("value").sum()).sort("day")


def _labelled() -> list[tuple[date, date]]:
    labels = json.loads((FOLDER / "nyc_taxi_windows.json").read_text())
    return [
        (date.fromisoformat(first[:10]), date.fromisoformat(last[:10]))
        for first, last in labels["realKnownCause/nyc_taxi.csv"]
    ]


def main() -> None:
    found = result()
    lines = ["window                      largest |z|  outside the band"]
    lines += [
        f"{window.first} to {window.last}    {window.largest_z:8.2f}  {window.is_hit}"
        for window in found.windows
    ]
    lines.append(f"any other day               {found.largest_z_outside:8.2f}  "
                 f"{len(found.false_flags)} false flags")  # fmt: skip
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
