"""Pages over a server that falls silent: what was read before with its age, and never a blank."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.access.reader import WORLD, Reach
from dashboard.settings import Server
from dashboard.slices import Slice, Span
from dashboard.ui.memory import LastGood, Reading, in_any_version
from dashboard.ui.silence import age_of
from dashboard.warehouse.clickhouse import versions
from dashboard.warehouse.clickhouse.connection import Purpose, connect
from dashboard.warehouse.clickhouse.loading import load_folder
from dashboard.warehouse.clickhouse.versions import open_database
from dashboard.warehouse.engine import Warehouse
from tests.clickhouse_server import ClickHouseServer, Mood, is_read, serving_clickhouse
from tests.conditions import comes_true
from tests.pages.opened import as_read, opened_at, publish_again, texts
from tests.warehouse.hand_made import day, seen_after, visit, write_warehouse

CARDS, PANELS = 1, 4
DATABASE = "silent_pages"
AGE = "Figures of "
LOAD = connect(Server("chdb://memory", DATABASE, "chdb://memory"), Purpose.LOAD)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ClickHouseServer]:
    monkeypatch.setattr(versions, "_SECONDS_BETWEEN_LOOKS", 0.0)
    st.cache_resource.clear()
    with serving_clickhouse(LOAD.client()) as serving:
        yield serving


@pytest.fixture(scope="module")
def loaded(tiny_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The small warehouse in a database of the engine behind the server."""
    load_folder(tiny_warehouse, LOAD, DATABASE, lambda _share, _said: None)
    return DATABASE


def test_figures_read_before_stay_with_their_age_under_one_banner(
    server: ClickHouseServer, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened_at(monkeypatch, server.address(loaded))
    assert not page.warning
    assert AGE not in texts(page)
    before = _figures(page)
    server.mood = Mood.HANGS
    comes_true(lambda: texts(page.run()).count(AGE) == CARDS + PANELS)

    assert not page.exception
    assert not page.error
    assert _figures(page) == before
    [banner] = [as_read(warning.value) for warning in page.warning]
    assert f"The warehouse at clickhouse://reader@127.0.0.1:{server.port}/{loaded} does" in banner
    assert "since" in banner
    assert "UTC" in banner
    assert "less than a minute old" in texts(page)


@pytest.mark.wide
def test_a_newer_version_that_cannot_be_read_shows_the_figures_of_the_one_before(
    server: ClickHouseServer, tiny_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, database = Path(shutil.copytree(tiny_warehouse, tmp_path / "own")), "silent_versions"
    load_folder(folder, LOAD, database, lambda _share, _said: None)
    page = opened_at(monkeypatch, server.address(database))
    before = _figures(page)
    publish_again(folder)
    load_folder(folder, LOAD, database, lambda _share, _said: None)
    comes_true(lambda: open_database(server.of(database)).version == 2)
    server.mood = Mood.HANGS
    server.asked.clear()
    page.run()

    assert not page.exception
    assert _figures(page) == before
    assert texts(page).count(AGE) == CARDS + PANELS
    assert len(page.warning) >= 1
    # One read waits for the server and the others do not; a slow machine tries again in between.
    assert len([text for text in server.asked if is_read(text)]) <= 3


@pytest.mark.wide
def test_a_choice_that_was_not_read_before_says_so_in_each_place(
    server: ClickHouseServer, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened_at(monkeypatch, server.address(loaded))
    server.mood = Mood.CLOSES
    page.multiselect(key="country").set_value(["BR"])
    unread = "not read before with this choice"
    comes_true(lambda: texts(page.run()).count(unread) == CARDS + PANELS)
    assert not page.exception
    assert not page.metric
    assert AGE not in texts(page)


def test_a_server_that_works_too_long_on_everything_is_not_waited_for_by_each_panel(
    server: ClickHouseServer, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.mood = Mood.TAKES_TOO_LONG
    page = opened_at(monkeypatch, server.address(loaded), as_of="2020-07-15")
    assert not page.exception
    assert texts(page).count("not read before with this choice") == CARDS + PANELS
    assert "took longer than 10 seconds. Ask for a shorter span" in texts(page)
    assert len(page.warning) >= 1
    assert len([text for text in server.asked if is_read(text)]) <= 3


@pytest.mark.wide
def test_a_first_start_without_the_server_waits_for_it_and_opens_when_it_answers(
    server: ClickHouseServer, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.go_down()
    page = opened_at(monkeypatch, server.address(loaded))
    assert not page.exception
    assert [title.value for title in page.title] == ["Waiting for the warehouse"]
    assert [button.label for button in page.button] == ["Try again", "Sign out"]
    assert "does not answer" in texts(page)
    server.come_up()
    comes_true(lambda: bool(page.run().metric))
    assert not page.warning
    assert not page.exception


@pytest.mark.wide
def test_a_page_is_whole_again_when_the_server_is(
    server: ClickHouseServer, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened_at(monkeypatch, server.address(loaded))
    before = _figures(page)
    server.go_down()
    comes_true(lambda: bool(page.run().warning))
    server.come_up()
    comes_true(lambda: AGE not in texts(page.run()) and not page.warning)
    assert _figures(page) == before


@pytest.mark.wide
def test_a_link_to_a_version_that_was_not_opened_waits_for_the_server(
    server: ClickHouseServer, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_at(monkeypatch, server.address(loaded))
    server.mood = Mood.HANGS
    page = opened_at(monkeypatch, server.address(loaded), version="7")
    assert not page.exception
    assert not page.metric
    assert [title.value for title in page.title] == ["Waiting for the warehouse"]


def test_the_last_good_answer_is_that_of_the_same_choice_and_reach(tmp_path: Path) -> None:
    house = write_warehouse(tmp_path, user_days=[visit(1, 1)])

    def asked(chosen: Slice, reach: Reach = WORLD) -> tuple[str, ...]:
        return in_any_version(_nothing, house, "here", chosen=chosen, reach=reach)

    now = Slice(Span(day(0), day(1)), house.now)
    later = Slice(Span(day(0), day(1)), house.now + timedelta(hours=1))
    assert asked(now) == asked(later), "both look from the newest instant there is"
    others = [
        asked(now, Reach(frozenset({"IN"}))),
        asked(now.over(Span(day(0), day(2)))),
        asked(Slice(now.span, seen_after(0))),
        asked(Slice(now.span, now.as_of, countries=frozenset({"IN"}))),
    ]
    assert len({asked(now), *others}) == 1 + len(others)


def test_what_stands_in_is_bounded() -> None:
    kept: LastGood[int] = LastGood(2)
    for number, name in enumerate("abac"):
        kept.keep((name,), number, version=1)
    assert [kept.of((name,), version=1) for name in "abc"] == [2, None, 3]


def test_a_page_of_an_earlier_version_is_not_shown_what_came_after_it() -> None:
    kept: LastGood[int] = LastGood(2)
    kept.keep(("a",), 20, version=2)
    assert [kept.of(("a",), version=version) for version in (1, 2, 3)] == [None, 20, 20]


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=50), "less than a minute old"),
        (timedelta(minutes=1), ", 1 minute old"),
        (timedelta(minutes=12), ", 12 minutes old"),
        (timedelta(hours=23), ", 23 hours old"),
        (timedelta(days=2), ", 2 days old"),
    ],
)
def test_an_age_is_told_in_the_unit_a_reader_thinks_in(ago: timedelta, said: str) -> None:
    young = Reading(pl.DataFrame(), datetime.now(UTC))
    read_at = datetime.now(UTC) - ago
    told = age_of([young, Reading(pl.DataFrame(), read_at)], "Asia/Kolkata")
    assert said in told
    assert f"{read_at + timedelta(hours=5, minutes=30):%H:%M} IST" in told


def _nothing(_warehouse: Warehouse, _chosen: Slice, _reach: Reach) -> pl.DataFrame:
    return pl.DataFrame()


def _figures(page: AppTest) -> list[object]:
    cards = [(card.label, card.value, card.delta) for card in page.metric]
    return [*cards, *(chart.proto.spec for chart in page.get("plotly_chart"))]
