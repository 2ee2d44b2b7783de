"""What the Overview alone owes its reader, over whole, empty and filtered warehouses."""

from pathlib import Path

import pytest

from tests.pages.opened import empty_warehouse, opened, texts

CARDS = ["MAU, 28 days", "Reachable MAU", "Cost per MAU, month", "Uploads a day", "Views a day"]
SCALE = ["Cost a month", "Countries", "Languages", "Downloads", "Creator payouts", "Engineers",
         "Bandwidth a day"]  # fmt: skip


def test_it_opens_with_the_briefing_the_cards_and_the_life_of_the_platform(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="overview")
    assert not page.exception
    assert not page.error
    assert [card.label for card in page.metric] == CARDS
    assert "series were looked at" in page.markdown[0].value or "since" in page.markdown[0].value
    [chart] = page.get("plotly_chart")
    assert "India ban" in chart.proto.spec


@pytest.mark.parametrize(
    ("view", "cards"), [("Scale", CARDS + SCALE), ("Claims beside figures", CARDS)]
)
def test_its_other_views_open(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, view: str, cards: list[str]
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="overview", view=view)
    assert not page.exception
    assert not page.error
    assert [card.label for card in page.metric] == cards


def test_the_button_of_an_incident_sets_the_clock_to_its_first_whole_day(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="overview")
    [button] = [each for each in page.button if "India ban" in each.label]
    assert button.label.startswith("30 June 2020")
    page = button.click().run()
    assert not page.exception
    assert page.date_input(key="as_of").value.isoformat() == "2020-06-30"
    assert "as of 30 Jun 2020" in texts(page)
    [now] = [each for each in page.button if each.label == "Now"]
    assert now.click().run().date_input(key="as_of").value is None


def test_an_empty_warehouse_is_told_of_and_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, empty_warehouse(tmp_path / "empty"), screen="overview")
    assert not page.exception
    assert not page.error
    assert "There is not enough history yet" in page.markdown[0].value
    assert {card.value for card in page.metric} == {"n/a"}


def test_a_choice_of_countries_leaves_out_what_a_bill_cannot_tell(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="overview", country="India")
    assert not page.exception
    values = {card.label: card.value for card in page.metric}
    assert values["Cost per MAU, month"] == "n/a"
    assert values["MAU, 28 days"] != "n/a"
