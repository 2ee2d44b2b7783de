"""The filter bar and the address bar: what is chosen is in the URL, and what is there is chosen."""

from datetime import datetime
from pathlib import Path

import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.ui.offers import seen_platforms
from dashboard.warehouse.manifest import read_manifest
from tests.pages.opened import opened, texts
from tests.warehouse.brute_force import Key, Visit, history
from tests.warehouse.hand_made import day, seen_after
from tests.warehouse.hand_made_sets import write_people


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ({}, "1 May – 29 Jul 2020"),
        ({"span": "Last 7 days"}, "23 – 29 Jul 2020"),
        ({"span": "Nonsense"}, "1 May – 29 Jul 2020"),
        ({"span": "Custom dates", "dates": ["2020-06-01", "2020-06-28"]}, "1 – 28 Jun 2020"),
        ({"as_of": "2020-06-30", "span": "Last 7 days"}, "24 – 30 Jun 2020"),
        ({"country": ["Brazil", "India"]}, "Brazil, India"),
        ({"country": "Atlantis"}, "the world"),
        ({"platform": "ios", "country": "Brazil"}, "Brazil on ios"),
        (
            {"compare": "Year before", "span": "Last 7 days"},
            "no earlier data to compare with",
        ),
    ],
)  # fmt: skip
def test_an_address_is_what_it_says(
    tiny_warehouse: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: dict[str, str | list[str]],
    heading: str,
) -> None:
    page = opened(monkeypatch, tiny_warehouse, **address)
    assert not page.exception
    assert heading in texts(page)


def test_the_past_does_not_know_of_later_incidents(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = opened(monkeypatch, tiny_warehouse)
    then = opened(monkeypatch, tiny_warehouse, as_of="2020-06-10")
    offered = [option for option in now.selectbox(key="span").options if "Incident" in option]
    assert offered
    assert not any("Incident" in option for option in then.selectbox(key="span").options)
    assert "as of 10 Jun 2020" in texts(then)


def test_the_pinned_link_opens_the_very_same_page(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, span="Last 28 days", country="Brazil")
    link = next(code.value for code in page.code if "version=" in code.value)
    assert f"version={read_manifest(tiny_warehouse).version}" in link

    again = opened(
        monkeypatch, tiny_warehouse, span="Custom dates", dates=["2020-07-02", "2020-07-29"],
        country="Brazil", as_of="2020-07-29", version="1",
    )  # fmt: skip

    assert [m.value for m in again.metric] == [m.value for m in page.metric]
    assert [m.delta for m in again.metric] == [m.delta for m in page.metric]


def test_reset_clears_every_filter(tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(
        monkeypatch, tiny_warehouse, span="Last 7 days", country="Brazil", platform="ios",
        as_of="2020-07-01", compare="Year before",
    )  # fmt: skip
    page.button(key="reset").click().run()
    assert not page.exception
    assert "1 May – 29 Jul 2020 · against the previous span" in texts(page)
    assert "the world" in texts(page)


def test_platforms_are_offered_as_they_were_known_then_and_within_reach(tmp_path: Path) -> None:
    rows = history([
        Visit(Key(day(1), "a", "IN", "ios"), 1), Visit(Key(day(2), "b", "US", "tv"), 1),
        Visit(Key(day(20), "a", "IN", "car"), 1),
    ])  # fmt: skip
    house = write_people(tmp_path, rows)

    def offered(as_of: datetime, reach: Reach) -> frozenset[str]:
        return seen_platforms(house, str(tmp_path), as_of=as_of, reach=reach)

    assert offered(seen_after(20), WORLD) == {"ios", "tv", "car"}
    assert offered(seen_after(19), WORLD) == {"ios", "tv"}
    assert offered(seen_after(20), Reach(frozenset({"IN"}))) == {"ios", "car"}
