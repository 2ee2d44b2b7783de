"""Every page in a real browser: it opens, draws, keeps the choices, and asks nobody else."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dashboard.navigation import PAGES, Screen
from tests.browser.story import story
from tests.servers import Server, Way, serving

pytestmark = pytest.mark.browser

FILTER_BAR = ".st-key-filters"
PICTURES = [("light", 1440), ("dark", 1440), ("light", 800), ("dark", 800)]
each_page = pytest.mark.parametrize("screen", PAGES, ids=[screen.url_path for screen in PAGES])


@each_page
@pytest.mark.parametrize(("scheme", "width"), PICTURES)
def test_a_page_opens_and_draws_its_first_chart(
    browser: Browser, dashboard: Server, screen: Screen, scheme: str, width: int
) -> None:
    with story(browser, dashboard.address, width=width, scheme=scheme) as visit:
        visit.open(f"/{screen.url_path}")
        visit.wait_for_chart()
        visit.keep_screenshot(f"{screen.url_path}-{scheme}-{width}")


def test_the_first_visit_of_a_cold_server_may_be_a_deep_link(
    browser: Browser, tiny_warehouse: Path, tmp_path: Path
) -> None:
    """The entry script runs first, so its filter bar is there, whichever address comes first."""
    with (
        serving(Way.STREAMLIT_RUN, tiny_warehouse, tmp_path / "log.txt") as server,
        story(browser, server.address) as visit,
    ):
        visit.open(f"/{PAGES[-1].url_path}")
        expect(visit.page.locator(FILTER_BAR)).to_be_visible()


def test_an_address_that_leads_nowhere_shows_the_first_page(
    browser: Browser, dashboard: Server
) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open("/nowhere")
        visit.page.keyboard.press("Escape")
        expect(visit.page.locator(FILTER_BAR)).to_be_visible()
        visit.complaints[:] = [text for text in visit.complaints if "does not seem to" not in text]


@each_page
def test_without_data_a_page_says_what_to_do(
    browser: Browser, screen: Screen, tmp_path: Path
) -> None:
    with (
        serving(Way.STREAMLIT_RUN, tmp_path / "nothing", tmp_path / "log.txt") as server,
        story(browser, server.address) as visit,
    ):
        visit.open(f"/{screen.url_path}")
        told = visit.page.get_by_test_id("stAlert")
        expect(told).to_contain_text("python -m dashboard sample")
