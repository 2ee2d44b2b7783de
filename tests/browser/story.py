"""A reader's visit in a real browser, watched: what was asked for, and what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

SCREENSHOTS = Path(__file__).parent.parent.parent / "build" / "screenshots"
CHART = ".js-plotly-plot"
DRAWN = ".trace path[d], .hm image, path.choroplethlocation[d]"
"""What lines, bars, cells and countries are drawn with inside a chart."""
FIRST_CHART = ".js-plotly-plot .main-svg"
_LOCAL_SCHEMES = {"data", "blob", "about"}


@dataclass
class Story:
    """One visit: the page, every address it asked for, and every complaint of the browser."""

    page: Page
    address: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> None:
        """Go to an address of the dashboard and wait until its page has run."""
        self.page.goto(self.address + path)
        self.wait_until_still()

    def wait_until_still(self) -> None:
        """Wait until the script has ended: Streamlit says so on its own element."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=30_000)
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=120_000)

    def wait_for_chart(self) -> None:
        """Wait until the first chart has been drawn."""
        self.page.wait_for_selector(FIRST_CHART, timeout=120_000)

    def wait_for_charts(self, count: int) -> None:
        """Wait until there are so many charts, each with something drawn inside its axes."""
        self.wait_until_still()
        drawn = self.page.locator(CHART).filter(has=self.page.locator(DRAWN))
        expect(drawn).to_have_count(count, timeout=60_000)
        expect(self.page.locator(CHART)).to_have_count(count)

    def keep_screenshot(self, name: str) -> None:
        """Keep a picture of the whole page for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        # The page scrolls inside the window, so the window is made as tall as the page.
        size = self.page.viewport_size or {"width": 1440, "height": 1000}
        tall = self.page.get_by_test_id("stMain").evaluate("element => element.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": tall})
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def elsewhere(self) -> list[str]:
        """Addresses asked for that are not on this server."""
        own = urlsplit(self.address).netloc
        parts = [(url, urlsplit(url)) for url in self.asked]
        return [url for url, p in parts if p.scheme not in _LOCAL_SCHEMES and p.netloc != own]


@contextmanager
def story(
    browser: Browser, address: str, *, width: int = 1440, scheme: str = "light"
) -> Iterator[Story]:
    """Visit ``address`` as a new reader; in the end nothing left the machine or was complained of.

    ``scheme`` is light or dark, as the reader's system prefers.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 1000},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    visit = Story(context.new_page(), address)
    _watch(visit)
    try:
        yield visit
        assert not visit.elsewhere(), f"asked for elsewhere: {visit.elsewhere()}"
        assert not visit.complaints, f"the browser complained: {visit.complaints}"
    finally:
        context.close()


def _watch(visit: Story) -> None:
    def note_failure(response: Response) -> None:
        if response.status >= 400:
            visit.complaints.append(f"{response.status} {response.url}")

    def note_error(message: ConsoleMessage) -> None:
        if message.type == "error":
            visit.complaints.append(message.text)

    page = visit.page
    page.on("request", lambda request: visit.asked.append(request.url))
    page.on("websocket", lambda socket: visit.asked.append(socket.url))
    page.on("response", note_failure)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("console", note_error)
