"""What uploads were expected to be: the detector's own band, never painted anew."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access.reader import WORLD
from dashboard.incidents.measured import WHOLE, history
from dashboard.incidents.metrics import Metric
from dashboard.incidents.reads import expected_uploads, surprises
from dashboard.slices import Scope, Slice, Span
from dashboard.velocity.reads import uploads, uploads_a_day
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from tests.velocity.uploading import END, FIRST, at, chosen, midnight, taken_in, upload
from tests.warehouse.hand_made import Row, write_warehouse

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


def test_a_day_that_uploads_still_come_for_is_no_fall(tmp_path: Path) -> None:
    """People are complete to the end of the last day, and uploads to eight in its morning."""
    last = END - timedelta(days=1)
    house = taken_in(tmp_path, unstated="uploads", uploads=_as_every_day(until_hour=8))
    asked = chosen(FIRST, END)
    assert house.complete_until(house.now) == END
    banded = expected_uploads(house, asked, WORLD)
    assert banded["day"].max() == last - timedelta(days=1)
    assert banded["is_outside"].sum() == 0
    assert surprises(house, asked, WORLD).filter(metric="uploads").is_empty()
    assert uploads(house, asked, WORLD)["day"].max() == last - timedelta(days=1)
    assert uploads_a_day(house, asked, WORLD)["value"].to_list() == [60.0]
    [line] = [
        each.values
        for each in history(house, Scope(house.now)).series
        if (each.metric, each.place) == (Metric.UPLOADS, WHOLE)
    ]
    assert np.isnan(line[-1])
    assert line[-2] == 60


def test_a_day_stated_to_be_whole_is_judged(tmp_path: Path) -> None:
    house = taken_in(tmp_path, uploads=_as_every_day(until_hour=8))
    banded = expected_uploads(house, chosen(FIRST, END), WORLD)
    assert banded.row(-1, named=True)["is_outside"]
    assert not surprises(house, chosen(FIRST, END), WORLD).filter(metric="uploads").is_empty()


def _as_every_day(*, until_hour: int) -> list[Row]:
    """Sixty creators upload one video a day through the day; the last day ends at an hour."""
    days = (FIRST + timedelta(days=n) for n in range((END - FIRST).days))
    began = (at(day, n * 24 / 60) for day in days for n in range(60))
    ends = midnight(END) - timedelta(hours=24 - until_hour)
    return [upload(n, n % 60, instant) for n, instant in enumerate(began) if instant < ends]
