"""The Growth screen over whole, empty, filtered and broken warehouses, in light and in dark."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts.theme import DARK, LIGHT, Palette
from dashboard.warehouse.manifest import read_manifest
from tests.pages.opened import (
    damage,
    empty_warehouse,
    opened,
    publish_again,
    rename_column,
    texts,
)

Harm: TypeAlias = Callable[[bytes], bytes | None]

PANELS = [
    "Active people", "Who came, who left", "MAU, step by step",
    "Which countries explain the change", "Where people are", "Countries", "Platforms",
    "Retention by cohort", "Retention over all cohorts", "Days active in a month",
]  # fmt: skip
CARDS = ["MAU, 28 days", "WAU", "DAU", "MAU, 30 days", "Stickiness", "Quick ratio"]


@pytest.fixture
def own_copy(tiny_warehouse: Path, tmp_path: Path) -> Path:
    """A copy of the small warehouse that a test may break."""
    return Path(shutil.copytree(tiny_warehouse, tmp_path / "copy"))


@pytest.mark.parametrize(("theme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_the_whole_page_is_drawn_in_the_readers_colours(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, theme: str, palette: Palette
) -> None:
    page = opened(monkeypatch, tiny_warehouse, theme=theme)

    assert not page.exception
    assert not page.error
    assert [card.label for card in page.metric] == CARDS
    assert sorted(title.value for title in page.subheader) == sorted(PANELS)
    charts = page.get("plotly_chart")
    assert len(charts) == len(PANELS) - 1
    assert all(palette.ink in chart.proto.spec for chart in charts)


def test_every_chart_has_a_description_in_words(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse)
    alts = [chart.proto.alt for chart in page.get("plotly_chart")]
    assert all(alts)
    assert any("Incidents shown: " in alt for alt in alts)


def test_a_card_says_its_change_its_day_and_that_it_is_exact(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, span="Last 28 days")
    month = page.metric[0]
    assert month.value == "40"
    assert month.proto.delta_description == "vs 1 Jul 2020"
    assert "A person is active on a day with at least one view" in month.help.replace("\\", "")
    assert "complete to 30 Jul 2020" in month.help.replace("\\", "")
    assert "exact" in texts(page)


def test_a_chart_can_be_read_as_a_table_and_taken_away(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, span="Last 28 days")
    page.segmented_control(key="active_people view").set_value(":material/table:").run()

    assert not page.exception
    assert [len(t.value) for t in page.dataframe if "mau_28" in t.value.columns] == [28]
    names = [button.proto.label for button in page.get("download_button")]
    assert names.count("CSV") == names.count("Parquet") == 2


def test_an_empty_warehouse_says_what_to_ingest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, empty_warehouse(tmp_path / "empty"))
    assert not page.exception
    assert "Ingest user_days to see it here." in texts(page)


def test_a_missing_warehouse_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tmp_path / "nowhere")
    assert not page.exception
    assert "python -m dashboard sample" in texts(page)


def test_a_country_that_was_blocked_is_empty_for_that_reason(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, span="Last 7 days", country="India", as_of="")
    assert not page.exception
    assert page.metric[2].value == "0"
    assert "since 29 June 2020. Widen the span or clear the country." in texts(page)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda content: None, "the file is missing"),
        (lambda content: content[:-9], "bytes instead of"),
        (lambda content: content[:50] + bytes([content[50] ^ 1]) + content[51:], "was altered"),
    ],
    ids=["missing", "truncated", "bit_flipped"],
)
def test_a_damaged_file_is_named_where_its_chart_would_be(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch, harm: Harm, reason: str
) -> None:
    incidents = read_manifest(own_copy).tables["incidents"].files[0].path
    damage(own_copy, incidents, harm((own_copy / incidents).read_bytes()))

    page = opened(monkeypatch, own_copy)

    assert not page.exception
    assert f"{incidents}: " in texts(page)
    assert reason in texts(page)
    assert len(page.get("plotly_chart")) == len(PANELS) - 1


def test_a_damaged_file_of_people_leaves_the_other_pages_and_filters_standing(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in read_manifest(own_copy).audiences["active"].days:
        damage(own_copy, file.path, None)

    page = opened(monkeypatch, own_copy)

    assert not page.exception
    assert "the file is missing" in texts(page)
    assert page.selectbox(key="span").value == "Last 90 days"


def test_a_renamed_column_is_named_with_its_file(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = rename_column(own_copy, "incidents", "title", "headline")
    page = opened(monkeypatch, own_copy)
    assert f"{file}: column 'title'" in texts(page)
    assert len(page.get("plotly_chart")) == len(PANELS) - 1


def test_a_link_to_a_version_still_kept_shows_that_version(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_manifest(own_copy).version
    publish_again(own_copy)
    page = opened(monkeypatch, own_copy, version=str(first))
    assert not page.info
    assert f"version={first}" in _link(page)


def test_a_link_to_a_version_that_is_gone_says_so_and_shows_the_newest(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, own_copy, version="9999")
    assert "no longer kept" in texts(page)
    assert f"version={read_manifest(own_copy).version}" in _link(page)


def _link(page: AppTest) -> str:
    return next(code.value for code in page.code if "version=" in code.value)
