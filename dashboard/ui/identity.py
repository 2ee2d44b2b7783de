"""Who sits at the screen: the person who signed in, as the control plane knows them now.

Nothing about them is kept in the session's state, which whoever knows a session's id can take over:
it is asked of the control plane with the token of this very connection.
"""

import hashlib
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from time import monotonic

import streamlit as st

from dashboard.access.reader import WORLD, Reach, Reader
from dashboard.control.client import ControlClient
from dashboard.control.exchange import Exchange
from dashboard.control.keys import opened_key
from dashboard.control.people import Me
from dashboard.errors import ActRefused, ControlSilent, NotSignedIn
from dashboard.settings import read_settings
from dashboard.ui.control import control_of_nobody

_TOLD_EVERY_SECONDS = 30.0
"""How often the control plane hears that somebody is there while they do something."""
_ASKED_EVERY_SECONDS = 4.0
"""A role that was taken away, or a sign-out elsewhere, shows here within five seconds."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """Who they are, when that was asked, and when it was last asked because they did something."""

    me: Me
    at: float
    attended_at: float


_heard: dict[str, _Heard] = {}
_turn = threading.Lock()


def me(*, is_unattended: bool = False) -> Me:
    """The person at this screen; raises NotSignedIn, or ControlSilent for one not heard of yet.

    While the control plane is silent they are who they were: reading goes on. What the screen asks
    by itself does not count as somebody being there.
    """
    subject = _subject_token()
    name = hashlib.sha256(subject.encode()).hexdigest()
    heard, now = _heard.get(name), monotonic()
    if heard is not None and _is_fresh(heard, now, is_unattended=is_unattended):
        return heard.me
    client = _client(subject)
    try:
        found = (client.unattended() if is_unattended else client).me()
    except ActRefused as refused:
        forget(subject)
        raise NotSignedIn(str(refused)) from refused
    except ControlSilent:
        if heard is None or heard.me.ends_at <= datetime.now(UTC):
            raise
        return heard.me
    with _turn:
        attended_at = heard.attended_at if heard is not None and is_unattended else now
        _heard[name] = _Heard(found, now, attended_at)
    return found


def _is_fresh(heard: _Heard, now: float, *, is_unattended: bool) -> bool:
    if now - heard.at >= _ASKED_EVERY_SECONDS:
        return False
    return is_unattended or now - heard.attended_at < _TOLD_EVERY_SECONDS


def reader() -> Reader:
    """What the person at this screen may read; raises NotSignedIn or ControlSilent."""
    found = me()
    reach = WORLD if found.reach is None else Reach(frozenset(found.reach))
    return Reader(found.name, frozenset(found.permissions), reach)


def control() -> ControlClient:
    """The control plane, asked for the person at this screen; raises NotSignedIn."""
    return _client(_subject_token())


def watching() -> ControlClient:
    """The same, for what the screen asks by itself; raises NotSignedIn."""
    return control().unattended()


def is_signed_in() -> bool:
    """Whether this browser says that somebody signed in."""
    return bool(st.user.get("is_logged_in"))


def sign_out() -> None:
    """End the sign-in, at the control plane first: there it ends for every window."""
    subject = _subject_token()
    # Where it is over already, or nobody answers, this browser forgets it all the same.
    with suppress(ActRefused, ControlSilent):
        _client(subject).sign_out()
    forget(subject)
    st.logout()


def forget(subject: str) -> None:
    """Know nothing of this person any more."""
    with _turn:
        _heard.pop(hashlib.sha256(subject.encode()).hexdigest(), None)
    _exchange().forget(subject)


def _client(subject: str) -> ControlClient:
    return control_of_nobody().of(lambda: _exchange().token_for(subject))


def _subject_token() -> str:
    token = st.user.tokens.get("id") if is_signed_in() else None
    if not isinstance(token, str) or not token:
        raise NotSignedIn("Sign in to go on.")
    return token


def _exchange() -> Exchange:
    return _exchange_at(control_of_nobody())


@cache
def _exchange_at(client: ControlClient) -> Exchange:
    return Exchange(client.connection, opened_key(read_settings().sign_in.dashboard_key))
