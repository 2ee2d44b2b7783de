"""Panels of status: the control plane, the platform's clock, and how far the data goes."""

from datetime import UTC, datetime, time

import polars as pl
import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.charts.marks import MarkKind
from dashboard.charts.numbers import long_day, plural
from dashboard.control.status import Status
from dashboard.control.wire import ClockMode, ClockSetting
from dashboard.errors import ControlError, ControlSilent
from dashboard.settings import read_settings
from dashboard.ui.control import hear_now
from dashboard.ui.failures import told
from dashboard.ui.identity import control, watching
from dashboard.ui.offers import happened
from dashboard.ui.page import Desk
from dashboard.ui.silence import LOOK_EVERY
from dashboard.ui.tables import twin_table
from dashboard.ui.words import plain

_REFUSED = "why the clock was not set"
_WAS_SET = "the clock was just set"
_MORNING = time(9)


@st.fragment(run_every=LOOK_EVERY)
def control_panel(desk: Desk) -> None:
    """What the control plane says of itself, asked again every few seconds."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("Control plane", anchor=False,
                     help="The program that decides what is put in force.")  # fmt: skip
        try:
            status = watching().status()
        except ControlSilent as silent:
            st.badge("does not answer", icon=":material/cloud_off:", color="red")
            st.caption(plain(f"{silent} Reading goes on; nothing can be changed until it answers."))
            return
        st.badge("answers", icon=":material/check_circle:", color="green")
        with st.container(horizontal=True, gap="medium"):
            for label, value in _facts(status).items():
                st.markdown(f"{label}  \n**{plain(value)}**", width="content")
        if status.warehouse_trouble:
            st.warning(plain(f"It cannot read the warehouse: {status.warehouse_trouble}"))
        if status.outbox.trouble:
            st.warning(plain(status.outbox.trouble))
        if status.calls.oldest_at is not None:
            st.error(plain(_uncalled(status)), icon=":material/emergency_home:")


@st.fragment(run_every=LOOK_EVERY)
def clock_panel(desk: Desk) -> None:
    """What the platform's clock shows; in demo it can be set to an incident or any instant."""
    if st.session_state.pop(_WAS_SET, False):
        # The heading and the filters above this panel follow the clock too.
        st.rerun(scope="app")
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("Platform clock", anchor=False,
                     help="Deadlines, expiries and windows of changes follow it.")  # fmt: skip
        try:
            clock = watching().clock()
        except ControlSilent as silent:
            st.caption(plain(str(silent)))
            return
        st.markdown(f"**{plain(long_day(clock.now.date()))}, {clock.now:%H:%M:%S} UTC**")
        if clock.mode is ClockMode.WALL:
            st.caption("It follows wall time.")
            return
        st.caption(
            "This is a demo: the clock follows the data until it is set, then it runs on. Setting "
            "it moves everybody's now."
        )
        if Permission.CLOCK_SET in desk.reader.permissions:
            _incidents(desk)
            _instant(clock.now)
        if refusal := st.session_state.get(_REFUSED):
            st.error(plain(refusal), icon=":material/error:")


def warehouse_panel(desk: Desk) -> None:
    """Up to which instant each table of the warehouse is complete."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("Warehouse", anchor=False,
                     help="The instant up to which each table is complete.")  # fmt: skip
        st.caption(plain(f"{desk.folder}, version {desk.warehouse.version}"))
        rows = sorted(desk.warehouse.watermarks.items())
        frame = pl.DataFrame(
            rows, schema={"table": pl.String, "complete_until": pl.Datetime("us", "UTC")},
            orient="row",
        )  # fmt: skip
        twin_table(frame, name="watermarks", title="Warehouse")


def _facts(status: Status) -> dict[str, str]:
    return {
        "Address": read_settings().backend_url or "beside this dashboard",
        "Version": status.version,
        "Database": f"{status.database}, revision {status.schema_revision}",
        "Running since": f"{status.started_at:%Y-%m-%d %H:%M} UTC",
        "Warehouse": "none" if status.warehouse_version is None
        else f"version {status.warehouse_version}",
        "Not told the warehouse yet": _waiting(status),
        "Edge": _edge(status),
        "Approvers are called": "by webhook" if status.calls.has_address else "on screen alone",
    }  # fmt: skip


def _edge(status: Status) -> str:
    """How many points of presence follow what is in force, of those that were heard of."""
    if not status.edges:
        return "no point heard of"
    late = sum(edge.is_straggler for edge in status.edges)
    return f"{len(status.edges) - late} of {len(status.edges)} follow"


def _waiting(status: Status) -> str:
    """How much of what is in force the warehouse does not know, and since when."""
    outbox = status.outbox
    if outbox.oldest_at is None:
        return "nothing"
    return f"{plural(outbox.waiting, 'row', 'rows')} since {outbox.oldest_at:%Y-%m-%d %H:%M} UTC"


def _uncalled(status: Status) -> str:
    """That approvers of something in force were not reached."""
    calls = status.calls
    said = plural(calls.waiting, "call of approvers", "calls of approvers")
    return (
        f"{said} did not get through, the first due at {calls.oldest_at:%H:%M} UTC. {calls.trouble}"
    )


def _incidents(desk: Desk) -> None:
    # Set back, the clock must find its way forward again: what is still to come is listed too.
    warehouse = desk.warehouse
    marks = happened(warehouse, desk.folder, as_of=warehouse.now, reach=desk.reader.reach)
    with st.container(horizontal=True, gap="small"):
        for mark in marks:
            if mark.kind is MarkKind.INCIDENT:
                at = datetime.combine(mark.since, _MORNING, UTC)
                _clock_button(f"{long_day(mark.since)}: {plain(mark.title)}", mark.key, at)
        _clock_button("The end of the data", "end", warehouse.now)


def _clock_button(label: str, key: str, at: datetime) -> None:
    st.button(label, key=f"clock {key}", icon=":material/history:", on_click=_set, args=(at,))


def _instant(now: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.date_input("Day", value=now.date(), key="clock day", width=160,
                      min_value="1970-01-01", max_value="2100-12-30")  # fmt: skip
        st.time_input("Time, UTC", value=now.time(), key="clock time", width=140)
        st.button("Set the clock", icon=":material/schedule:", on_click=_set_to_chosen)


def _set_to_chosen() -> None:
    day, at = st.session_state["clock day"], st.session_state["clock time"]
    _set(datetime.combine(day, at, UTC))


def _set(at: datetime) -> None:
    try:
        control().set_clock(ClockSetting(at=at))
        st.session_state[_REFUSED] = ""
        st.session_state[_WAS_SET] = True
    except ControlError as refused:
        st.session_state[_REFUSED] = str(refused)
    hear_now()
