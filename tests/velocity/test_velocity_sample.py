"""The sample's incidents, told by velocity: April 2020's queue, August 2021's fall."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.access.reader import WORLD
from dashboard.slices import Slice, Span
from dashboard.velocity import reads
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse

pytestmark = pytest.mark.sample
_HOUR = 3600


@pytest.fixture(scope="module")
def sample(sample_warehouse: Path) -> Warehouse:
    return open_folder(sample_warehouse)


def _as_of(day: date, span: Span | None = None) -> Slice:
    """What could be seen at the end of a day, of that day or of a span."""
    after = day + timedelta(days=1)
    seen = datetime(after.year, after.month, after.day, tzinfo=UTC)
    return Slice(span or Span(day, after), seen)


def test_the_queue_of_april_2020_is_visible_within_each_of_its_days(sample: Warehouse) -> None:
    usual, growing, overrun = (
        reads.time_to_publish(sample, _as_of(date(2020, 4, day)), WORLD).row(0, named=True)
        for day in (2, 12, 15)
    )
    assert usual["p90_seconds"] < 600
    assert growing["p90_seconds"] > 3 * _HOUR
    # What is in the queue has not come out of it: that it takes long is known, not how long.
    assert overrun["p50_seconds"] is None
    assert overrun["waiting"] > 0.9 * overrun["videos"]


def test_looked_back_on_the_queue_reached_nearly_two_days(sample: Warehouse) -> None:
    april = Slice(Span(date(2020, 4, 1), date(2020, 5, 1)), sample.now)
    days = reads.time_to_publish(sample, april, WORLD)
    assert 36 * _HOUR < days["p90_seconds"].max() < 50 * _HOUR
    assert days.row(days["p90_seconds"].arg_max(), named=True)["day"] in {
        date(2020, 4, day) for day in (14, 15, 16)
    }
    assert days["p90_seconds"][-1] < 600


def test_creators_lapse_in_august_2021_and_are_back_by_november(sample: Warehouse) -> None:
    fall = Slice(Span(date(2021, 7, 1), date(2021, 11, 15)), sample.now)
    pace = reads.pace(sample, fall, WORLD)
    by_day = dict(pace.select("day", "uploads_a_day").iter_rows())
    before, low, after = (
        by_day[min(by_day, key=lambda day, near=near: abs(day - near))]
        for near in (date(2021, 8, 1), date(2021, 9, 5), date(2021, 11, 7))
    )
    assert low / before == pytest.approx(0.85, abs=0.04)
    assert after / before > 0.95
    paid = reads.payouts(sample, fall, WORLD)
    assert paid.filter(paid["incentives_usd_a_day"] > 0)["day"].min() > date(2021, 8, 15)


def test_a_wave_of_a_hashtag_is_told_while_it_rises(sample: Warehouse) -> None:
    week = Slice(Span(date(2024, 6, 23), date(2024, 6, 30)), sample.now)
    [first, *_] = reads.rising(sample, week, WORLD).iter_rows(named=True)
    assert (first["kind"], first["name"]) == ("hashtag", "euro2024")
    assert first["score"] > 3
