"""Signing in and out in a real browser, as one of a demo's people."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.access.roles import Role
from dashboard.control.demo_people import DEMO_PEOPLE
from dashboard.control.people import DemoPerson
from dashboard.navigation import PAGES
from tests.browser.story import FIRST_CHART, Story, story
from tests.browser.test_pages import WIDTHS
from tests.servers import Server, Way, serving

pytestmark = [pytest.mark.browser, pytest.mark.sample]

DEEP_LINK = "/growth?span=Last+28+days&country=Brazil"
_TOLD_WITHIN_SECONDS = 5.0
_PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def demo(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard over the sample, where anybody may be one of the demo's people."""
    log = tmp_path_factory.mktemp("demo") / "log.txt"
    with serving(Way.UP, sample_warehouse, log) as server:
        yield server


def _person(role: Role) -> DemoPerson:
    return next(person for person in DEMO_PEOPLE if person.role is role)


def _sign_in(visit: Story, person: DemoPerson) -> None:
    """Click once, on the sign-in page that is shown, and wait for the person's name."""
    offered = visit.page.locator(f".st-key-sign-in-{person.id} button:visible")
    expect(offered).to_be_visible(timeout=_PATIENCE_MS)
    offered.click()
    name = visit.page.get_by_test_id("stSidebar").get_by_text(person.name)
    expect(name).to_be_visible(timeout=_PATIENCE_MS)
    visit.wait_until_still()


def _sign_in_page(page: Page) -> None:
    heading = page.get_by_role("heading", name="Sign in", level=1)
    expect(heading).to_be_visible(timeout=_PATIENCE_MS)
    expect(page.locator(FIRST_CHART)).to_have_count(0)


def _choices(visit: Story) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(visit.page.url)
    return parts.path, parse_qs(parts.query)


def test_one_click_signs_in_and_leads_back_to_the_link_that_was_followed(
    browser: Browser, demo: Server
) -> None:
    with story(browser, demo.address, is_signed_in=False) as visit:
        visit.open(DEEP_LINK)
        _sign_in_page(visit.page)
        _sign_in(visit, _person(Role.EXECUTIVE))
        visit.wait_for_chart()
        assert _choices(visit) == ("/growth", {"span": ["Last 28 days"], "country": ["Brazil"]})
        bar = visit.page.locator(".st-key-filters")
        expect(bar.get_by_role("combobox", name="Span").first).to_have_value("Last 28 days")
        expect(bar.get_by_text("Brazil")).to_be_visible()


def test_every_page_says_that_it_is_a_demo(browser: Browser, demo: Server) -> None:
    with story(browser, demo.address, is_signed_in=False) as visit:
        visit.open()
        _sign_in(visit, _person(Role.AUDITOR))
        for screen in PAGES:
            visit.open(f"/{screen.url_path}")
            visit.wait_until_shown(screen)
            expect(visit.page.get_by_text("DEMO", exact=True)).to_be_visible()


def test_signing_out_is_for_every_page_and_every_tab(browser: Browser, demo: Server) -> None:
    with story(browser, demo.address, is_signed_in=False) as visit:
        visit.open()
        _sign_in(visit, _person(Role.AUDITOR))
        other = visit.page.context.new_page()
        other.goto(f"{demo.address}/growth")
        expect(other.locator(FIRST_CHART).first).to_be_visible(timeout=_PATIENCE_MS)
        visit.page.get_by_role("button", name="Sign out").click()
        _sign_in_page(visit.page)
        begun = monotonic()
        # It notices by itself, without anybody touching it.
        _sign_in_page(other)
        told = monotonic() - begun
        for screen in PAGES:
            visit.open(f"/{screen.url_path}")
            _sign_in_page(visit.page)
    print(f"The other tab showed the sign-in page {told:.1f} s after the first.")
    assert told < 2 * _TOLD_WITHIN_SECONDS, "a busy machine may take twice as long"


def test_a_link_to_a_page_that_the_roles_do_not_open_tells_so_and_nothing_else(
    browser: Browser, demo: Server
) -> None:
    with story(browser, demo.address, is_signed_in=False) as visit:
        visit.open("/audit")
        _sign_in(visit, _person(Role.EXECUTIVE))
        main = visit.page.get_by_test_id("stMain")
        expect(main.get_by_test_id("stAlert")).to_contain_text("Your roles do not open Audit.")
        expect(main.get_by_test_id("stDataFrame")).to_have_count(0)
        expect(main.get_by_role("heading")).to_have_count(0)
        menu = visit.page.get_by_test_id("stSidebarNav")
        expect(menu.get_by_role("link", name="Growth")).to_be_visible()
        expect(menu.get_by_role("link", name="Audit")).to_have_count(0)
        visit.keep_screenshot("audit-refused")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_offers_everybody_of_the_demo(
    browser: Browser, demo: Server, scheme: str
) -> None:
    with story(browser, demo.address, scheme=scheme, is_signed_in=False) as visit:
        visit.open("/growth")
        for width in WIDTHS:
            visit.page.set_viewport_size({"width": width, "height": 1000})
            _sign_in_page(visit.page)
            for person in DEMO_PEOPLE:
                expect(visit.page.get_by_text(person.sentence)).to_be_visible()
            expect(visit.page.get_by_text("DEMO", exact=True)).to_be_visible()
            visit.keep_screenshot(f"sign-in-{scheme}-{width}")
