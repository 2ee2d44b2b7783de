"""What the Growth screen alone owes its reader, over whole, filtered and broken warehouses."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.growth import reads
from dashboard.warehouse.manifest import KEPT_VERSIONS, read_manifest
from tests.pages.opened import (
    damage,
    noting_reads,
    opened,
    publish_again,
    rename_column,
    texts,
)

Harm: TypeAlias = Callable[[bytes], bytes | None]

ALWAYS = ["Active people"]
VIEWS = {
    "Why it moved": ["MAU, step by step", "Which countries explain the change",
                     "Who came, who left"],
    "Where people are": ["On the map", "Platforms", "Countries"],
    "Who stays": ["Retention by cohort", "Retention over all cohorts", "Days active in a month"],
}  # fmt: skip
READS = {
    "Why it moved": {"mau_waterfall", "people_by_country", "mau_changes"},
    "Where people are": {"people_by_country", "people_by_platform"},
    "Who stays": {"retention", "retention_curve", "days_active"},
}
CARDS = ["MAU, 28 days", "WAU", "DAU", "MAU, 30 days", "Stickiness", "Quick ratio"]

HARMS: dict[str, tuple[Harm, str]] = {
    "missing": (lambda content: None, "the file is missing"),
    "truncated": (lambda content: content[:-9], "bytes instead of"),
    "bit flipped": (
        lambda content: content[:50] + bytes([content[50] ^ 1]) + content[51:], "was altered",
    ),
}  # fmt: skip
"""What may befall a file, and the reason that the reader is given."""

in_each_view = pytest.mark.parametrize("view", VIEWS)


@pytest.fixture
def own_copy(tiny_warehouse: Path, tmp_path: Path) -> Path:
    """A copy of the small warehouse that a test may break."""
    return Path(shutil.copytree(tiny_warehouse, tmp_path / "copy"))


@in_each_view
def test_each_view_is_drawn_whole(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    page = opened(monkeypatch, tiny_warehouse, view=view)

    assert not page.exception
    assert not page.error
    assert [card.label for card in page.metric] == CARDS
    assert [title.value for title in page.subheader] == [*ALWAYS, *VIEWS[view]]
    assert len(page.get("plotly_chart")) == _charts(view)


@in_each_view
def test_only_the_open_view_asks_its_reads(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    asked = noting_reads(monkeypatch, reads)
    opened(monkeypatch, tiny_warehouse, view=view)

    assert asked == {"headline", "active_people", "reachable_people"} | READS[view]


def test_a_country_opens_into_its_subdivisions_where_the_data_names_them(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = "Where people are"
    page = opened(monkeypatch, tiny_warehouse, view=view, country="United States")
    assert not page.exception
    assert [title.value for title in page.subheader] == [*ALWAYS, *VIEWS[view], "By subdivision"]
    assert "Share of MAU: California " in texts(page)

    page.segmented_control(key="subdivisions view").set_value(":material/table:").run()
    [table] = [t.value for t in page.dataframe if "subdivision" in t.value.columns]
    assert set(table["subdivision"].dropna()) == {"US-CA"}
    assert {button.proto.label for button in page.get("download_button")} == {"CSV", "Parquet"}


def test_a_country_without_subdivisions_has_no_panel_of_them(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = "Where people are"
    page = opened(monkeypatch, tiny_warehouse, view=view, country="Brazil")
    assert not page.exception
    assert not page.error
    assert [title.value for title in page.subheader] == [*ALWAYS, *VIEWS[view]]


def test_an_address_without_a_view_or_with_an_unknown_one_shows_the_first(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = VIEWS["Why it moved"]
    for address in ({}, {"view": "Nonsense"}):
        page = opened(monkeypatch, tiny_warehouse, **address)
        assert not page.exception
        assert [title.value for title in page.subheader] == [*ALWAYS, *first]


def test_the_pinned_link_keeps_the_view(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "view=Who+stays" in _link(opened(monkeypatch, tiny_warehouse, view="Who stays"))


@in_each_view
def test_every_chart_has_a_description_in_words(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    page = opened(monkeypatch, tiny_warehouse, view=view)
    alts = [chart.proto.alt for chart in page.get("plotly_chart")]
    assert all(alts)
    assert any("Incidents shown: " in alt for alt in alts)


def test_where_there_is_nothing_before_no_comparison_is_claimed(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, span="All time")
    assert "no earlier data to compare with" in texts(page)
    assert "against" not in texts(page).split("no earlier data")[0]
    assert not any(card.proto.delta_description for card in page.metric)
    assert all("against" not in card.help for card in page.metric)


def test_a_card_says_its_change_its_day_and_that_it_is_exact(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, span="Last 28 days")
    month = page.metric[0]
    assert month.value == "40"
    assert month.proto.delta_description == "vs 1 Jul 2020"
    assert "A person is active on a day with at least one view" in month.help.replace("\\", "")
    assert "data complete to 29 Jul 2020" in month.help.replace("\\", "")
    assert "exact" in texts(page)


def test_a_chart_can_be_read_as_a_table_and_taken_away(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, span="Last 28 days")
    page.segmented_control(key="active_people view").set_value(":material/table:").run()

    assert not page.exception
    assert [len(t.value) for t in page.dataframe if "mau_28" in t.value.columns] == [28]
    names = [button.proto.label for button in page.get("download_button")]
    assert names.count("CSV") == names.count("Parquet") == 1


def test_a_look_into_the_past_says_what_was_complete_then(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, as_of="2020-06-10")
    assert "as of 10 Jun 2020, complete to that day" in texts(page)
    for card in page.metric:
        assert "complete to that day" in card.help
        assert "Jul 2020" not in card.help


@in_each_view
def test_filters_that_leave_no_one_say_so_in_each_panel(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    page = opened(monkeypatch, tiny_warehouse, view=view, country="Japan")
    assert not page.exception
    assert not page.error
    assert not page.get("plotly_chart")
    assert texts(page).count("There is too little of Japan here.") >= len(VIEWS[view])


def test_a_country_that_was_blocked_is_empty_for_that_reason(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, span="Last 7 days", country="India", as_of="")
    assert not page.exception
    assert page.metric[2].value == "0"
    assert "since 29 June 2020. Widen the span or clear the country." in texts(page)


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_file_is_named_where_its_chart_would_be(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    spoil, reason = HARMS[harm]
    incidents = read_manifest(own_copy).tables["incidents"].files[0].path
    damage(own_copy, incidents, spoil((own_copy / incidents).read_bytes()))

    page = opened(monkeypatch, own_copy)

    assert not page.exception
    assert f"{incidents}: " in texts(page)
    assert reason in texts(page)
    assert len(page.get("plotly_chart")) == _charts("Why it moved")


@pytest.mark.parametrize("harm", HARMS)
def test_damaged_files_of_people_are_named_in_each_panel_and_the_filters_stand(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    spoil, reason = HARMS[harm]
    for file in read_manifest(own_copy).audiences["active"].days:
        damage(own_copy, file.path, spoil((own_copy / file.path).read_bytes()))

    page = opened(monkeypatch, own_copy)

    assert not page.exception
    assert texts(page).count(reason) == 1 + len(ALWAYS) + len(VIEWS["Why it moved"])
    assert page.selectbox(key="span").value == "Last 90 days"


def test_a_renamed_column_is_named_with_its_file(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = rename_column(own_copy, "incidents", "title", "headline")
    page = opened(monkeypatch, own_copy)
    assert not page.exception
    assert f"{file}: column 'title'" in texts(page)
    assert len(page.get("plotly_chart")) == _charts("Why it moved")


def test_a_renamed_column_of_peoples_rows_is_named_where_rows_are_read_and_the_rest_stands(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Subdivisions are read from the rows; the other panels are answered from the sets."""
    file = rename_column(own_copy, "user_days", "views", "plays")
    view = "Where people are"
    page = opened(monkeypatch, own_copy, view=view, country="United States")
    assert not page.exception
    assert [error.value.replace("\\", "") for error in page.error] == [
        f"{file}: column 'views' is not in the file. Ingest its source again."
    ]
    assert [title.value for title in page.subheader] == [*ALWAYS, *VIEWS[view]]
    assert len(page.get("plotly_chart")) == _charts(view)


def test_a_link_to_a_version_still_kept_shows_that_version(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_manifest(own_copy).version
    publish_again(own_copy)
    page = opened(monkeypatch, own_copy, version=str(first))
    assert not page.info
    assert f"version={first}" in _link(page)


def test_a_link_to_a_version_that_is_gone_shows_no_other_figures_and_leads_to_the_newest(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = read_manifest(own_copy).version
    for _ in range(KEPT_VERSIONS):
        publish_again(own_copy)
    newest = read_manifest(own_copy).version
    page = opened(monkeypatch, own_copy, version=str(pinned), country="Brazil", as_of="2020-07-01")

    assert not page.exception
    assert not page.metric
    assert (
        f"pinned to version {pinned} of the data, which is not kept: only the last "
        f"{KEPT_VERSIONS} versions are. Open it with the newest data, version {newest}"
    ) in texts(page)

    [newer] = [each for each in page.button if each.label == "Open with the newest data"]
    newer.click().run()
    assert not page.exception
    assert [card.label for card in page.metric] == CARDS
    assert "Brazil · as of 1 Jul 2020" in texts(page)
    assert f"version={newest}" in _link(page)


@pytest.mark.parametrize("version", ["nonsense", "-1", "9999", "![x](y)"])
def test_a_version_that_never_was_leads_to_the_newest_too(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    page = opened(monkeypatch, tiny_warehouse, version=version)
    assert f"pinned to version {version} of the data" in texts(page)
    assert not page.metric


def test_the_pinned_link_says_how_long_it_holds(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = texts(opened(monkeypatch, tiny_warehouse))
    assert f"The last {KEPT_VERSIONS} versions are kept" in said


def _charts(view: str) -> int:
    """How many charts a view has with the one above it; countries are a table."""
    return len([*ALWAYS, *(name for name in VIEWS[view] if name != "Countries")])


def _link(page: AppTest) -> str:
    return next(code.value for code in page.code if "version=" in code.value)
