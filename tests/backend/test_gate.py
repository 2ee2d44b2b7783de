"""Each request comes from somebody who signed in and holds the right, at this moment."""

import base64
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.access.roles import Role
from dashboard.backend.identity.sessions import (
    LONGEST,
    LONGEST_IDLE,
    actor_of,
    end_session,
    is_seen_due,
)
from dashboard.backend.identity.tokens import Tokens
from dashboard.backend.plane import ControlPlane, wall_now
from dashboard.control.client import ControlClient
from dashboard.errors import NotSignedIn
from tests.backend.people import joined, token_of
from tests.backend.served import served


def test_a_token_stands_for_the_session_of_its_person(plane: ControlPlane) -> None:
    token = token_of(plane, joined(plane, "ann", Role.APPROVER))
    with plane.database.reading() as connection:
        session = plane.tokens.session_of(token, now=plane.wall())
        assert actor_of(connection, session, now=plane.wall()).person == "ann"


def test_a_token_ends_within_five_minutes(plane: ControlPlane) -> None:
    token = token_of(plane, joined(plane, "ann"))
    with pytest.raises(NotSignedIn, match="over"):
        plane.tokens.session_of(token, now=plane.wall() + timedelta(seconds=331))


def test_a_token_of_another_control_plane_is_refused(plane: ControlPlane) -> None:
    others = replace(plane, tokens=Tokens(plane.audit_folder / "other", "control-plane"))
    token = token_of(others, joined(plane, "ann"))
    with pytest.raises(NotSignedIn, match="not of this control plane"):
        plane.tokens.session_of(token, now=plane.wall())


def test_a_token_whose_header_has_no_meaning_is_refused(plane: ControlPlane) -> None:
    header = base64.urlsafe_b64encode(b'{"alg":"ES256","crit":1}').decode().rstrip("=")
    with pytest.raises(NotSignedIn, match="not of this control plane"):
        plane.tokens.session_of(f"{header}.e30.AA", now=plane.wall())


@pytest.mark.parametrize("late", [LONGEST, LONGEST_IDLE])
def test_a_session_ends_by_age_and_by_idleness(plane: ControlPlane, late: timedelta) -> None:
    token = token_of(plane, joined(plane, "ann"))
    session = plane.tokens.session_of(token, now=plane.wall())
    with plane.database.reading() as connection, pytest.raises(NotSignedIn, match="Sign in again"):
        actor_of(connection, session, now=plane.wall() + late)


def test_signing_out_ends_it_at_once(plane: ControlPlane) -> None:
    token = token_of(plane, joined(plane, "ann"))
    session = plane.tokens.session_of(token, now=plane.wall())
    with plane.database.writing() as connection:
        end_session(connection, session, now=plane.wall())
    with plane.database.reading() as connection, pytest.raises(NotSignedIn, match="signed out"):
        actor_of(connection, session, now=plane.wall())


def test_what_a_screen_asks_by_itself_keeps_no_sign_in_alive(plane: ControlPlane) -> None:
    token = token_of(plane, joined(plane, "ann", Role.AUDITOR))
    session = plane.tokens.session_of(token, now=plane.wall())
    later = replace(plane, wall=lambda: wall_now() + timedelta(minutes=2))
    with served(later) as address, closing(ControlClient.at(address)) as client:
        asks = client.of(lambda: token)
        asks.unattended().me()
        assert _seen_again(plane, session) is False
        asks.me()
        assert _seen_again(plane, session) is True


def _seen_again(plane: ControlPlane, session: str) -> bool:
    with plane.database.reading() as connection:
        return not is_seen_due(connection, session, now=wall_now() + timedelta(minutes=2))
