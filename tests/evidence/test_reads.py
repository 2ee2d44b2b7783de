"""Claims are read as what they are: somebody's words about a place and a period, with a grade."""

from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.errors import OutsideReach
from dashboard.evidence.reads import claims
from dashboard.slices import Slice, Span
from dashboard.warehouse.engine import Warehouse
from tests.warehouse.hand_made import Row, day, noon, seen_after, write_warehouse

SPAN = Span(day(1), day(30))


def _claim(name: str, metric: str, scope: str, *, value: float | None = 1.0) -> Row:
    return {
        "claim_id": name, "metric": metric, "scope": scope, "period": "January", "since": day(1),
        "until": day(30), "value": value, "unit": "people", "grade": "B", "source": "a filing",
        "recorded_at": noon(10),
    }  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Warehouse:
    return write_warehouse(
        tmp_path,
        evidence=[
            _claim("world", "growth/active_people", "global"),
            _claim("india", "growth/active_people", "IN", value=None),
            _claim("offices", "headcount", "US"),
        ],
    )


def _claimed(house: Warehouse, chosen: Slice) -> dict[str, float | None]:
    return dict(claims(house, chosen, WORLD).select("claim_id", "value").iter_rows())


def test_a_claim_without_a_figure_stays_unknown(house: Warehouse) -> None:
    known = _claimed(house, Slice(SPAN, seen_after(300)))
    assert known == {"india": None, "world": 1.0, "offices": 1.0}


def test_a_claim_about_the_world_does_not_stand_beside_the_figures_of_one_country(
    house: Warehouse,
) -> None:
    assert set(_claimed(house, Slice(SPAN, seen_after(300), frozenset({"IN"})))) == {"india"}


def test_what_was_not_yet_written_down_was_not_yet_claimed(house: Warehouse) -> None:
    assert _claimed(house, Slice(SPAN, noon(10))) == {}
    assert len(_claimed(house, Slice(SPAN, noon(10) + timedelta(seconds=1)))) == 3


def test_claims_need_a_reader_of_the_world(house: Warehouse) -> None:
    with pytest.raises(OutsideReach, match="evidence"):
        claims(house, Slice(SPAN, seen_after(300)), Reach(frozenset({"IN"})))
