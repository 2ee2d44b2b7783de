"""Marks are what happened in the span and in the countries looked at, as it was known then."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.access.reader import WORLD
from dashboard.incidents.reads import marks
from dashboard.slices import Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from tests.warehouse.hand_made import seen_after


@pytest.fixture
def house(tiny_warehouse: Path) -> Warehouse:
    """The tiny warehouse: one phase, and India gone on 29 June 2020."""
    return open_folder(tiny_warehouse)


def _titles(house: Warehouse, span: Span, countries: frozenset[str] | None = None) -> list[str]:
    chosen = Slice(span, house.now, countries)
    return marks(house, chosen, WORLD)["title"].to_list()


def test_an_incident_is_marked_where_it_touches(house: Warehouse) -> None:
    summer = Span(date(2020, 6, 1), date(2020, 7, 15))
    assert "India ban" in _titles(house, summer)
    assert "India ban" in _titles(house, summer, frozenset({"IN", "US"}))
    assert "India ban" not in _titles(house, summer, frozenset({"US"}))
    assert "India ban" not in _titles(house, Span(date(2020, 5, 1), date(2020, 6, 1)))


def test_an_incident_is_not_known_before_it_was_written_down(house: Warehouse) -> None:
    span = Span(date(2020, 6, 1), date(2020, 7, 15))
    begun = seen_after(1).replace(year=2020, month=6, day=29, hour=14, minute=30)
    for as_of, is_known in ((begun, False), (begun + timedelta(hours=1), True)):
        found = marks(house, Slice(span, as_of), WORLD)
        assert ("India ban" in found["title"].to_list()) is is_known
