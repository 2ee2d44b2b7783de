"""An emergency on screen: what is in force without approval, until when, and who was called."""

import streamlit as st

from dashboard.charts.numbers import plural
from dashboard.control.change_documents import Call, Change, Emergency
from dashboard.control.changes import State
from dashboard.ui.words import plain

_ICON = ":material/emergency_home:"


def unapproved(change: Change) -> None:
    """What one person put in force, in a sentence that says what becomes of it; else nothing."""
    one = change.emergency
    if one is None:
        return
    who = change.names.get(one.by, one.by)
    said = f"{who} put this in force alone at {one.at:%Y-%m-%d %H:%M} UTC: {one.reason} "
    said += f"Reference: {one.reference}."
    if one.approved_at is not None:
        st.info(plain(f"{said} Approved at {one.approved_at:%Y-%m-%d %H:%M} UTC."), icon=_ICON)
    elif change.state is State.LIVE and change.is_in_force:
        st.error(plain(f"{said} {_what_becomes(one)} {_called(change.calls)}"), icon=_ICON)
    else:
        st.info(plain(f"{said} It is not in force any more."), icon=_ICON)


def _what_becomes(one: Emergency) -> str:
    if one.ends_at is None:
        return "Nobody approved it yet; by order it stays until somebody decides."
    return f"Nobody approved it yet; it ends by itself at {one.ends_at:%Y-%m-%d %H:%M} UTC."


def _called(calls: tuple[Call, ...]) -> str:
    made = [call for call in calls if call.made_at is not None]
    waiting = [call for call in calls if call.made_at is None]
    failing = next((call.trouble for call in waiting if call.trouble), "")
    said = f"Approvers were called {plural(len(made), 'time', 'times')}." if made else ""
    if failing:
        return f"{said} A call did not get through: {failing}".strip()
    return f"{said} Next at {waiting[0].due_at:%H:%M} UTC." if waiting else said
