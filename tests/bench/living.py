"""What an operator waits for: from the landing of a followed file to its number."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Page

from dashboard.charts.numbers import long_day
from tests.bench.browsing import a_browser_page, sign_in
from tests.bench.figures import Figure, Times
from tests.following import build_followed_warehouse, following, land
from tests.servers import Way, serving

_FILES = 10
_LONGEST_WAIT_MS = 120_000
_LOOK_EVERY_MS = 50
_SHOWN = "said => document.querySelector('[data-testid=stMain]').textContent.includes(said)"


def living_figures(scratch: Path) -> Iterator[Figure]:
    """Land one file after the other, and wait for the uploads of each on Content velocity."""
    folder = scratch / "live"
    shutil.rmtree(folder, ignore_errors=True)
    warehouse, inbox = folder / "warehouse", folder / "inbox"
    build_followed_warehouse(warehouse)
    inbox.mkdir(parents=True)
    with (
        serving(Way.STREAMLIT_RUN, warehouse, folder / "log.txt") as server,
        following("uploads", inbox, warehouse),
        a_browser_page() as page,
    ):
        sign_in(page, server.address)
        page.goto(f"{server.address}/content_velocity")
        page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=_LONGEST_WAIT_MS)
        # The first file finds nothing warm: it is what the others are measured after.
        _seconds(page, inbox, 1)
        times = Times([_seconds(page, inbox, number) for number in range(2, _FILES + 2)])
    yield Figure(
        f"a followed file's landing to its number in the browser, {_FILES} files",
        f"p50 {times.p50:,.1f} s, p95 {times.p95:,.1f} s",
        "p95 5 s",
    )


def _seconds(page: Page, inbox: Path, number: int) -> float:
    """From the landing of a day's file until the page tells how many uploads it had."""
    day, uploads = land(inbox, number)
    began = perf_counter()
    page.wait_for_function(
        _SHOWN,
        arg=f"{uploads} on {long_day(day)}",
        timeout=_LONGEST_WAIT_MS,
        polling=_LOOK_EVERY_MS,
    )
    return perf_counter() - began
