"""One change, whole: how it stands, what can be done to it, and all that it rests on."""

from datetime import timedelta

import streamlit as st

from dashboard.charts.numbers import plural
from dashboard.control.change_documents import Change
from dashboard.errors import ControlError
from dashboard.ui.change_acts import act_buttons
from dashboard.ui.change_lists import close_change
from dashboard.ui.changes import (
    KIND_NAMES,
    stepper,
    what_differs,
    what_happened,
    who_approved,
    whom_it_touches,
)
from dashboard.ui.emergency import unapproved
from dashboard.ui.identity import control, watching
from dashboard.ui.words import plain

_LOOK_EVERY = timedelta(seconds=2)


def change_panel(id: str) -> None:
    """One change; it follows what others do to it meanwhile."""
    st.button("All changes", icon=":material/arrow_back:", type="tertiary", on_click=close_change)
    change = control().changes.get(id)
    st.subheader(plain(change.title), anchor=False)
    st.caption(plain(_facts(change)))
    stepper(change)
    if change.trouble:
        st.warning(plain(change.trouble), icon=":material/warning:")
    _stop(change)
    unapproved(change)
    st.markdown(plain(change.reason))
    act_buttons(change)
    left, right = st.columns([3, 2])
    with left:
        what_differs(change)
    with right:
        whom_it_touches(change)
        who_approved(change)
    what_happened(control().changes.timeline(id))
    _follow(id, change.version)


def _facts(change: Change) -> str:
    name = change.names.get(change.writer, change.writer)
    said = [
        KIND_NAMES[change.kind],
        change.subject,
        f"written by {name} on {change.made_at:%Y-%m-%d %H:%M}",
        f"on revision {change.base_revision}",
    ]
    if change.scheduled_at is not None:
        said.append(f"scheduled for {change.scheduled_at:%Y-%m-%d %H:%M} UTC")
    if change.ramp is not None and change.ramp.next_at is not None:
        said.append(f"next step at {change.ramp.next_at:%Y-%m-%d %H:%M} UTC")
    return " · ".join(said)


def _stop(change: Change) -> None:
    stop = change.stop
    if stop is None:
        return
    who = change.names.get(stop.by, stop.by)
    said = f"Stopped by {who} at {stop.at:%Y-%m-%d %H:%M}: {stop.reason}"
    if stop.reviewed_at is not None:
        reviewer = change.names.get(stop.reviewed_by, stop.reviewed_by)
        st.info(plain(f"{said} Reviewed by {reviewer}."), icon=":material/front_hand:")
    elif stop.is_overdue:
        st.error(plain(f"{said} Nobody reviewed it in time."), icon=":material/front_hand:")
    else:
        due = f"{stop.review_due_at:%Y-%m-%d %H:%M}"
        st.warning(plain(f"{said} A second person reviews it by {due}."),
                   icon=":material/front_hand:")  # fmt: skip


@st.fragment(run_every=_LOOK_EVERY)
def _follow(id: str, version: int) -> None:
    try:
        newest = watching().changes.get(id)
    except ControlError:
        # The banner on top tells of a silence; what is shown stays.
        return
    if newest.version != version:
        acts = plural(newest.version - version, "act", "acts")
        st.toast(plain(f"{acts} by others on this change."), icon=":material/sync:")
        st.rerun(scope="app")
