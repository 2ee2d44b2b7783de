"""Every page of the menu, in each of its views, under every condition a reader may meet it in."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.navigation import OPERATIONS, PAGES
from dashboard.settings import ROOT_FOLDER
from tests.pages.conditions import CONDITIONS, Built
from tests.pages.opened import Who, opened


def views_of(file: str) -> list[str]:
    """The titles of a page's views as its file names them; one nameless view where it has none."""
    calls = [node for node in ast.walk(ast.parse((ROOT_FOLDER / file).read_text()))
             if isinstance(node, ast.Call) and ast.unparse(node.func) == "views"]  # fmt: skip
    return [ast.literal_eval(title) for call in calls for title in call.args] or [""]


MEETINGS = [
    (screen.url_path, view, met)
    for screen in PAGES
    # Pages of operations show what a control plane says, and are met with one in their own tests.
    if screen.section != OPERATIONS
    for number, view in enumerate(views_of(screen.file))
    for met, condition in CONDITIONS.items()
    if number == 0 or not condition.is_above_views
]
QUICK = [meeting for meeting in MEETINGS if meeting[:2] == MEETINGS[0][:2]]
"""One view under every condition; the other views are met where there is more time."""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Built], Path]:
    """The warehouse of a condition, built once; only read it."""
    folders: dict[Built, Path] = {}

    def of(build: Built) -> Path:
        if build not in folders:
            folders[build] = build(tmp_path_factory.mktemp("condition") / "warehouse")
        return folders[build]

    return of


@pytest.mark.parametrize(
    ("screen", "view", "met"),
    [
        meeting if meeting in QUICK else pytest.param(*meeting, marks=pytest.mark.wide)
        for meeting in MEETINGS
    ],
)
def test_a_page_gives_its_reader_what_it_owes(
    built: Callable[[Built], Path],
    monkeypatch: pytest.MonkeyPatch,
    screen: str,
    view: str,
    met: str,
) -> None:
    condition = CONDITIONS[met]
    address = {**condition.address, "view": view} if view else condition.address
    shown = opened(
        monkeypatch, built(condition.built), theme=condition.theme, screen=screen,
        who=Who(reach=condition.reach), **address,
    )  # fmt: skip
    assert not shown.exception
    assert "This could not be shown" not in "".join(error.value for error in shown.error)
    condition.owes(shown)
