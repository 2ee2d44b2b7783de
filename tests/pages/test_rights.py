"""Who may open which page, page by page and role by role, and what somebody's reach leaves out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Node

from dashboard.access.permissions import Permission
from dashboard.access.reader import Reader
from dashboard.access.roles import Role, permissions_of
from dashboard.control.people import Me
from dashboard.navigation import OPERATIONS, PAGES, Screen
from dashboard.ui import identity
from dashboard.ui import page as open_pages
from dashboard.ui.choices import Key
from tests.pages.opened import NOBODY, Who, opened
from tests.pages.test_every_page import views_of
from tests.wide import first_quick

EVERY_ROLE = frozenset(Role)
OPENED_BY: dict[str, frozenset[Role]] = {
    "overview": EVERY_ROLE,
    "growth": EVERY_ROLE,
    "cost_per_mau": EVERY_ROLE,
    "content_velocity": EVERY_ROLE,
    "status": EVERY_ROLE,
    "geofence": EVERY_ROLE - {Role.REVIEWER},
    "audit": frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    "people": frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    "changes": EVERY_ROLE - {Role.EXECUTIVE, Role.REVIEWER},
}
"""Written by hand: a right that was given away by mistake is not copied from the code's table."""

NO_ROLE = "nobody has given you a role"
NO_ROLES = Who(roles=())
SOMEBODY = Me(
    person="somebody", name="Somebody", roles=tuple(Role), permissions=tuple(Permission),
    reach=None, signed_in_at=None, ends_at=datetime(2100, 1, 1, tzinfo=UTC), idle_seconds=60,
    is_demo=False,
)  # fmt: skip
_FIGURES = {"plotly_chart", "dataframe", "arrow_data_frame", "metric", "image", "table"}
_BRAZIL = frozenset({"BR"})
_ELSEWHERE = re.compile(r"India|United States|\"(?:IN|US)\"")

each_page = pytest.mark.parametrize("screen", PAGES, ids=[screen.url_path for screen in PAGES])


class Door(StrEnum):
    """What somebody meets at a page's address."""

    OPENS = "the page"
    REFUSED = "one sentence"
    NO_ROLE = "the page of people without a role"
    SIGN_IN = "the sign-in page"


@each_page
@pytest.mark.parametrize("role", first_quick(Role))
def test_a_page_opens_exactly_for_the_roles_that_hold_its_permission(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, role: Role, screen: Screen
) -> None:
    who = Who(roles=(role,))
    assert _met(monkeypatch, tiny_warehouse, screen, who) is _expected(screen.url_path, who)


def test_every_page_has_a_row_and_the_rows_say_what_the_roles_hold() -> None:
    held = {
        screen.url_path: {role for role in Role if screen.permission in permissions_of([role])}
        for screen in PAGES
    }
    assert held == OPENED_BY
    print(f"{len(Role)} roles x {len(PAGES)} pages: {len(Role) * len(PAGES)} doors were tried.")


@each_page
def test_somebody_without_a_role_meets_the_page_that_tells_whom_to_ask(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, screen: Screen
) -> None:
    assert _met(monkeypatch, tiny_warehouse, screen, NO_ROLES) is Door.NO_ROLE


@each_page
def test_nobody_meets_the_sign_in_page(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, screen: Screen
) -> None:
    assert _met(monkeypatch, tiny_warehouse, screen, NOBODY) is Door.SIGN_IN


@pytest.mark.parametrize("screen", first_quick(PAGES), ids=[screen.url_path for screen in PAGES])
def test_a_reader_of_one_country_sees_no_other_one_on_any_page(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, screen: Screen
) -> None:
    who = Who(reach=_BRAZIL)
    for shown in _every_view(monkeypatch, tiny_warehouse, screen, who):
        assert not _elsewhere(shown)
        assert "Sees Brazil" in [caption.value for caption in shown.sidebar.caption]
        if screen.section != OPERATIONS:
            assert shown.multiselect(key=Key.COUNTRIES).options == ["Brazil"]


def test_a_link_to_another_country_shows_a_reader_of_one_country_nothing_of_it(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = Who(reach=_BRAZIL)
    shown = opened(monkeypatch, tiny_warehouse, screen="growth", who=who, country=["India"])
    assert not _elsewhere(shown)


@pytest.mark.wide
def test_without_the_check_of_a_page_s_permission_the_doors_tell(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted bug: the page asks who reads it, and not what they may read."""

    def let_everybody_in(_title: str, _permission: object) -> Reader:
        return identity.reader()

    monkeypatch.setattr(open_pages, "_let_in", let_everybody_in)
    wrong = _wrong_doors(monkeypatch, tiny_warehouse, Who(roles=(Role.EXECUTIVE,)))
    assert wrong == dict.fromkeys(("audit", "changes", "people"), Door.OPENS)


@pytest.mark.wide
def test_without_the_question_who_it_is_the_doors_tell(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted bug: whoever comes is taken for somebody who holds every role."""
    monkeypatch.setattr(identity, "me", lambda: SOMEBODY)
    wrong = _wrong_doors(monkeypatch, tiny_warehouse, NOBODY)
    assert wrong["growth"] is Door.OPENS
    assert len(wrong) == len(PAGES)


@pytest.mark.wide
def test_a_reach_that_is_forgotten_is_told(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted bug: every reader is taken for one of the world."""
    ours = identity.me
    monkeypatch.setattr(identity, "me", lambda: ours().model_copy(update={"reach": None}))
    who = Who(reach=_BRAZIL)
    for screen in (each for each in PAGES if each.section != OPERATIONS):
        shown = _every_view(monkeypatch, tiny_warehouse, screen, who)
        assert any(_elsewhere(view) for view in shown), screen.title


def door(page: AppTest, screen: Screen) -> Door:
    """What was met; fails where it is none of them, or a closed page shows a figure."""
    titles = [title.value for title in page.title]
    if titles == [screen.title]:
        return Door.OPENS
    figures = {node.type for node in _nodes(page._tree)} & _FIGURES
    assert not figures, f"a closed page shows {figures}"
    if titles == ["Nothing to see yet"]:
        assert NO_ROLE in "".join(text.value for text in page.markdown)
        return Door.NO_ROLE
    if titles == ["Sign in"]:
        return Door.SIGN_IN
    [refusal] = page.error
    assert f"Your roles do not open {screen.title}" in refusal.value
    assert not titles
    return Door.REFUSED


def _met(patch: pytest.MonkeyPatch, folder: Path, screen: Screen, who: Who) -> Door:
    return door(opened(patch, folder, screen=screen.url_path, who=who), screen)


def _wrong_doors(patch: pytest.MonkeyPatch, folder: Path, who: Who) -> dict[str, Door]:
    """The doors that somebody met otherwise than the rows say."""
    met = {screen.url_path: _met(patch, folder, screen, who) for screen in PAGES}
    return {name: found for name, found in met.items() if found is not _expected(name, who)}


def _expected(page: str, who: Who) -> Door:
    if not who.is_signed_in:
        return Door.SIGN_IN
    if not who.roles:
        return Door.NO_ROLE
    return Door.OPENS if OPENED_BY[page] & set(who.roles) else Door.REFUSED


def _every_view(
    patch: pytest.MonkeyPatch, folder: Path, screen: Screen, who: Who
) -> Iterator[AppTest]:
    for view in views_of(screen.file):
        address = {"view": view} if view else {}
        yield opened(patch, folder, screen=screen.url_path, who=who, **address)


def _elsewhere(page: AppTest) -> set[str]:
    """The other countries that the page tells of, in words, in drawings or in tables.

    What the filters offer is looked at apart: it would tell even where no figure did.
    """
    nodes = (node for node in _nodes(page._tree) if node.type != "multiselect")
    return {found for node in nodes for found in _ELSEWHERE.findall(_written(node))}


def _written(node: Node) -> str:
    return str(node.proto).replace("\\", "") if node.proto is not None else ""


def _nodes(block: Block) -> Iterator[Node]:
    for child in block.children.values():
        yield child
        if isinstance(child, Block):
            yield from _nodes(child)
