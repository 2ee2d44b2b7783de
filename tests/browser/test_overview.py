"""The Overview in a real browser: the four incidents as an executive would have met them."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, expect

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
        told = visit.page.locator(SENTENCES)
        # What is still to be drawn above would move the button away from under the pointer.
        expect(told).to_contain_text("usual band on 30 June 2024", timeout=60_000)
        visit.wait_for_chart()
        visit.page.get_by_role("button", name="30 June 2020: India closes").click()
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


@pytest.mark.parametrize("width", [800, 1440])
def test_the_words_on_the_life_of_the_platform_never_touch(
    browser: Browser, over_the_sample: Server, width: int
) -> None:
    with story(browser, over_the_sample.address, width=width) as visit:
        visit.open("/overview")
        visit.wait_for_chart()
        words = visit.page.locator(".js-plotly-plot .annotation-text")
        expect(words.filter(has_text="Creator exodus")).to_be_visible(timeout=60_000)
        boxes = [box for each in words.all() if (box := each.bounding_box()) is not None]
        assert len(boxes) > 5
        assert not [pair for pair in combinations(boxes, 2) if _touch(*pair)]


def _touch(one: FloatRect, other: FloatRect) -> bool:
    """Whether two boxes share more than the pixel that letters may reach beyond their own."""
    shared_x = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    shared_y = min(one["y"] + one["height"], other["y"] + other["height"]) - max(
        one["y"], other["y"]
    )
    return shared_x > 1 and shared_y > 3
