"""Acting from the screen: what bars it for everybody, and intents that are carried out once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import streamlit as st

from dashboard.charts.numbers import short_day
from dashboard.errors import ActRefused, ControlError, ControlSilent
from dashboard.ui.control import control_silent_since, demo_clock, present
from dashboard.ui.filters import last_choice
from dashboard.ui.identity import me
from dashboard.ui.sign_in import sign_in_again
from dashboard.ui.words import plain

_OUTCOME = "what became of the last act"
_UNKNOWN = "No answer came, so it is not known whether this was done. Try again: it is done once."
_STALE_SIGN_IN = "sign-in-too-old"


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody is about to do: what, to what, and the key by which it is done once."""

    act: str
    target: str
    key: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True, slots=True)
class _Outcome:
    sentence: str
    is_done: bool
    needs_sign_in: bool = False


def barred() -> str:
    """Why nobody can act now, whatever their roles, in a sentence; empty when they can."""
    if control_silent_since() is not None:
        return "The control plane does not answer; nothing can be changed until it does."
    choice = last_choice()
    if choice is None or demo_clock() is not None:
        return ""
    if choice.chosen.as_of < present(choice.warehouse):
        day = short_day(choice.chosen.as_of.date())
        return f"You look at the platform as it was on {day}. Clear As of to act on what is now."
    return ""


def intent(name: str) -> Intent | None:
    """What was begun under this name and not carried out yet."""
    found = st.session_state.get(name)
    return found if isinstance(found, Intent) else None


def begin(name: str, act: str, target: str) -> None:
    """Begin something; it keeps its key until it is carried out or dropped."""
    st.session_state.pop(_OUTCOME, None)
    st.session_state[name] = Intent(act, target)


def drop(name: str) -> None:
    """Not do after all what was begun."""
    st.session_state.pop(name, None)
    st.session_state.pop(_OUTCOME, None)


def carry_out(name: str, deed: Callable[[str], str]) -> None:
    """Do what was begun with its key; the deed gives the sentence of what was done.

    Where no answer came it stays begun, so that trying again does it no second time.
    """
    begun = intent(name)
    if begun is None:
        return
    try:
        st.session_state[_OUTCOME] = _Outcome(deed(begun.key), is_done=True)
    except ControlSilent:
        st.session_state[_OUTCOME] = _Outcome(_UNKNOWN, is_done=False)
        return
    except ActRefused as refused:
        is_stale = refused.kind == _STALE_SIGN_IN
        st.session_state[_OUTCOME] = _Outcome(str(refused), is_done=False, needs_sign_in=is_stale)
        # What was refused was not done: another try is another intent.
        st.session_state[name] = Intent(begun.act, begun.target)
        return
    except ControlError as failed:
        st.session_state[_OUTCOME] = _Outcome(str(failed), is_done=False)
        return
    st.session_state.pop(name, None)


def tell_outcome() -> None:
    """What became of the last act, in its place."""
    outcome = st.session_state.get(_OUTCOME)
    if not isinstance(outcome, _Outcome):
        return
    if outcome.is_done:
        st.success(plain(outcome.sentence), icon=":material/check_circle:")
        return
    st.error(plain(outcome.sentence), icon=":material/block:")
    if outcome.needs_sign_in:
        sign_in_again(me(), key="sign in again to act")
