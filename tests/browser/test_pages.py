"""Every page in a real browser: it opens, draws, keeps the choices, and asks nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dashboard.navigation import PAGES, Screen
from tests.browser.story import story
from tests.servers import Server, Way, serving

pytestmark = pytest.mark.browser

_PATIENCE_MS = 60_000
FILTER_BAR = ".st-key-filters"
WIDTHS = (1440, 800)
each_page = pytest.mark.parametrize("screen", PAGES, ids=[screen.url_path for screen in PAGES])


@pytest.fixture(scope="module")
def without_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard over a folder that is not there."""
    folder = tmp_path_factory.mktemp("without")
    with serving(Way.STREAMLIT_RUN, folder / "nothing", folder / "log.txt") as server:
        yield server


@each_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_opens_and_shows_what_it_is_for(
    browser: Browser, dashboard: Server, screen: Screen, scheme: str
) -> None:
    with story(browser, dashboard.address, scheme=scheme) as visit:
        visit.open(f"/{screen.url_path}")
        for width in WIDTHS:
            visit.page.set_viewport_size({"width": width, "height": 1000})
            visit.wait_until_shown(screen)
            visit.keep_screenshot(f"{screen.url_path}-{scheme}-{width}")


def test_the_first_visit_of_a_cold_server_may_be_a_deep_link(
    browser: Browser, tiny_warehouse: Path, tmp_path: Path
) -> None:
    """The entry script runs first, so its filter bar is there, whichever address comes first."""
    with (
        serving(Way.STREAMLIT_RUN, tiny_warehouse, tmp_path / "log.txt") as server,
        story(browser, server.address) as visit,
    ):
        visit.open("/content_velocity")
        expect(visit.page.locator(FILTER_BAR)).to_be_visible(timeout=_PATIENCE_MS)


def test_an_address_that_leads_nowhere_shows_the_first_page(
    browser: Browser, dashboard: Server
) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open("/nowhere")
        visit.page.keyboard.press("Escape")
        expect(visit.page.locator(FILTER_BAR)).to_be_visible(timeout=_PATIENCE_MS)
        visit.complaints[:] = [text for text in visit.complaints if "does not seem to" not in text]


@each_page
def test_without_data_a_page_says_what_to_do(
    browser: Browser, without_data: Server, screen: Screen
) -> None:
    with story(browser, without_data.address) as visit:
        visit.open(f"/{screen.url_path}")
        # The control plane starts beside the dashboard, and people are known as soon as it answers.
        told = visit.page.get_by_test_id("stAlert").filter(has_text="python -m dashboard sample")
        expect(told).to_be_visible(timeout=60_000)
        expect(visit.page.get_by_test_id("stAlert")).to_have_count(1)
