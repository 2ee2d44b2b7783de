"""The views of the Growth page: one click away, in the address, and in a link passed on."""

from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.story import CHART, Story, story
from tests.planted import plant, product_copy
from tests.servers import Server, Way, serving

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
        visit.wait_for_address("/growth", view=[STAYS])
        visit.page.reload()
        visit.wait_until_still()
        expect(_panel(visit, "Retention by cohort")).to_be_visible()


def test_a_view_stays_open_when_a_filter_changes(browser: Browser, dashboard: Server) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open("/growth")
        _follow(visit, STAYS)
        visit.pick(visit.page.get_by_role("combobox", name="Span").first, "Last 28 days")
        visit.wait_for_address("/growth", view=[STAYS], span=["Last 28 days"])
        expect(_panel(visit, "Retention by cohort")).to_be_visible()


def test_a_pinned_link_opens_the_view_it_was_taken_in(browser: Browser, dashboard: Server) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open("/growth")
        _follow(visit, STAYS)
        visit.wait_for_address("/growth", view=[STAYS])
        expect(_panel(visit, "Retention by cohort")).to_be_visible()
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
        _shown_as(visit).last.click()
        expect(others).to_have_count(3)
        expect(visit.page.locator("[data-seen=yes]")).to_have_count(1)


def test_what_a_click_takes_away_is_gone_though_the_page_looks_by_itself(
    browser: Browser, tiny_warehouse: Path, tmp_path: Path
) -> None:
    """The page looks for news so often here that most clicks meet it."""
    product = product_copy(tmp_path / "product")
    often = "NOTICE_EVERY = timedelta(seconds={})"
    plant(product, "dashboard/ui/freshness.py", often.format(1), often.format(0.3))
    with (
        serving(Way.STREAMLIT_RUN, tiny_warehouse, tmp_path / "log.txt", root=product) as server,
        story(browser, server.address) as visit,
    ):
        visit.open("/growth")
        visit.wait_for_charts(4)
        for _ in range(8):
            for radio, charts in ((_shown_as(visit).last, 3), (_shown_as(visit).first, 4)):
                radio.click()
                expect(visit.page.locator(CHART)).to_have_count(charts)


def _shown_as(visit: Story) -> Locator:
    return visit.page.get_by_role("radiogroup", name="Active people as").get_by_role("radio")


def _follow(visit: Story, view: str) -> None:
    visit.page.get_by_role("tab", name=view).click()
    visit.wait_until_still()


def _panel(visit: Story, title: str) -> Locator:
    return visit.page.get_by_role("heading", name=title)


def _view(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query).get("view", [])
