"""Where tests of pages sign people in: a real control plane on loopback, and its people."""

import atexit
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dashboard.access.reader import Reach
from dashboard.access.roles import Role
from dashboard.backend.audit.log import begin
from dashboard.backend.clock import PlatformClock
from dashboard.backend.identity.codes import SignIn
from dashboard.backend.identity.demo import settle_demo
from dashboard.backend.identity.provider import id_token
from dashboard.backend.identity.sessions import start_session
from dashboard.backend.identity.tokens import ISSUER, Tokens
from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import ClockMode
from dashboard.sign_in_settings import KEY_NAME, SignInSettings
from dashboard.warehouse.opening import open_warehouse
from tests.backend.databases import new_sqlite, with_tables
from tests.backend.people import joined
from tests.backend.served import served

_DESKS: dict[str, "FrontDesk"] = {}


@dataclass(frozen=True)
class FrontDesk:
    """A control plane that is served, and its address."""

    plane: ControlPlane
    address: str

    def user(self, roles: Iterable[Role], reach: frozenset[str] | None) -> dict[str, object]:
        """What a browser holds in which somebody of these roles and this reach signed in."""
        roles = sorted(roles)
        name = "-".join(["reader", *roles, *sorted(reach or ())])
        return self.user_of(joined(self.plane, name[:200], *roles, reach=Reach(reach)))

    def user_of(self, person: str) -> dict[str, object]:
        """What a browser holds in which this person signed in."""
        return {"is_logged_in": True, "tokens": {"id": self._token(person)}}

    @cache  # noqa: B019
    def _token(self, person: str) -> str:
        now = self.plane.wall()
        with self.plane.database.writing() as connection:
            session = start_session(connection, person, signed_in_at=now, now=now)
        done = SignIn(person, "test", session, now, "")
        return id_token(self.plane.tokens.key, f"{self.address}/oidc", done, name=person, now=now)


@contextmanager
def opened_desk(folder: Path, warehouse: Path, mode: ClockMode) -> Iterator[FrontDesk]:
    """A control plane of its own in a folder, until the block ends."""
    database = with_tables(new_sqlite(folder))
    plane = ControlPlane(
        database, PlatformClock(mode, lambda: open_warehouse(warehouse).now), warehouse, folder,
        Tokens(folder, ISSUER), sign_in=SignInSettings(dashboard_key=folder / KEY_NAME),
    )  # fmt: skip
    with database.writing() as connection:
        begin(connection)
        settle_demo(connection, is_demo=plane.is_demo, now=plane.wall())
    with served(plane) as address:
        _DESKS[address] = desk = FrontDesk(plane, address)
        yield desk
        del _DESKS[address]
    database.close()


def desk_at_hand(patch: pytest.MonkeyPatch) -> FrontDesk:
    """The desk that the settings name; else one for the whole run, which they name from now on."""
    desk = _DESKS.get(os.environ.get("BACKEND_URL", "")) or _usual()
    if "BACKEND_URL" not in os.environ:
        patch.setenv("BACKEND_URL", desk.address)
    patch.setenv("DASHBOARD_KEY", str(desk.plane.sign_in.dashboard_key))
    return desk


@cache
def _usual() -> FrontDesk:
    """A desk in production that decides nothing, so that any warehouse will do."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="front-desk-")))
    return stack.enter_context(opened_desk(folder, folder, ClockMode.WALL))
