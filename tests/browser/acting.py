"""People of a demo who act on its screens: signing in, writing a change, taking it on its way."""

from contextlib import ExitStack
from datetime import UTC, datetime

from playwright.sync_api import Browser, expect

from dashboard.backend.clock import PlatformClock
from dashboard.control.wire import ClockMode
from tests.browser.story import Story, story
from tests.servers import Server
from tests.signing_in import control_plane_of, people_of

PATIENCE_MS = 60_000


def come(stack: ExitStack, browser: Browser, demo: Server, person: str, path: str) -> Story:
    """A visit of one of the demo's people, by a click on their name, at a page."""
    visit = stack.enter_context(story(browser, demo.address, is_signed_in=False))
    visit.open(path)
    visit.page.locator(f".st-key-sign-in-demo-{person} button:visible").click(timeout=PATIENCE_MS)
    name = path.strip("/").partition("?")[0].replace("_", " ").capitalize()
    heading = visit.page.get_by_role("heading", name=name, level=1)
    expect(heading).to_be_visible(timeout=PATIENCE_MS)
    visit.wait_until_still()
    return visit


def fill(visit: Story, **fields: str) -> None:
    """Type into fields by their keys, with underscores for spaces."""
    for key, text in fields.items():
        field = visit.page.locator(_keyed(key)).locator("input, textarea").first
        field.fill(text)
        field.press("Tab")
        visit.wait_until_still()


def choose(visit: Story, key: str, option: str) -> None:
    """Choose one option of a list; what stands in its field is typed over."""
    listed = visit.page.locator(_keyed(key)).get_by_role("combobox").first
    visit.pick(listed, option, is_typed=True)
    # While its list is open, everything else is hidden from whoever asks for roles.
    listed.press("Escape")
    visit.wait_until_still()


def act(visit: Story, name: str, **fields: str) -> None:
    """Do something to the change on screen, with what it asks for, and wait until it is done."""
    visit.page.locator(f".st-key-act-{name} button:visible").click()
    expect(visit.page.locator(".st-key-act-yes button")).to_be_visible(timeout=PATIENCE_MS)
    fill(visit, **fields)
    done = visit.page.get_by_text(f"{name.replace('_', ' ').capitalize()}: done.")
    not_known = visit.page.get_by_text("No answer came, so it is not known whether this was done.")
    visit.page.locator(".st-key-act-yes button").click()
    expect(done.or_(not_known)).to_be_visible(timeout=PATIENCE_MS)
    if not done.is_visible():
        # On a busy machine the answer comes too late; it is done once however often it is asked.
        visit.wait_until_still()
        visit.page.locator(".st-key-act-yes button").click()
        expect(done).to_be_visible(timeout=PATIENCE_MS)
    visit.wait_until_still()


def saved(visit: Story) -> str:
    """The address of the change whose form was filled in, once it is saved as a draft."""
    visit.page.locator(".st-key-save-the-change button").click()
    preview = visit.page.locator(".st-key-act-preview button:visible")
    expect(preview).to_be_visible(timeout=PATIENCE_MS)
    return visit.page.url.removeprefix(visit.address)


def set_clock(demo: Server, at: datetime) -> None:
    """Set the platform's clock of a demo, as its Status page does."""
    clock = PlatformClock(ClockMode.DEMO, lambda: at)
    control_plane_of(demo)
    with people_of(demo) as connection:
        clock.set(connection, at, datetime.now(UTC))


def _keyed(key: str) -> str:
    return f".st-key-{key.replace('_', '-')}"
