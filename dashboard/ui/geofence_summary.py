"""Geofence at a glance: how much is in force, whom it hits most, and what is overdue."""

from datetime import datetime

import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.charts.numbers import compact, plural
from dashboard.control.geofence import OrderRow
from dashboard.geofence.conflicts import place_name
from dashboard.geofence.register import Standing
from dashboard.ui.change_lists import CHANGES_PAGE, CHOSEN
from dashboard.ui.failures import told
from dashboard.ui.identity import watching
from dashboard.ui.page import Desk
from dashboard.ui.silence import LOOK_EVERY
from dashboard.ui.words import plain

_FEW = 3


@st.fragment(run_every=LOOK_EVERY)
def summary_panel(desk: Desk) -> None:
    """What whoever opens the page has to know first, and the way to what has to be decided."""
    with told():
        found = watching().geofence()
        by_standing = {each: [row for row in found.orders if row.standing == each]
                       for each in Standing}  # fmt: skip
        in_force, overdue = by_standing[Standing.IN_FORCE], by_standing[Standing.OVERDUE]
        with st.container(horizontal=True, gap="large"):
            st.metric("Orders in force", len(in_force), width="content")
            st.metric("Overdue", len(overdue), width="content")
            st.metric("Pending", len(by_standing[Standing.PENDING]), width="content")
        if overdue:
            st.error(plain(_overdue(overdue)), icon=":material/alarm:")
            _way_to(min(overdue, key=_due), desk)
        for row in in_force:
            if row.is_unapproved:
                st.error(plain(_unapproved(row)), icon=":material/emergency_home:")
                _way_to(row, desk)
        if in_force:
            st.markdown(plain(_hit_most(in_force)))


def _way_to(row: OrderRow, desk: Desk) -> None:
    """A link that opens the change of an order, for whoever may read changes."""
    if Permission.CHANGES_READ not in desk.reader.permissions:
        return
    # A switch from here would race the parts of this page that look by themselves.
    st.page_link(CHANGES_PAGE, label=plain(f"Open {row.rule.id}"), icon=":material/arrow_forward:",
                 query_params={CHOSEN: row.change})  # fmt: skip


def _due(row: OrderRow) -> datetime:
    return row.rule.due_at


def _overdue(rows: list[OrderRow]) -> str:
    first = min(rows, key=_due)
    said = f"{_places(first)}, {first.rule.authority}, was due at {first.rule.due_at:%d %b %H:%M}"
    more = f", and {plural(len(rows) - 1, 'more', 'more')}" if rows[1:] else ""
    return f"Overdue: {said} UTC{more}."


def _unapproved(row: OrderRow) -> str:
    """That one person put it in force, and what becomes of that."""
    said = f"Not approved: {row.rule.id}, {_does(row)} in {_places(row)}"
    if row.lapses_at is None:
        return f"{said}. By order it stays until somebody decides."
    return f"{said}. It ends by itself at {row.lapses_at:%Y-%m-%d %H:%M} UTC."


def _hit_most(rows: list[OrderRow]) -> str:
    """The largest rules by people; they are not summed up, since rules may share people."""
    known = sorted((row for row in rows if row.people is not None), key=_people, reverse=True)
    said = [f"{_places(row)} {compact(_people(row))} ({_does(row)})" for row in known[:_FEW]]
    unknown = len(rows) - len(known)
    if unknown:
        said.append(f"{plural(unknown, 'rule', 'rules')} of whom nobody knows how many")
    return f"People under the rules in force: {', '.join(said)}."


def _people(row: OrderRow) -> int:
    return row.people or 0


def _does(row: OrderRow) -> str:
    return row.rule.action.replace("_", " ")


def _places(row: OrderRow) -> str:
    named = [place_name(place) for place in row.rule.places]
    rest = len(named) - _FEW
    return ", ".join(named[:_FEW]) + (f" and {rest} more" if rest > 0 else "")
