"""Text that somebody wrote to do harm is text on every screen: nothing in it runs or is asked for.

Links, pictures, directives, formulas, HTML and a chart's own tags stand in every title, reason and
name, in the warehouse and in the address; a reader of every role opens each view.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from dashboard.backend.changes.tables import CHANGES
from dashboard.navigation import PAGES, Screen
from dashboard.ui.choices import Key
from tests.browser.hostile import (
    LINE,
    faults,
    hostile_dashboard,
    notice_what_runs,
    times_shown,
)
from tests.browser.story import Story, story
from tests.planted import plant, product_copy
from tests.servers import ROOT, Server
from tests.signing_in import ANYONE, people_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

VIEWS: Mapping[str, Sequence[str]] = {
    "overview": ("Ten years", "Scale", "Claims beside figures"),
    "growth": ("Why it moved", "Where people are", "Who stays"),
    "cost_per_mau": ("Drivers", "Countries", "Changes", "Outlook", "Record"),
    "content_velocity": ("Who creates", "How fast", "What is made", "What it is worth"),
    "changes": ("Waiting for me", "Mine", "All"),
    "people": (),
    "geofence": (),
    "status": (),
    "audit": (),
}
"""Every screen, with each of its views."""
ALL_TIME = {"span": "All time"}
HARM = dict.fromkeys((*Key, "view", "change", "person"), LINE)
"""Hostile text in everything that is read from an address."""
_WORDS = "dashboard/ui/words.py"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard in which everything that somebody can write is hostile."""
    with hostile_dashboard(tmp_path_factory.mktemp("hostile")) as server:
        yield server


@pytest.mark.parametrize("screen", PAGES, ids=[screen.url_path for screen in PAGES])
def test_hostile_text_is_text_on_every_screen(
    browser: Browser, hostile: Server, screen: Screen
) -> None:
    with story(browser, hostile.address, width=800) as visit:
        notice_what_runs(visit)
        # Tables draw the rows in sight alone.
        visit.page.set_viewport_size({"width": 800, "height": 4000})
        shown = {address: _opened(visit, address) for address in _addresses(hostile, screen)}
    assert not {address: wrong for address, (wrong, _) in shown.items() if wrong}
    assert all(times for _, times in shown.values()), "the reader's own name is hostile"


def test_every_view_has_its_place_in_the_matrix() -> None:
    assert {screen.url_path: _views_of(screen) for screen in PAGES} == dict(VIEWS)


@pytest.mark.parametrize(
    ("guard", "without", "becomes"),
    [
        ('return _SIGNS.sub(_written, _INDENT.sub("", text))', "return text", "IMG http://evil"),
        ('if found["apart"] is None:', "if True:", "A http://evil"),
    ],
    ids=["as it is", "escaped alone"],
)
def test_text_that_is_not_made_plain_turns_the_proof_red(
    browser: Browser, tmp_path: Path, guard: str, without: str, becomes: str
) -> None:
    product = product_copy(tmp_path / "product")
    plant(product, _WORDS, guard, without)
    with (
        hostile_dashboard(tmp_path, root=product) as server,
        suppress(AssertionError),
        story(browser, server.address) as visit,
    ):
        change = _changes(server)[0]
        found, _ = _opened(visit, f"/changes?{urlencode({'change': change})}")
    assert any(each.startswith(f"is no text: {becomes}") for each in found), found
    assert any(each.startswith("shown as") for each in found)


def _opened(visit: Story, address: str) -> tuple[list[str], int]:
    """What is wrong at an address, and how often hostile text is shown there."""
    visit.open(address)
    return faults(visit), times_shown(visit)


def _addresses(server: Server, screen: Screen) -> list[str]:
    """Each view, the documents behind it, and an address that is hostile itself."""
    views = VIEWS[screen.url_path] or [""]
    asked = [{**ALL_TIME, "view": view} if view else {} for view in views]
    if screen.url_path == "changes":
        asked += [{"change": change} for change in _changes(server)]
    if screen.url_path == "people":
        asked += [{"person": ANYONE}]
    return [f"/{screen.url_path}?{urlencode(each)}" for each in (*asked, HARM)]


def _changes(server: Server) -> list[str]:
    with people_of(server) as connection:
        return list(connection.execute(sa.select(CHANGES.c.id)).scalars())


def _views_of(screen: Screen) -> tuple[str, ...]:
    tree = ast.parse((ROOT / screen.file).read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "views"]
    return tuple(str(ast.literal_eval(each)) for call in named for each in call.args)
