"""People are counted in the country they were last met in, those who move and those who stay."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from pyroaring import BitMap

from dashboard.warehouse.day_sets import DaySets, FileShelf
from dashboard.warehouse.engine import AudienceKind
from dashboard.warehouse.homes import Homes
from dashboard.warehouse.manifest import read_manifest
from tests.warehouse.brute_force import Key, Visit, history
from tests.warehouse.hand_made import day
from tests.warehouse.hand_made_sets import write_people

_TRAVELS = {"day": pl.Int64, "person_id": pl.UInt32, "country": pl.String, "views": pl.Int64}
# Over three days 1 stays in BR, 2 moves from BR to IN, 3 is in both on the last day.
_BY_DAY = {
    "BR": [BitMap([1, 2]), BitMap([1]), BitMap([3])],
    "IN": [BitMap(), BitMap([2]), BitMap([3])],
}
_BOTH = [(2, 3, "BR", 4), (2, 3, "IN", 9)]


def _homes(travels: Sequence[tuple[int, int, str, int]] = _BOTH) -> Homes:
    return Homes(_BY_DAY, pl.DataFrame(travels, schema=_TRAVELS, orient="row"))


def test_who_stays_moves_or_travels_counts_in_one_country() -> None:
    met = {1: BitMap([1, 2]), 2: BitMap([3])}
    assert _homes().met(met, None) == {"BR": 1, "IN": 2}


def test_who_moved_counts_where_they_were_on_the_day_they_count_on() -> None:
    assert _homes().met({0: BitMap([1, 2])}, None) == {"BR": 2, "IN": 0}


@pytest.mark.parametrize(("inside", "counts"), [(["BR"], {"BR": 1}), (["IN"], {"IN": 1})])
def test_outside_the_countries_asked_for_nobody_watched_more(
    inside: list[str], counts: dict[str, int]
) -> None:
    assert _homes().met({2: BitMap([3])}, inside) == counts


def test_equal_views_count_in_the_first_country_by_code() -> None:
    evenly = [(2, 3, "BR", 5), (2, 3, "IN", 5)]
    assert _homes(evenly).met({2: BitMap([3])}, None) == {"BR": 1, "IN": 0}


def test_nobody_met_is_nobody_anywhere() -> None:
    assert _homes([]).met({}, None) == {"BR": 0, "IN": 0}


def test_a_month_whose_files_change_is_looked_at_anew(tmp_path: Path) -> None:
    shelf, month = FileShelf(tmp_path), day(3).replace(day=1)
    counts = []
    for country in ("BR", "IN"):
        write_people(tmp_path, history([Visit(Key(day(3), "anna", country, "ios"), 5)]))
        stored = read_manifest(tmp_path).audiences[AudienceKind.ACTIVE]
        homes = DaySets(shelf, stored).homes(month, None)
        counts.append(homes.met({(day(3) - month).days: BitMap([0])}, None))
    assert counts == [{"BR": 1}, {"IN": 1}]
