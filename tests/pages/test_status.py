"""Status says whether changes can be made, and sets the clock of a demo for everybody."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import ClockMode
from dashboard.warehouse.opening import open_warehouse
from tests.pages.opened import opened, texts


@pytest.mark.parametrize("plane", [ClockMode.DEMO], indirect=True)
def test_an_incident_sets_the_clock_and_the_pages_follow_it(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="status")
    [ban] = [each for each in page.button if "India ban" in each.label]
    page = ban.click().run()
    assert not page.exception
    assert plane.now().now - datetime(2020, 6, 29, 9, tzinfo=UTC) < timedelta(minutes=10)
    assert "demo clock 29 Jun 2020, 09:0" in texts(page)
    growth = opened(monkeypatch, tiny_warehouse, screen="growth")
    assert "data complete to 28 Jun 2020" in texts(growth)
    assert "India ban" not in texts(growth)


@pytest.mark.parametrize("plane", [ClockMode.DEMO], indirect=True)
def test_set_back_the_clock_finds_its_way_forward_again(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with plane.database.writing() as connection:
        plane.clock.set(connection, datetime(2020, 5, 1, tzinfo=UTC), plane.wall())
    page = opened(monkeypatch, tiny_warehouse, screen="status")
    labels = [each.label for each in page.button]
    assert any("India ban" in label for label in labels)
    [end] = [each for each in page.button if each.label == "The end of the data"]
    end.click().run()
    assert plane.now().now >= open_warehouse(tiny_warehouse).now


@pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)
def test_in_production_there_is_nothing_to_set(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="status")
    assert "It follows wall time." in texts(page)
    assert "demo" not in texts(page)
    assert not [each for each in page.button if "clock" in each.label.lower()]


@pytest.mark.usefixtures("nobody")
def test_without_an_answer_the_page_says_so_and_reading_goes_on(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="status")
    assert "nothing can be changed until it answers" in texts(page)
    assert not page.error
    assert not opened(monkeypatch, tiny_warehouse, screen="growth").error
