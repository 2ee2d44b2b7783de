"""The views of the Growth page: one click away, in the address, and in a link passed on."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.story import Story, story
from tests.servers import Server

pytestmark = pytest.mark.browser

STAYS = "Who stays"
CHARTS = {"Why it moved": 4, "Where people are": 3, STAYS: 4}
"""How many charts each view has with the one above it."""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 800)])
@pytest.mark.parametrize("view", CHARTS)
def test_every_chart_of_a_view_is_drawn(
    browser: Browser, dashboard: Server, view: str, scheme: str, width: int
) -> None:
    with story(browser, dashboard.address, width=width, scheme=scheme) as visit:
        visit.open(f"/growth?{urlencode({'view': view})}")
        visit.wait_for_charts(CHARTS[view])
        expect(visit.page.get_by_test_id("stSkeleton")).to_have_count(0)
        visit.keep_screenshot(f"growth-{view.split()[0].lower()}-{scheme}-{width}")


def test_the_map_has_land_and_the_countries_where_people_are(
    browser: Browser, dashboard: Server
) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open(f"/growth?{urlencode({'view': 'Where people are'})}")
        visit.wait_for_charts(CHARTS["Where people are"])
        expect(visit.page.locator("path.choroplethlocation[d^=M]")).to_have_count(2)
        expect(visit.page.locator(".geo .land path[d^=M]")).not_to_have_count(0)
        assert any("/assets/topojson/world_110m.json" in url for url in visit.asked)


def test_a_country_opens_into_its_subdivisions(browser: Browser, dashboard: Server) -> None:
    with story(browser, dashboard.address) as visit:
        address = {"view": "Where people are", "country": "United States"}
        visit.open(f"/growth?{urlencode(address)}")
        visit.wait_for_charts(CHARTS["Where people are"] + 1)
        expect(_panel(visit, "By subdivision")).to_be_visible()


def test_a_view_is_kept_in_the_address(browser: Browser, dashboard: Server) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open("/growth")
        _follow(visit, STAYS)
        assert _view(visit.page.url) == [STAYS]
        visit.page.reload()
        visit.wait_until_still()
        expect(_panel(visit, "Retention by cohort")).to_be_visible()


def test_a_view_stays_open_when_a_filter_changes(browser: Browser, dashboard: Server) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open("/growth")
        _follow(visit, STAYS)
        visit.page.get_by_role("combobox", name="Span").first.click()
        visit.page.get_by_role("option", name="Last 28 days").click()
        visit.wait_until_still()
        expect(_panel(visit, "Retention by cohort")).to_be_visible()
        assert _view(visit.page.url) == [STAYS]


def test_a_pinned_link_opens_the_view_it_was_taken_in(browser: Browser, dashboard: Server) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open("/growth")
        _follow(visit, STAYS)
        visit.page.get_by_role("button", name="Link").click()
        link = visit.page.get_by_test_id("stCode").inner_text().strip()
    assert _view(link) == [STAYS]
    with story(browser, dashboard.address) as another:
        another.open(link.removeprefix(dashboard.address))
        expect(_panel(another, "Retention by cohort")).to_be_visible()


def test_a_chart_becomes_a_table_and_the_others_stay_as_they_are(
    browser: Browser, dashboard: Server
) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open("/growth")
        visit.wait_for_chart()
        others = visit.page.locator(".js-plotly-plot")
        expect(others).to_have_count(4)
        others.last.evaluate("chart => chart.dataset.seen = 'yes'")
        visit.page.get_by_role("radiogroup", name="Active people as").get_by_role(
            "radio"
        ).last.click()
        visit.wait_until_still()
        expect(others).to_have_count(3)
        expect(visit.page.locator("[data-seen=yes]")).to_have_count(1)


def _follow(visit: Story, view: str) -> None:
    visit.page.get_by_role("tab", name=view).click()
    visit.wait_until_still()


def _panel(visit: Story, title: str) -> Locator:
    return visit.page.get_by_role("heading", name=title)


def _view(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query).get("view", [])
