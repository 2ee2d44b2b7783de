"""On the sample, what happened to the bill is found, and no quiet day is claimed to stand out."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard.warehouse.duckdb_engine import open_folder
from tests.cost.quiet_bills import judged_since, of_quiet_days

pytestmark = pytest.mark.sample


@pytest.fixture(scope="module")
def judged(sample_warehouse: Path) -> pl.DataFrame:
    return judged_since(open_folder(sample_warehouse), 2018)


def test_no_driver_leaves_its_band_on_a_quiet_day(judged: pl.DataFrame) -> None:
    quiet = of_quiet_days(judged)
    assert quiet["day"].n_unique() > 1_000
    assert quiet.filter(pl.col("left_on") == pl.col("day")).is_empty()


def test_without_india_every_driver_falls_below_its_band(
    judged: pl.DataFrame,
) -> None:
    without = judged.filter(pl.col("day").is_between(date(2020, 7, 1), date(2020, 7, 14)))
    outside = without.filter("is_outside")
    assert outside["driver"].n_unique() == 5
    assert (outside["cost_usd"].cast(pl.Float64) < outside["low_usd"]).all()
    before = judged.filter(pl.col("day").is_between(date(2020, 4, 1), date(2020, 6, 30)))
    assert not before["is_outside"].any()
