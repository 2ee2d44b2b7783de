"""The control plane in a real browser: a clock that moves all pages, a silence that is told."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import psutil
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.story import Story, story
from tests.conditions import comes_true
from tests.servers import Server, Way, serving

pytestmark = [pytest.mark.browser, pytest.mark.sample]

_SILENT = "The control plane has not answered since"
_TOLD_WITHIN_SECONDS = 5.0


@pytest.fixture(scope="module")
def demo(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard over the sample, with the control plane that it runs beside itself."""
    log = tmp_path_factory.mktemp("demo") / "log.txt"
    with serving(Way.UP, sample_warehouse, log) as server:
        yield server


def _control_plane(server: Server) -> psutil.Process:
    found: list[psutil.Process] = []

    def is_there() -> bool:
        children = psutil.Process(server.process.pid).children(recursive=True)
        found[:] = [each for each in children if "backend" in _words(each)]
        return bool(found)

    comes_true(is_there, within_seconds=60)
    [process] = found
    return process


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    # It ended between being listed and being asked.
    except psutil.NoSuchProcess:
        return []


def _status(visit: Story) -> None:
    visit.open("/status")
    expect(visit.page.get_by_text("beside this dashboard")).to_be_visible(timeout=60_000)


def test_the_clock_set_to_the_ban_moves_every_page_and_back(browser: Browser, demo: Server) -> None:
    with story(browser, demo.address) as visit:
        _status(visit)
        visit.page.get_by_role("button", name="29 June 2020: India closes").click()
        heading = visit.page.get_by_text("demo clock 29 Jun 2020")
        expect(heading).to_be_visible(timeout=30_000)
        visit.keep_screenshot("status-ban")
        visit.page.get_by_role("link", name="Growth").click()
        expect(visit.page.get_by_text("data complete to 28 Jun 2020")).to_be_visible(timeout=60_000)
        _status(visit)
        visit.page.get_by_role("button", name="The end of the data").click()
        expect(visit.page.get_by_text("demo clock 1 Jul 2024")).to_be_visible(timeout=60_000)


def test_a_silence_is_told_within_five_seconds_and_reading_goes_on(
    browser: Browser, demo: Server
) -> None:
    with story(browser, demo.address) as visit:
        _status(visit)
        visit.open("/growth")
        visit.wait_for_chart()
        visit.wait_until_still()
        process = _control_plane(demo)
        process.suspend()
        begun = monotonic()
        banner = visit.page.get_by_text(_SILENT)
        expect(banner).to_be_visible(timeout=30_000)
        told = monotonic() - begun
        process.resume()
        begun = monotonic()
        expect(banner).to_be_hidden(timeout=30_000)
        recovered = monotonic() - begun
        expect(visit.page.locator(".js-plotly-plot").first).to_be_visible()
    print(f"A silence was told after {told:.1f} s, and its end after {recovered:.1f} s.")
    assert max(told, recovered) < 2 * _TOLD_WITHIN_SECONDS, "a busy machine may take twice as long"


def test_a_killed_control_plane_is_back_by_itself(browser: Browser, demo: Server) -> None:
    with story(browser, demo.address) as visit:
        _status(visit)
        process = _control_plane(demo)
        process.kill()
        comes_true(lambda: _control_plane(demo).pid != process.pid, within_seconds=60)
        visit.open("/status")
        expect(visit.page.get_by_text("beside this dashboard")).to_be_visible(timeout=60_000)
