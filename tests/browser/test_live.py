"""Content velocity watched: data comes in, and the screen says so without being touched."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from dashboard.charts.numbers import long_day
from tests.browser.story import Story, story
from tests.following import build_followed_warehouse, following, land
from tests.servers import ROOT, Way, serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SCREEN = "/content_velocity"
EVE = date(2021, 8, 16)
"""The day before the fall of August 2021 left its band."""
REPLAYED_SPEED = 7200
"""Two days and a quarter pass in under half a minute."""
_PATIENCE_MS = 180_000
_ENDS_SECONDS = 120


def test_a_file_that_lands_is_on_the_screen_though_nobody_touches_it(
    browser: Browser, tmp_path: Path
) -> None:
    warehouse, inbox = tmp_path / "warehouse", tmp_path / "inbox"
    build_followed_warehouse(warehouse)
    inbox.mkdir()
    with (
        serving(Way.UP, warehouse, tmp_path / "log.txt") as server,
        following("uploads", inbox, warehouse),
        story(browser, server.address) as visit,
    ):
        visit.open(SCREEN)
        visit.wait_for_chart()
        for number in (1, 2):
            day, uploads = land(inbox, number)
            _expect_told(visit, f"{uploads} on {long_day(day)}")


@pytest.mark.sample
def test_the_fall_of_august_2021_is_watched_until_it_has_left_its_band(
    browser: Browser, sample_warehouse: Path, tmp_path: Path
) -> None:
    replayed = tmp_path / "replay"
    with (
        serving(Way.UP, replayed, tmp_path / "log.txt") as server,
        replaying(sample_warehouse, replayed) as lines,
        story(browser, server.address) as visit,
    ):
        _read_until(lines, "To watch")
        visit.open(f"{SCREEN}?{urlencode({'span': 'Last 28 days'})}")
        _expect_told(visit, "Inside the usual band all along.")
        _expect_told(visit, "Uploads left their expected band at 12:00 on 17 August 2021: the "
                            "seven days to then had 4.5% fewer than expected.")  # fmt: skip
        expect(visit.page.get_by_test_id("stMain")).to_contain_text("data complete to 17 Aug 2021")
        visit.wait_for_chart()
        visit.keep_screenshot("velocity-august-live")


@pytest.mark.sample
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 800)])
def test_the_queue_of_april_2020_is_seen_on_its_day_in_time_to_publish(
    browser: Browser, sample_warehouse: Path, tmp_path: Path, scheme: str, width: int
) -> None:
    with (
        serving(Way.STREAMLIT_RUN, sample_warehouse, tmp_path / "log.txt") as server,
        story(browser, server.address, width=width, scheme=scheme) as visit,
    ):
        visit.open(f"{SCREEN}?{urlencode({'view': 'How fast', 'as_of': '2020-04-16'})}")
        visit.wait_for_charts(5)
        _expect_told(visit, "Most videos uploaded on 16 April 2020 still wait to be published.")
        _expect_told(visit, "648M of the 648M videos uploaded on 16 April 2020 (100.0%) are not "
                            "published yet.")  # fmt: skip
        waiting = visit.page.locator(".st-key-waiting-chart .js-plotly-plot")
        heights = waiting.evaluate("chart => [...chart.data[0].y]")
        assert heights[-1] > 20 * max(heights[:-2])
        visit.keep_screenshot(f"velocity-queue-{scheme}-{width}")


def _expect_told(visit: Story, said: str) -> None:
    expect(visit.page.get_by_test_id("stMain")).to_contain_text(said, timeout=_PATIENCE_MS)


@contextmanager
def replaying(sample: Path, folder: Path) -> Iterator[Iterator[str]]:
    """What a replay of the sample into a folder says, line by line; it ends with the block."""
    program = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from sample_data.replay import replay\n"
        f"replay(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat('{EVE}'), "
        f"speed={REPLAYED_SPEED})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(sample), str(folder)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield iter(process.stdout)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=_ENDS_SECONDS)


def _read_until(lines: Iterator[str], said: str) -> None:
    heard = next((line for line in lines if said in line), None)
    assert heard is not None, f"The replay ended before it said {said!r}."
