"""A reader's visit in a real browser, watched: what was asked for, and what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from dashboard.navigation import OPERATIONS, Screen
from tests.servers import SERVERS
from tests.signing_in import control_plane_of, cookies_of_anyone

SCREENSHOTS = Path(__file__).parent.parent.parent / "build" / "screenshots"
CHART = ".js-plotly-plot"
DRAWN = ".trace path[d], .hm image, path.choroplethlocation[d]"
"""What lines, bars, cells and countries are drawn with inside a chart."""
FIRST_CHART = ".js-plotly-plot .main-svg"
_LOCAL_SCHEMES = {"data", "blob", "about"}
_MOST_TRIES = 4


@dataclass
class Story:
    """One visit: the page, every address it asked for, and every complaint of the browser.

    ``provider`` is where people sign in on this machine, in visits that are about that.
    """

    page: Page
    address: str
    provider: str = ""
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> None:
        """Go to an address of the dashboard and wait until its page has run.

        A server that has just begun lets nobody in before its control plane answers.
        """
        self.page.goto(self.address + path)
        if not self.provider:
            way_out = self.page.get_by_role("button", name="Sign out")
            expect(way_out).to_be_attached(timeout=120_000)
        self.wait_until_still()

    def wait_until_still(self) -> None:
        """Wait until the script has ended: Streamlit says so on its own element."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=30_000)
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=120_000)

    def wait_for_address(self, path: str, **chosen: list[str]) -> None:
        """Wait until the address is this path with at least these choices.

        A click is answered by a run that begins a moment later, so stillness alone may be the
        stillness before it.
        """

        def is_there(url: str) -> bool:
            parts = urlsplit(url)
            return parts.path == path and chosen.items() <= parse_qs(parts.query).items()

        self.page.wait_for_url(is_there, timeout=60_000, wait_until="commit")

    def pick(self, box: Locator, option: str, *, is_typed: bool = False) -> None:
        """Choose from a list, which is opened again where the end of a run closed it."""
        offered = self.page.get_by_role("option", name=option, exact=True).first
        for _ in range(_MOST_TRIES):
            self.wait_until_still()
            box.click()
            if is_typed:
                box.fill(option)
            with suppress(AssertionError):
                expect(offered).to_be_visible(timeout=5_000)
                break
        offered.click()

    def wait_for_chart(self) -> None:
        """Wait until the first chart has been drawn."""
        self.page.wait_for_selector(FIRST_CHART, timeout=120_000)

    def wait_until_shown(self, screen: Screen) -> None:
        """Wait until a page shows what it is for: a chart, or what operations are told in words."""
        if screen.section != OPERATIONS:
            self.wait_for_chart()
            return
        expect(self.page.get_by_role("heading", name=screen.title, level=1)).to_be_visible()
        self.wait_until_still()

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
        """Addresses asked for that are neither on this server nor where people sign in."""
        own = urlsplit(self.address).netloc
        parts = [(url, urlsplit(url)) for url in self.asked if not self._signs_in(url)]
        return [url for url, p in parts if p.scheme not in _LOCAL_SCHEMES and p.netloc != own]

    def _signs_in(self, url: str) -> bool:
        return bool(self.provider) and url.startswith(f"{self.provider}/oidc/authorize?")


@contextmanager
def story(
    browser: Browser,
    address: str,
    *,
    width: int = 1440,
    scheme: str = "light",
    is_signed_in: bool = True,
) -> Iterator[Story]:
    """Visit ``address`` as a new reader; in the end nothing left the machine or was complained of.

    ``scheme`` is light or dark, as the reader's system prefers. The reader has signed in and holds
    every role, unless the story is about that.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 1000},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    server = SERVERS[address]
    if is_signed_in:
        cookies = cookies_of_anyone(server)
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
    provider = "" if is_signed_in else control_plane_of(server)
    visit = Story(context.new_page(), address, provider)
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
