"""How many of the sample's quiet days have a driver outside its band.

``python -m tests.cost.quiet_bills`` looks at all of them and prints what was claimed.
"""

import sys
from datetime import date

import polars as pl

from dashboard.access.reader import WORLD
from dashboard.cost.anomalies import cost_in_band
from dashboard.settings import read_settings
from dashboard.slices import Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from tests.incidents.quiet_days import quiet_days

_LAST_YEAR = 2024


def judged_since(house: Warehouse, year: int) -> pl.DataFrame:
    """Every day and driver since the first of July of a year, each year read as it is shown."""
    spans = [Span(date(y, 7, 1), date(y + 1, 7, 1)) for y in range(year, _LAST_YEAR)]
    return pl.concat([cost_in_band(house, Slice(span, house.now), WORLD) for span in spans])


def of_quiet_days(judged: pl.DataFrame) -> pl.DataFrame:
    """The part of it that lies on quiet days and has a band."""
    return judged.filter(pl.col("day").is_in(quiet_days()), pl.col("low_usd").is_not_null())


def main() -> None:
    """Judge the ten years of the sample."""
    quiet = of_quiet_days(judged_since(open_folder(read_settings().warehouse_folder), 2014))
    beyond = quiet.filter("is_outside")
    left = beyond.filter(pl.col("left_on") == pl.col("day"))
    lines = [f"{day}  {driver} since {since}" for day, driver, since in
             beyond.select("day", "driver", "left_on").iter_rows()]  # fmt: skip
    lines.append(
        f"{left.height} of {quiet['day'].n_unique():,} quiet days had a driver leave its band, and "
        f"{beyond['day'].n_unique()} had one that was still outside"
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
