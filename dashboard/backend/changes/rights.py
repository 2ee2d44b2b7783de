"""Rights: who may do what to a change where it stands, decided here for every route and offer."""

from collections.abc import Callable

from dashboard.access.permissions import Permission
from dashboard.backend.changes.content import parsed
from dashboard.backend.changes.desk import Desk
from dashboard.backend.changes.extent import is_within
from dashboard.backend.changes.moves import Who, who_may
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.revisions import content_behind
from dashboard.backend.changes.store import Doc
from dashboard.control.changes import ChangeAct, State
from dashboard.errors import NotNow, NotPermitted, SecondPersonNeeded

DECIDING = frozenset(
    {ChangeAct.APPROVE, ChangeAct.APPLY, ChangeAct.TIGHTEN, ChangeAct.SCHEDULE, ChangeAct.ROLL_BACK}
)
"""Acts that need a sign-in of the last minutes."""


def refuse_nobody(desk: Desk, doc: Doc, act: ChangeAct) -> None:
    """Let only those through who may do this to this change where it stands.

    Raises NotNow where nobody can, NotPermitted without the right, and SecondPersonNeeded where
    four eyes are asked for and these two are the same.
    """
    who = who_may(doc.state, act)
    if who is None or who is Who.CLOCK or not is_known(doc, act):
        raise NotNow(f"A change that is {doc.state.value.replace('_', ' ')} cannot be "
                     f"{_DONE.get(act, act.value)}.")  # fmt: skip
    _CHECKS[who](desk, doc)


def is_known(doc: Doc, act: ChangeAct) -> bool:
    """Whether changes of its kind know the act where it stands."""
    if act is ChangeAct.TIGHTEN:
        return kind_of(doc.kind).tighten is not None
    return doc.state is not State.LIVE or act is not ChangeAct.APPROVE or doc.is_unapproved


def refuse_unread(desk: Desk, doc: Doc) -> None:
    """Let only those through who may read it, by its kind and places; raises NotPermitted."""
    kind = kind_of(doc.kind)
    if not may_read(desk.actor.permissions, kind.read):
        raise NotPermitted(f"Your roles do not hold the right {kind.read.value}.")
    refuse_beyond(desk, doc)


def refuse_beyond(desk: Desk, doc: Doc) -> None:
    """Let nobody through to a change of countries that they do not see; raises NotPermitted."""
    if not is_within(desk.actor.reach, desk.connection, doc):
        raise NotPermitted("It is about countries beyond your reach. Ask somebody who sees them.")


def may_read(held: frozenset[Permission], wanted: Permission) -> bool:
    """Whether these rights let somebody read; whoever stops has to see what they stop."""
    stops = {Permission.STOP, Permission.STOP_OWN}
    return wanted in held or (wanted is Permission.CHANGES_READ and bool(held & stops))


def _proposer(desk: Desk, doc: Doc) -> None:
    _holds(desk, kind_of(doc.kind).propose)


def _writer(desk: Desk, doc: Doc) -> None:
    _holds(desk, kind_of(doc.kind).propose)
    if desk.actor.person not in doc.editors:
        raise NotPermitted("Only who wrote it can take it back; an approver rejects it.")


def _approver(desk: Desk, doc: Doc) -> None:
    _holds(desk, kind_of(doc.kind).approve)
    refuse_same_person(desk, doc)


def _applier(desk: Desk, doc: Doc) -> None:
    _holds(desk, kind_of(doc.kind).apply)
    refuse_same_person(desk, doc)


def _tightener(desk: Desk, doc: Doc) -> None:
    right = kind_of(doc.kind).tighten
    assert right is not None, "only kinds that know emergencies come here"
    _holds(desk, right)
    if desk.actor.is_service:
        raise SecondPersonNeeded("A service decides nothing; a person has to.")


def _stopper(desk: Desk, doc: Doc) -> None:
    held = desk.actor.permissions
    is_own = desk.actor.person in doc.editors and Permission.STOP_OWN in held
    if Permission.STOP not in held and not is_own:
        _holds(desk, Permission.STOP)
    if not kind_of(doc.kind).is_stoppable or _opens_when_stopped(desk, doc):
        raise NotNow("One person alone does not give back what was taken: propose a change.")


def _opens_when_stopped(desk: Desk, doc: Doc) -> bool:
    """Whether it is in force, and having what was before again takes more than one person."""
    if doc.state is State.SCHEDULED:
        return False
    base = content_behind(desk.connection, doc.kind, doc.subject, revision=doc.base_revision)
    before = None if base is None else parsed(base)
    return kind_of(doc.kind).opens_when_stopped(parsed(doc.content) or {}, before)


def _second(desk: Desk, doc: Doc) -> None:
    kind = kind_of(doc.kind)
    if not desk.actor.permissions & {kind.approve, kind.apply, Permission.STOP}:
        _holds(desk, kind.approve)
    if desk.actor.is_service or desk.actor.person in {doc.stopped_by, *doc.editors}:
        raise SecondPersonNeeded("Somebody looks at it who neither wrote nor stopped it.")
    if doc.stopped_by is None or doc.reviewed_by is not None:
        raise NotNow("There is no stop that waits for a review.")


def refuse_same_person(desk: Desk, doc: Doc) -> None:
    """Keep who wrote it, whom it is about, and services from deciding; else SecondPersonNeeded."""
    if desk.actor.is_service:
        raise SecondPersonNeeded("A service decides nothing; a person has to.")
    if desk.actor.person in doc.editors:
        raise SecondPersonNeeded("You wrote or edited this; another person has to decide it.")
    if desk.actor.person in kind_of(doc.kind).barred(parsed(doc.content) or {}):
        raise SecondPersonNeeded("This is about you; another person has to decide it.")


def _holds(desk: Desk, right: Permission) -> None:
    if right not in desk.actor.permissions:
        raise NotPermitted(f"Your roles do not hold the right {right.value}.")


_CHECKS: dict[Who, Callable[[Desk, Doc], None]] = {
    Who.PROPOSER: _proposer,
    Who.WRITER: _writer,
    Who.APPROVER: _approver,
    Who.APPLIER: _applier,
    Who.TIGHTENER: _tightener,
    Who.STOPPER: _stopper,
    Who.SECOND: _second,
}
_DONE = {
    ChangeAct.EDIT: "edited",
    ChangeAct.PREVIEW: "previewed",
    ChangeAct.SUBMIT: "submitted",
    ChangeAct.APPROVE: "approved",
    ChangeAct.REJECT: "rejected",
    ChangeAct.SCHEDULE: "scheduled",
    ChangeAct.UNSCHEDULE: "taken off the schedule",
    ChangeAct.APPLY: "applied",
    ChangeAct.TIGHTEN: "put in force by one person",
    ChangeAct.ADVANCE: "advanced",
    ChangeAct.PAUSE: "paused",
    ChangeAct.RESUME: "resumed",
    ChangeAct.STOP: "stopped",
    ChangeAct.ROLL_BACK: "rolled back",
    ChangeAct.REBASE: "rebased",
    ChangeAct.WITHDRAW: "withdrawn",
    ChangeAct.REVIEW: "reviewed",
}
