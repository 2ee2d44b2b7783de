"""The Overview in a real browser: the four incidents as an executive would have met them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.story import story
from tests.servers import Server, Way, serving

pytestmark = [pytest.mark.browser, pytest.mark.sample]

SENTENCES = ".st-key-briefing"


@pytest.fixture(scope="module")
def over_the_sample(
    sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("overview") / "log.txt"
    with serving(Way.STREAMLIT_RUN, sample_warehouse, log) as server:
        yield server


def test_the_clock_set_to_the_ban_tells_of_india_and_leads_to_it(
    browser: Browser, over_the_sample: Server
) -> None:
    with story(browser, over_the_sample.address) as visit:
        visit.open("/overview")
        visit.page.get_by_role("button", name="30 June 2020: India closes").click()
        visit.wait_until_still()
        told = visit.page.locator(SENTENCES)
        expect(told).to_contain_text("India", timeout=60_000)
        expect(told).to_contain_text("Incident in that span: India closes")
        visit.keep_screenshot("overview-india")
        with visit.page.expect_popup() as opening:
            told.get_by_role("link", name="Open in Growth").last.click()
        growth = opening.value
        expect(growth.get_by_role("heading", name="Growth")).to_be_visible(timeout=60_000)
        expect(growth.locator(".st-key-filters")).to_contain_text("India", timeout=60_000)


@pytest.mark.parametrize(
    ("as_of", "said"), [("2020-04-16", "upload queue"), ("2021-08-17", "Uploads fell")]
)
def test_the_sentence_of_the_day_names_what_broke(
    browser: Browser, over_the_sample: Server, as_of: str, said: str
) -> None:
    with story(browser, over_the_sample.address) as visit:
        visit.open(f"/overview?as_of={as_of}")
        expect(visit.page.locator(SENTENCES)).to_contain_text(said, timeout=60_000)
