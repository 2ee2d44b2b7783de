"""The hour in which uploads left their band, counted by hand."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.access.reader import WORLD
from dashboard.incidents.moments import Crossing, moment_left
from dashboard.incidents.reads import expected_uploads
from dashboard.slices import Scope, Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from tests.velocity.uploading import END, FIRST, at, taken_in, upload
from tests.warehouse.hand_made import Row

DAY = END - timedelta(days=1)
NAN = float("nan")


def _steady(*, silent_from: int, creators: int = 40, an_hour: int = 2) -> list[Row]:
    """So many uploads in each hour of every day, and none on the last day from an hour on."""
    hours = ((END - FIRST).days - 1) * 24 + silent_from
    return [upload(n, n % creators, at(FIRST, n / an_hour)) for n in range(an_hour * hours)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Forty-eight uploads a day, and on the last day none after ten o'clock."""
    return taken_in(tmp_path_factory.mktemp("moment"), uploads=_steady(silent_from=10))


def test_the_band_is_left_in_the_hour_after_which_the_day_lies_outside(house: Warehouse) -> None:
    crossing = Crossing(DAY, 1, observed=(48, 20), expected=(48, 48), edge=(40, 40))
    moment = moment_left(house, Scope(house.now), crossing)
    assert moment is not None
    # From ten on two are missing each hour: forty are left at 14:00, fewer an hour later.
    assert moment.at == datetime(DAY.year, DAY.month, DAY.day, 15, tzinfo=UTC)
    assert moment.change_share == pytest.approx(38 / 48 - 1)


def test_the_week_that_ends_then_is_counted_where_the_week_left_the_band(house: Warehouse) -> None:
    crossing = Crossing(DAY, 7, observed=(336, 308), expected=(336, 336), edge=(320, 320))
    moment = moment_left(house, Scope(house.now), crossing)
    assert moment is not None
    assert (moment.at.hour, moment.over_days) == (19, 7)


def test_what_is_expected_moves_with_the_hours_of_a_usual_day(house: Warehouse) -> None:
    """An edge that rises from nothing to 48 is met when half of a usual day has passed."""
    crossing = Crossing(DAY, 1, observed=(48, 20), expected=(48, 60), edge=(32, 48))
    moment = moment_left(house, Scope(house.now), crossing)
    assert moment is not None
    # At 12:00 there are 44 and the edge is 40; at 14:00 40 and 41.3.
    assert moment.at.hour == 14


def test_a_midnight_that_is_unknown_has_no_moment(house: Warehouse) -> None:
    crossing = Crossing(DAY, 1, observed=(48, 20), expected=(NAN, 48), edge=(NAN, 40))
    assert moment_left(house, Scope(house.now), crossing) is None


def test_a_sudden_silence_is_told_with_its_hour(tmp_path: Path) -> None:
    """Nothing comes any more from six in the morning on."""
    house = taken_in(tmp_path, uploads=_steady(silent_from=6, creators=70, an_hour=4))
    last = expected_uploads(house, Slice(Span(FIRST, END), house.now), WORLD).row(-1, named=True)
    assert (last["day"], last["told_on"]) == (DAY, DAY)
    assert last["left_at"].date() == DAY
    assert 6 < last["left_at"].hour < 18
    assert last["left_share"] < 0


@pytest.mark.sample
def test_the_fall_of_august_2021_left_its_band_at_noon(sample_warehouse: Path) -> None:
    """Looked at from that evening or from any later day, over any span that has it."""
    sample = open_folder(sample_warehouse)
    august = date(2021, 8, 17)
    told = set()
    for since, until in ((-16, 1), (-30, 25), (3, 12)):
        span = Span(august + timedelta(days=since), august + timedelta(days=until))
        as_of = datetime.combine(span.until, datetime.min.time(), UTC)
        last = expected_uploads(sample, Slice(span, as_of), WORLD).row(-1, named=True)
        told.add((last["told_on"], last["left_at"], last["left_over_days"]))
    assert told == {(august, datetime(2021, 8, 17, 12, tzinfo=UTC), 7)}
