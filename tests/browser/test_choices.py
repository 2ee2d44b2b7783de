"""What a reader chooses stays chosen: across runs, across pages, and in a link passed on."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, expect

from dashboard.navigation import OPERATIONS, PAGES, Screen
from tests.browser.story import Story, story
from tests.servers import Server

pytestmark = pytest.mark.browser

FIGURES = [screen for screen in PAGES if screen.section != OPERATIONS]
each_page = pytest.mark.parametrize("screen", FIGURES, ids=[each.url_path for each in FIGURES])


@each_page
def test_a_choice_is_kept_in_the_address(
    browser: Browser, dashboard: Server, screen: Screen
) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open(f"/{screen.url_path}")
        _choose_country(visit, "Brazil")
        visit.wait_for_address(_path(screen), country=["Brazil"])
        visit.wait_until_shown(screen)
        visit.page.reload()
        visit.wait_until_still()
        expect(_chosen(visit, "Brazil")).to_be_visible()


def test_a_choice_is_kept_from_page_to_page(browser: Browser, dashboard: Server) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open()
        _choose_country(visit, "Brazil")
        # Pages of operations have no figures to choose from, and forget nothing.
        for screen in (*PAGES, FIGURES[0]):
            _follow_menu(visit, screen)
            if screen.section == OPERATIONS:
                visit.wait_until_shown(screen)
                continue
            visit.wait_for_address(_path(screen), country=["Brazil"])
            expect(_chosen(visit, "Brazil")).to_be_visible()


@each_page
def test_a_pinned_link_shows_another_reader_the_same_choice(
    browser: Browser, dashboard: Server, screen: Screen
) -> None:
    with story(browser, dashboard.address) as visit:
        visit.open(f"/{screen.url_path}")
        _choose_country(visit, "Brazil")
        visit.page.get_by_role("button", name="Link").click()
        shown = visit.page.get_by_test_id("stCode")
        expect(shown).to_contain_text("country=Brazil")
        link = shown.inner_text().strip()
    with story(browser, dashboard.address) as another:
        another.open(link.removeprefix(dashboard.address))
        another.wait_until_shown(screen)
        expect(_chosen(another, "Brazil")).to_be_visible()
        choices = _choices(another)
        assert len(choices["dates"]) == 2
        assert choices["version"] == ["1"]


def _follow_menu(visit: Story, screen: Screen) -> None:
    # There is no menu while there is one page.
    if len(PAGES) > 1:
        links = visit.page.get_by_test_id("stSidebarNavLink")
        links.get_by_text(screen.title, exact=True).click()


def _choose_country(visit: Story, name: str) -> None:
    box = visit.page.get_by_test_id("stMultiSelect").filter(has_text="Countries")
    visit.pick(box.get_by_role("combobox"), name, is_typed=True)
    expect(_chosen(visit, name)).to_be_visible()
    visit.page.keyboard.press("Escape")
    visit.wait_until_still()


def _chosen(visit: Story, name: str) -> Locator:
    return visit.page.get_by_test_id("stMultiSelect").get_by_text(name, exact=True)


def _path(screen: Screen) -> str:
    return "/" if screen.is_default else f"/{screen.url_path}"


def _choices(visit: Story) -> dict[str, list[str]]:
    return parse_qs(urlsplit(visit.page.url).query)
