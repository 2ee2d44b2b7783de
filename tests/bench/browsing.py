"""What a person at the screen waits for: from a click in the filter bar to the drawn charts."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.bench.figures import Figure, Times
from tests.browser import chromium
from tests.servers import ROOT, SERVERS, Way, control_folder, serving
from tests.signing_in import cookies_of_anyone

_CLICKS = 24
_VISITS = 7
_CHART, _TEXT = ".js-plotly-plot", "[data-testid=stText]"
_SPANS = ("Last 28 days", "Last 90 days")
_QUIET_MS = 700
_EMPTY_SCRIPT = f"""
import streamlit as st
st.text(st.selectbox("Span", {_SPANS!r}, index=1, key="span"))
if "chart" in st.query_params:
    st.plotly_chart({{"data": [{{"type": "scatter", "y": [1, 3, 2]}}]}})
"""
_EMPTY_APP = """
import streamlit as st
app = st.App("empty.py")
"""
# The page itself notes when it last changed, so that asking it adds nothing to what is measured.
_WATCH = """selector => {
  const seen = window.__seen = {clicked: null, first: null, last: null};
  const note = () => { const now = performance.now(); seen.first ??= now; seen.last = now; };
  const isWatched = node => node instanceof Element &&
    (node.closest(selector) !== null || node.querySelector(selector) !== null);
  new MutationObserver(changes => {
    if (seen.clicked === null) return;
    for (const change of changes) {
      const target = change.target instanceof Element ? change.target : change.target.parentElement;
      if (target?.closest(selector) || [...change.addedNodes].some(isWatched)) { note(); return; }
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
  document.addEventListener('click', event => {
    if (event.target.closest('[role=option]')) {
      Object.assign(seen, {clicked: performance.now(), first: null, last: null});
    }
  }, true);
}"""
_SETTLED = f"""() => window.__seen.last !== null &&
  performance.now() - window.__seen.last > {_QUIET_MS}"""
_TIMES = "() => [window.__seen.first, window.__seen.last].map(at => at - window.__seen.clicked)"


def browsing_figures(warehouse: Path, scratch: Path) -> list[Figure]:
    """Click to first and to last chart, and the same click in an empty app."""
    with serving(Way.STREAMLIT_RUN, warehouse, scratch / "growth.log") as server:
        first, last = _clicked(f"{server.address}/growth", _CHART)
        _, cost = _clicked(f"{server.address}/cost_per_mau", _CHART)
        _, velocity = _clicked(f"{server.address}/content_velocity", _CHART)
        overview = _opened(f"{server.address}/overview", _CHART)
    nothing = _empty(scratch)
    with serving(Way.STREAMLIT_RUN, warehouse, nothing / "log.txt", root=nothing) as server:
        text, _ = _clicked(server.address, _TEXT)
        empty = _opened(server.address, _TEXT)
        plotted = _opened(f"{server.address}/?chart=1", _CHART)
    return [
        Figure("click to first chart, in the browser", first.in_ms(), "p95 300 ms"),
        Figure("click to last chart, in the browser", last.in_ms(), "p95 1,000 ms"),
        Figure("the same on Cost per MAU, to its last chart", cost.in_ms(), "p95 1,000 ms"),
        Figure("the same on Content velocity, to its last chart", velocity.in_ms(), "p95 1,000 ms"),
        Figure("the same click in an empty app, to its text", text.in_ms()),
        Figure("click to first chart over the empty app", f"{first.p50 / text.p50:,.1f} times"),
        Figure("click to last chart over the empty app", f"{last.p50 / text.p50:,.1f} times"),
        Figure("an empty app opened, to its text", empty.in_ms()),
        Figure("the same with one line drawn by Plotly, to the line", plotted.in_ms()),
        Figure("Overview opened, to its first chart", overview.in_ms()),
        Figure(
            "Overview's first chart over the empty app's line",
            f"{overview.p50 / plotted.p50:,.2f} times",
            "1.2 at most",
        ),
    ]


def _opened(address: str, selector: str) -> Times:
    """Seconds from going to an address to the first sight of what is watched, each time anew."""
    seconds = []
    for _ in range(_VISITS):
        with a_browser_page() as page:
            sign_in(page, address)
            began = perf_counter()
            page.goto(address, wait_until="commit")
            page.locator(selector).first.wait_for()
            seconds.append(perf_counter() - began)
    return Times(seconds)


def _clicked(address: str, selector: str) -> tuple[Times, Times]:
    """Seconds from the click to the first and the last change of what is watched."""
    with a_browser_page() as page:
        sign_in(page, address)
        page.goto(address)
        page.locator(selector).first.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(_WATCH, selector)
        rows = [_click(page, _SPANS[click % 2]) for click in range(_CLICKS)]
    return Times([row[0] / 1000 for row in rows]), Times([row[1] / 1000 for row in rows])


def _click(page: Page, span: str) -> tuple[float, float]:
    page.get_by_role("combobox", name="Span").first.click()
    page.get_by_role("option", name=span).click()
    page.wait_for_function(_SETTLED)
    first, last = page.evaluate(_TIMES)
    return first, last


def sign_in(page: Page, address: str) -> None:
    """Have whoever looks be signed in, where a dashboard of ours answers there."""
    parts = urlsplit(address)
    root = f"{parts.scheme}://{parts.netloc}"
    if root in SERVERS and control_folder(SERVERS[root].log).exists():
        cookies = cookies_of_anyone(SERVERS[root])
        page.context.add_cookies([{"name": n, "value": v, "url": root} for n, v in cookies.items()])


@contextmanager
def a_browser_page() -> Iterator[Page]:
    """A page of a browser that makes no requests of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.arguments()
        )
        yield browser.new_page(viewport={"width": 1440, "height": 900})
        browser.close()


def _empty(scratch: Path) -> Path:
    """An app of one choice and one text, with the product's own settings."""
    folder = scratch / "empty"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "empty.py").write_text(_EMPTY_SCRIPT)
    (folder / "streamlit_app.py").write_text(_EMPTY_APP)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit", dirs_exist_ok=True)
    return folder
