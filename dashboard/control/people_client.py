"""The client of people and stop tokens: one method for each thing that is asked about them."""

from urllib.parse import quote

from pydantic import BaseModel

from dashboard.control.connection import Act, Connection
from dashboard.control.people import (
    Account,
    Linked,
    NewPerson,
    NewStopToken,
    People,
    PersonNamed,
    StopTokenMade,
    StopTokens,
)

_PEOPLE, _STOP_TOKENS = "/v1/people", "/v1/stop-tokens"


class PeopleClient:
    """The people of the control plane that this connection leads to, and their stop tokens.

    Every act raises ActRefused where the register does not allow it. ``key`` names the intent, so
    that an act that is sent again is done once; empty for a new one.
    """

    def __init__(self, connection: Connection) -> None:
        """Ask over this connection."""
        self._connection = connection

    def everybody(self) -> People:
        """Everybody, with roles, reach, accounts and the last sign-in."""
        return self._connection.read(_PEOPLE, People)

    def add(self, new: NewPerson, *, key: str = "") -> str:
        """The id of somebody new, who holds no role."""
        return self._connection.act(_act("POST", _PEOPLE, new, key=key), PersonNamed).person

    def link(self, person: str, account: Account, *, key: str = "") -> Linked:
        """Make an account that of a person without roles."""
        act = _act("POST", f"{_of(person)}/accounts", account, key=key)
        return self._connection.act(act, Linked)

    def unlink(self, person: str, account: Account, *, key: str = "") -> None:
        """Take an account away from a person."""
        act = _act("POST", f"{_of(person)}/accounts/remove", account, key=key)
        self._connection.act(act, PersonNamed)

    def close(self, person: str, *, key: str = "") -> None:
        """Let a person in no more."""
        self._connection.act(_act("POST", f"{_of(person)}/close", key=key), PersonNamed)

    def appoint(self, person: str, *, key: str = "") -> None:
        """Make a person the second administrator; refused once there are two."""
        self._connection.act(_act("POST", f"{_of(person)}/appoint", key=key), PersonNamed)

    def make_stop_token(self, wanted: NewStopToken, *, key: str = "") -> StopTokenMade:
        """A token that can only stop; the same key gives it again while it is good."""
        return self._connection.act(_act("POST", _STOP_TOKENS, wanted, key=key), StopTokenMade)

    def stop_tokens(self) -> StopTokens:
        """One's own stop tokens, everybody's for an administrator."""
        return self._connection.read(_STOP_TOKENS, StopTokens)

    def end_stop_token(self, id: str, *, key: str = "") -> None:
        """End a stop token."""
        path = f"{_STOP_TOKENS}/{quote(id, safe='')}"
        self._connection.act(_act("DELETE", path, key=key), PersonNamed)


def _of(person: str) -> str:
    return f"{_PEOPLE}/{quote(person, safe='')}"


def _act(method: str, path: str, said: BaseModel | None = None, *, key: str = "") -> Act:
    named = {"key": key} if key else {}
    return Act(method, path, said, **named)
