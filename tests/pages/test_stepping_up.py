"""Deciding asks for a sign-in of the last minutes, and then does what was begun, once."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.access.roles import Role
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import SESSIONS
from dashboard.control.change_documents import Change
from dashboard.control.changes import ChangeAct, State
from dashboard.control.client import ControlClient
from tests.pages.test_changes import APPROVER, _act, _asked_by, _page, _submitted, production

_SIGN_IN_AGAIN = "sign in again to act"


@production
def test_an_old_sign_in_is_made_anew_and_what_was_begun_is_done_once(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = _submitted(plane)
    page = _page(monkeypatch, tiny_warehouse, APPROVER, id)
    _signed_in(plane, ago=timedelta(minutes=11))
    page = _act(page, "approve", why="It is in order.")
    assert page.button(key=_SIGN_IN_AGAIN).label == "Sign in again"
    assert _found(plane, id).state is State.SUBMITTED
    _signed_in(plane, ago=timedelta(minutes=9))
    page = page.button(key="act yes").click().run()
    assert [each.value for each in page.success] == [
        "Approve\\: done\\. Calm before the election is approved\\."
    ]
    assert not [each for each in page.button if each.key == _SIGN_IN_AGAIN]
    assert len(_found(plane, id).approvals) == 1
    told = _reader(plane).changes.timeline(id).steps
    said = [(step.act, step.sentence) for step in told if step.act is ChangeAct.APPROVE]
    assert said == [(ChangeAct.APPROVE, "It is in order.")]


def _signed_in(plane: ControlPlane, *, ago: timedelta) -> None:
    """Have everybody who is signed in have proved so long ago who they are."""
    at = plane.wall() - ago
    with plane.database.writing() as connection:
        connection.execute(sa.update(SESSIONS).values(signed_in_at=at))


def _reader(plane: ControlPlane) -> ControlClient:
    return _asked_by(plane, Role.OPERATOR)


def _found(plane: ControlPlane, id: str) -> Change:
    return _reader(plane).changes.get(id)
