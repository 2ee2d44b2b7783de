"""Signing in at a dashboard that runs as a program, past its pages: by what its keys can sign."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard.access.reader import WORLD
from dashboard.access.roles import Role
from dashboard.backend.database import Database
from dashboard.backend.identity.codes import SignIn
from dashboard.backend.identity.people import add_person, person_of, set_grants
from dashboard.backend.identity.provider import id_token
from dashboard.backend.identity.sessions import start_session
from dashboard.backend.identity.tokens import ISSUER, Tokens
from tests.conditions import comes_true
from tests.servers import Server, control_folder

_USER, _TOKENS = "_streamlit_user", "_streamlit_user_tokens"
_LISTENS = re.compile(r"Uvicorn running on (http://127\.0\.0\.1:\d+)")
ANYONE = "anyone"


@dataclass(frozen=True)
class SignedIn:
    """A sign-in: its session and ID token, and the cookies of the browser that holds it."""

    session: str
    id_token: str
    cookies: dict[str, str]


def cookies_of_anyone(server: Server) -> dict[str, str]:
    """The cookies of a browser in which somebody signed in who holds every role."""
    return signed_in(server, ANYONE, *Role).cookies


def signed_in(server: Server, person: str, *roles: Role) -> SignedIn:
    """A sign-in of a person, who is made with these roles unless they are there."""
    folder = control_folder(server.log)
    issuer = f"{control_plane_of(server)}/oidc"
    now = datetime.now(UTC)
    with people_of(server) as connection:
        if person_of(connection, person) is None:
            add_person(connection, person.title(), at=now, id=person)
            set_grants(connection, person, roles=roles, reach=WORLD)
        session = start_session(connection, person, signed_in_at=now, now=now)
    done = SignIn(person, "test", session, now, "")
    token = id_token(Tokens(folder, ISSUER).key, issuer, done, name=person.title(), now=now)
    secret = (folder / "cookie.secret").read_text()
    return SignedIn(session, token, cookies_with(secret, token, server, person))


def cookies_with(secret: str, token: str, server: Server, person: str) -> dict[str, str]:
    """Cookies that say so, signed with a secret."""
    user = {"origin": server.address, "is_logged_in": True, "provider": "usual", "sub": person}
    return {
        name: create_signed_value(secret, name, json.dumps(said)).decode()
        for name, said in {_USER: user, _TOKENS: {"id_token": token}}.items()
    }


@contextmanager
def people_of(server: Server) -> Iterator[sa.Connection]:
    """A transaction in the database of a server's control plane."""
    folder = control_folder(server.log)
    database = Database(sa.make_url(f"sqlite:///{folder / 'control.db'}"))
    try:
        with database.writing() as connection:
            yield connection
    finally:
        database.close()


def header_of(cookies: Mapping[str, str]) -> str:
    """Cookies as a browser sends them."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def control_plane_of(server: Server) -> str:
    """Where the control plane beside a dashboard answers, once it does."""
    log = server.log
    comes_true(lambda: _LISTENS.search(log.read_text()) is not None, within_seconds=60)
    found: str = _LISTENS.findall(log.read_text())[-1]
    return found
