"""What uploads were expected to be: the detector's own band, never painted anew."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access.reader import WORLD
from dashboard.incidents.reads import expected_uploads, surprises
from dashboard.slices import Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from tests.warehouse.hand_made import write_warehouse

FALL = Span(date(2021, 7, 20), date(2021, 9, 20))


@pytest.fixture(scope="module")
def sample(sample_warehouse: Path) -> Warehouse:
    return open_folder(sample_warehouse)


def _as_of(day: date) -> Slice:
    """What could be seen of the fall at the end of a day."""
    after = day + timedelta(days=1)
    return Slice(FALL, datetime(after.year, after.month, after.day, tzinfo=UTC))


@pytest.mark.sample
@pytest.mark.parametrize("day", [date(2021, 8, 19), date(2021, 8, 23), date(2021, 8, 27)])
def test_the_last_day_is_off_by_as_much_as_the_surprise_says(sample: Warehouse, day: date) -> None:
    [told] = surprises(sample, _as_of(day), WORLD).filter(metric="uploads").to_dicts()
    last = expected_uploads(sample, _as_of(day), WORLD).row(-1, named=True)
    assert last["day"] == day
    assert last["z" if told["over_days"] == 1 else "week_z"] == pytest.approx(told["z"])
    assert last["outside_since"] <= told["since"]


@pytest.mark.sample
def test_the_fall_of_august_2021_leaves_the_band_within_eight_days(sample: Warehouse) -> None:
    days = expected_uploads(sample, Slice(FALL, sample.now), WORLD)
    outside = days.filter("is_outside")
    assert outside["day"][0] == date(2021, 8, 17)
    assert set(outside["outside_since"]) == {date(2021, 8, 9)}
    assert days.filter(pl.col("day") < date(2021, 8, 10))["is_outside"].sum() == 0


@pytest.mark.sample
def test_what_was_expected_of_a_day_stays_what_it_was(sample: Warehouse) -> None:
    later = expected_uploads(sample, Slice(FALL, sample.now), WORLD)
    for day in (date(2021, 8, 5), date(2021, 8, 22)):
        then = expected_uploads(sample, _as_of(day), WORLD)
        assert_frame_equal(then, later.head(then.height))


@pytest.mark.sample
def test_a_longer_span_tells_the_same_of_each_of_its_days(sample: Warehouse) -> None:
    long = expected_uploads(sample, Slice(Span(date(2014, 7, 1), FALL.until), sample.now), WORLD)
    short = expected_uploads(sample, Slice(FALL, sample.now), WORLD)
    assert_frame_equal(long.tail(short.height), short)
    assert long["expected"].head(30).null_count() == 30


def test_nothing_is_expected_where_nothing_was_uploaded(tmp_path: Path) -> None:
    assert expected_uploads(write_warehouse(tmp_path), _as_of(FALL.since), WORLD).is_empty()
