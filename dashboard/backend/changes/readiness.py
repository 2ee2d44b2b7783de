"""Readiness: what has to hold before each act, asked by the act itself and by what offers it."""

from collections.abc import Callable

from dashboard.backend.changes import emergency, gates, revisions
from dashboard.backend.changes.content import parsed
from dashboard.backend.changes.desk import Desk
from dashboard.backend.changes.places import place_of
from dashboard.backend.changes.rights import DECIDING, refuse_nobody, refuse_unread
from dashboard.backend.changes.store import Doc
from dashboard.backend.identity.gate import refuse_stale
from dashboard.control.changes import ChangeAct, State
from dashboard.errors import ControlError, NotNow


def refuse_unoffered(desk: Desk, doc: Doc, act: ChangeAct) -> None:
    """Let an act through that this person may do to this change now; raises ControlError.

    What is said with it (a number typed, an instant) is judged by the act itself.
    """
    refuse_unread(desk, doc)
    refuse_nobody(desk, doc, act)
    if act in DECIDING:
        refuse_stale(desk.plane, desk.actor)
    _READY.get(act, _nothing)(desk, doc)


def why_not(desk: Desk, doc: Doc, act: ChangeAct) -> str:
    """Why this person may not do this now, in a sentence; nothing where they may."""
    try:
        refuse_unoffered(desk, doc, act)
    except ControlError as refused:
        return str(refused)
    return ""


def _nothing(desk: Desk, doc: Doc) -> None:
    """Nothing has to hold."""


def _to_preview(desk: Desk, doc: Doc) -> None:
    gates.refuse_moved_base(desk, doc)
    gates.refuse_wrong_content(desk, doc)


def _to_submit(desk: Desk, doc: Doc) -> None:
    _to_preview(desk, doc)
    gates.refuse_old_preview(desk, doc)
    gates.refuse_past_its_time(doc, desk.now)
    gates.refuse_frozen(desk, doc, desk.now)


def _to_approve(desk: Desk, doc: Doc) -> None:
    ready = emergency.refuse_over if doc.state is State.LIVE else _to_submit
    ready(desk, doc)
    if desk.actor.person in {each.person for each in gates.counted(desk, doc)}:
        raise NotNow("You approved this already; another person has to.")


def _to_tighten(desk: Desk, doc: Doc) -> None:
    _to_preview(desk, doc)
    gates.refuse_past_its_time(doc, desk.now)
    gates.refuse_frozen(desk, doc, desk.now)
    emergency.refuse_opening(desk, doc)


def _to_schedule(desk: Desk, doc: Doc) -> None:
    gates.refuse_frozen(desk, doc, desk.now)
    gates.refuse_second_schedule(desk, doc)
    gates.refuse_few_approvals(desk, doc)


def _to_apply(desk: Desk, doc: Doc) -> None:
    gates.refuse_unready(desk, doc, desk.now)


def _to_advance(desk: Desk, doc: Doc) -> None:
    gates.refuse_frozen(desk, doc, desk.now)
    plan, place = doc.ramp_plan, place_of(desk, doc)
    if plan is None or place is None or place.paused_at is not None:
        raise NotNow("The ramp is paused. Resume it first.")
    due = place.next_at(plan)
    if due is None:
        raise NotNow("Everybody is reached.")
    if desk.now < due:
        raise NotNow(f"This step is watched until {due:%Y-%m-%d %H:%M} UTC.")


def _to_pause(desk: Desk, doc: Doc) -> None:
    if doc.is_paused:
        raise NotNow("The ramp is paused already.")


def _to_resume(desk: Desk, doc: Doc) -> None:
    if not doc.is_paused:
        raise NotNow("The ramp is not paused.")
    gates.refuse_frozen(desk, doc, desk.now)


def _to_stop(desk: Desk, doc: Doc) -> None:
    if doc.state is State.LIVE and not is_in_force(desk, doc):
        raise NotNow("A later revision is in force. Stop the change that brought it.")


def _to_roll_back(desk: Desk, doc: Doc) -> None:
    earlier = revisions.all_revisions(desk.connection, doc.kind, doc.subject)
    number = revisions.live_number(desk.connection, doc.kind, doc.subject)
    if not any(each.revision != number and parsed(each.content) for each in earlier):
        raise NotNow(
            "There is no other revision to go back to. To have nothing in force, stop it or "
            "propose a change that lifts it."
        )


def is_in_force(desk: Desk, doc: Doc) -> bool:
    """Whether this change is what is in force now, for some or for everybody."""
    if doc.state is State.RAMPING:
        return True
    if doc.has_lapsed(desk.now):
        return False
    live = revisions.live(desk.connection, doc.kind, doc.subject)
    return live is not None and (live.change, live.revision) == (doc.id, doc.revision)


_READY: dict[ChangeAct, Callable[[Desk, Doc], None]] = {
    ChangeAct.PREVIEW: _to_preview,
    ChangeAct.SUBMIT: _to_submit,
    ChangeAct.APPROVE: _to_approve,
    ChangeAct.TIGHTEN: _to_tighten,
    ChangeAct.SCHEDULE: _to_schedule,
    ChangeAct.APPLY: _to_apply,
    ChangeAct.ADVANCE: _to_advance,
    ChangeAct.PAUSE: _to_pause,
    ChangeAct.RESUME: _to_resume,
    ChangeAct.STOP: _to_stop,
    ChangeAct.ROLL_BACK: _to_roll_back,
}
OFFERED = tuple(
    act
    for act in ChangeAct
    if act not in {ChangeAct.CREATE, ChangeAct.EXPIRE, ChangeAct.OUTDATE, ChangeAct.SUSPEND}
)
"""What people do to a change."""
