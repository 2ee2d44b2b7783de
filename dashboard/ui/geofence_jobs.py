"""Jobs that orders ask for: what must be done to data, by whom, until when, and what shows it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import polars as pl
import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.charts.numbers import plural
from dashboard.control.changes import Because
from dashboard.control.geofence import Assigning, DutyRow, Evidencing, JobRow, OrderRow
from dashboard.geofence.jobs import JobState
from dashboard.ui.acting import barred, begin, carry_out, drop, intent, tell_outcome
from dashboard.ui.failures import told
from dashboard.ui.identity import control, me, watching
from dashboard.ui.page import Desk
from dashboard.ui.tables import twin_table
from dashboard.ui.words import plain

_NAME = "the act on a job"
_WHICH, _DOCUMENT, _HASH, _REASON = "job chosen", "job document", "job sha256", "job reason"
_INSTANT = pl.Datetime("us", "UTC")
_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("order", "kind", "what", "owner", "state"), pl.String()), "due": _INSTANT,
    "evidence": pl.String(),
}  # fmt: skip
_ACTING = {Permission.GEOFENCE_PROPOSE, Permission.GEOFENCE_APPLY}
_UNDONE = {JobState.OPEN.value, JobState.OVERDUE.value}


@st.fragment
def jobs_panel(desk: Desk) -> None:
    """Every job, overdue ones first, what each order still lacks, and what can be done to a job."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("Jobs", anchor=False, help=(
            "What orders ask to be done to data. A job is done once there is evidence of it."
        ))  # fmt: skip
        orders = watching().geofence().orders
        jobs = [(order, job) for order in orders for job in order.jobs]
        for order in orders:
            _missing(order)
        if not jobs:
            st.caption("There is none. Jobs are opened when a rule with an order comes in force.")
            return
        twin_table(_frame(jobs), name="geofence_jobs", title="Jobs")
        if _ACTING & desk.reader.permissions:
            _acts({job.id: (order, job) for order, job in jobs if job.state in _UNDONE})
        tell_outcome()


def _missing(order: OrderRow) -> None:
    """What an order's checklist still lacks, in a sentence."""
    lacking = sorted((duty for duty in order.checklist if not duty.is_done), key=_due)
    if not lacking or not order.jobs:
        return
    first = lacking[0]
    said = f"{order.rule.id} lacks {plural(len(lacking), 'duty', 'duties')} of "
    said += f"{len(order.checklist)}; next by {first.due_at:%Y-%m-%d}: {first.what}."
    st.markdown(plain(said))


def _due(duty: DutyRow) -> datetime:
    return duty.due_at


def _frame(jobs: Iterable[tuple[OrderRow, JobRow]]) -> pl.DataFrame:
    urgent = sorted(jobs, key=lambda each: (_STATES.index(each[1].state), each[1].due_at))
    rows = [
        (order.rule.id, job.kind, job.what, job.owner_name or None, job.state, job.due_at,
         ", ".join(each.document for each in job.evidence))
        for order, job in urgent
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _acts(open_jobs: Mapping[str, tuple[OrderRow, JobRow]]) -> None:
    if not open_jobs:
        return
    why_not = barred()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            "Job", list(open_jobs), key=_WHICH,
            format_func=lambda id: f"{open_jobs[id][0].rule.id}: {open_jobs[id][1].what}",
        )  # fmt: skip
        for act, label in _LABELS.items():
            st.button(label, key=f"job {act}", disabled=bool(why_not), help=plain(why_not) or None,
                      on_click=begin, args=(_NAME, act, chosen))  # fmt: skip
    begun = intent(_NAME)
    if begun is not None and begun.target in open_jobs:
        _ask(begun.act, open_jobs[begun.target][1])


def _ask(act: str, job: JobRow) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(plain(f"{_LABELS[act]}: {job.what}"))
        if act == "prove":
            st.text_input("Where the document lies", key=_DOCUMENT, max_chars=200)
            st.text_input("Its SHA-256", key=_HASH, max_chars=64)
        if act == "drop":
            st.text_area("Why", key=_REASON, height=80, max_chars=2000)
        with st.container(horizontal=True, gap="small"):
            st.button("Yes", key="job yes", type="primary", on_click=_carry_out, args=(act, job))
            st.button("Cancel", key="job cancel", on_click=drop, args=(_NAME,))


def _carry_out(act: str, job: JobRow) -> None:
    def deed(key: str) -> str:
        after = _DEEDS[act](job, key)
        owner = f", with {after.owner_name}" if after.owner_name else ""
        return f"{after.what}: {after.state}{owner}."

    carry_out(_NAME, deed)


def _take_over(job: JobRow, key: str) -> JobRow:
    return control().jobs.assign(job, Assigning(owner=me().person), key=key)


def _prove(job: JobRow, key: str) -> JobRow:
    # What is missing is said by the control plane, in the same words for everybody.
    said = Evidencing.model_construct(document=_typed(_DOCUMENT), sha256=_typed(_HASH))
    return control().jobs.prove(job, said, key=key)


def _drop(job: JobRow, key: str) -> JobRow:
    return control().jobs.drop(job, Because.model_construct(reason=_typed(_REASON)), key=key)


def _typed(name: str) -> str:
    return str(st.session_state.get(name) or "").strip()


_STATES = [each.value for each in
           (JobState.OVERDUE, JobState.OPEN, JobState.DONE, JobState.DROPPED)]  # fmt: skip
_LABELS = {"take over": "Take it over", "prove": "Give evidence", "drop": "Drop it"}
_DEEDS: Mapping[str, Callable[[JobRow, str], JobRow]] = {
    "take over": _take_over, "prove": _prove, "drop": _drop,
}  # fmt: skip
