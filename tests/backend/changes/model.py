"""A plain model of changes: what each act should be answered, and what it should leave behind."""

from dataclasses import dataclass, field

from dashboard.control.changes import ChangeAct as Act
from dashboard.control.changes import State

OPEN = {State.DRAFT, State.PREVIEWED, State.SUBMITTED, State.APPROVED, State.SCHEDULED}
PROPOSERS = {"olu", "ann", "ben"}
DECIDERS = {"ann", "ben"}
READERS = PROPOSERS
OK, CREATED, FORBIDDEN, UNKNOWN, NOT_NOW = 200, 201, 403, 404, 409

BEGINS = {
    Act.EDIT: {*OPEN, State.REJECTED, State.EXPIRED},
    Act.PREVIEW: OPEN - {State.SCHEDULED},
    Act.SUBMIT: {State.PREVIEWED},
    Act.APPROVE: {State.SUBMITTED, State.APPROVED},
    Act.REJECT: {State.SUBMITTED, State.APPROVED, State.SCHEDULED},
    Act.WITHDRAW: {*OPEN, State.EXPIRED, State.STALE},
    Act.SCHEDULE: {State.APPROVED},
    Act.UNSCHEDULE: {State.SCHEDULED},
    Act.APPLY: {State.APPROVED},
    Act.STOP: {State.SCHEDULED, State.LIVE},
    Act.REVIEW: {State.ROLLED_BACK},
    Act.REBASE: {State.STALE},
    Act.ROLL_BACK: {State.LIVE},
}
"""Where each act of a person may begin."""
_DECIDING = {Act.APPROVE, Act.REJECT, Act.SCHEDULE, Act.UNSCHEDULE, Act.APPLY}


@dataclass(eq=False)
class Subject:
    """One thing that changes are about: what was in force, by revision; None for nothing."""

    live: int = 0
    texts: dict[int, int | None] = field(default_factory=lambda: {0: None})
    by: dict[int, "Change"] = field(default_factory=dict)

    @property
    def text(self) -> int | None:
        """What is in force."""
        return self.texts[self.live]

    def put(self, text: int | None, change: "Change") -> None:
        """Have something in force from now on."""
        self.live = max(self.texts) + 1
        self.texts[self.live] = text
        self.by[self.live] = change


@dataclass(eq=False)
class Change:
    """One change as it should be."""

    subject: Subject
    text: int
    editors: list[str]
    base: int
    state: State = State.DRAFT
    version: int = 1
    approvals: set[str] = field(default_factory=set)
    revision: int = 0
    stopped_by: str = ""
    is_reviewed: bool = False
    rolls_back: "Change | None" = None

    @property
    def is_in_force(self) -> bool:
        """Whether it is what is in force."""
        one = self.subject
        return self.state is State.LIVE and one.by.get(one.live) is self


@dataclass(eq=False)
class Model:
    """Every change of a run, by subject."""

    changes: list[Change] = field(default_factory=list)

    def create(self, person: str, subject: Subject, text: int) -> Change | None:
        """The new draft; None where it is refused."""
        if person not in PROPOSERS:
            return None
        return self._add(Change(subject, text, [person], subject.live))

    def judged(self, change: Change, act: Act, person: str, *, revision: int = 0) -> int:
        """What an act is answered."""
        if person not in READERS:
            return FORBIDDEN
        if change.state not in BEGINS[act]:
            return NOT_NOW
        if self._is_forbidden(change, act, person):
            return FORBIDDEN
        if self._is_not_now(change, act, person):
            return NOT_NOW
        if act is not Act.ROLL_BACK:
            return OK
        if change.subject.texts.get(revision) is None:
            return UNKNOWN
        return NOT_NOW if revision == change.subject.live else CREATED

    def done(
        self, change: Change, act: Act, person: str, *, text: int = 0, revision: int = 0
    ) -> Change:
        """The change after an act that was let through; for a roll back the new one."""
        change.version += 1
        if act is Act.ROLL_BACK:
            old = change.subject.texts[revision]
            assert old is not None
            new = Change(change.subject, old, [person], change.subject.live)
            new.rolls_back = change
            return self._add(new)
        _EFFECTS[act](self, change, person, text)
        return change

    def time_passes(self) -> None:
        """What was scheduled comes in force."""
        for change in self.changes:
            if change.state is State.SCHEDULED:
                change.version += 1
                self._apply(change, "", 0)

    def _add(self, change: Change) -> Change:
        self.changes.append(change)
        return change

    def _is_forbidden(self, change: Change, act: Act, person: str) -> bool:
        is_editor = person in change.editors
        if act in _DECIDING:
            return person not in DECIDERS or is_editor
        if act is Act.WITHDRAW:
            return not is_editor
        return act is Act.REVIEW and (is_editor or person == change.stopped_by)

    def _is_not_now(self, change: Change, act: Act, person: str) -> bool:
        subject = change.subject
        others = (each for each in self.changes if each.subject is subject and each is not change)
        return {
            Act.EDIT: change.base != subject.live,
            Act.APPROVE: person in change.approvals,
            Act.SCHEDULE: any(each.state is State.SCHEDULED for each in others),
            Act.STOP: change.state is State.LIVE and not change.is_in_force,
            Act.REVIEW: not change.stopped_by or change.is_reviewed,
            Act.ROLL_BACK: not any(
                text is not None for number, text in subject.texts.items()
                if number != subject.live
            ),
        }.get(act, False)  # fmt: skip

    def _edit(self, change: Change, person: str, text: int) -> None:
        change.text, change.state = text, State.DRAFT
        change.approvals.clear()
        change.editors = [*(each for each in change.editors if each != person), person]

    def _preview(self, change: Change, person: str, text: int) -> None:
        change.state = State.PREVIEWED if change.state is State.DRAFT else change.state

    def _submit(self, change: Change, person: str, text: int) -> None:
        change.state = State.SUBMITTED

    def _approve(self, change: Change, person: str, text: int) -> None:
        change.approvals.add(person)
        change.state = State.APPROVED

    def _end(self, change: Change, person: str, text: int) -> None:
        change.approvals.clear()
        change.state = State.REJECTED

    def _schedule(self, change: Change, person: str, text: int) -> None:
        change.state = State.SCHEDULED

    def _unschedule(self, change: Change, person: str, text: int) -> None:
        change.state = State.APPROVED

    def _apply(self, change: Change, person: str, text: int) -> None:
        change.subject.put(change.text, change)
        change.state = State.LIVE
        self._outdate_others(change)
        old = change.rolls_back
        if old is not None and old.state is State.LIVE:
            old.state, old.version = State.ROLLED_BACK, old.version + 1

    def _stop(self, change: Change, person: str, text: int) -> None:
        change.approvals.clear()
        if change.is_in_force:
            change.subject.put(change.subject.texts[change.base], change)
            change.state = State.ROLLED_BACK
            self._outdate_others(change)
        change.state, change.stopped_by = State.ROLLED_BACK, person

    def _review(self, change: Change, person: str, text: int) -> None:
        change.is_reviewed = True

    def _rebase(self, change: Change, person: str, text: int) -> None:
        live, base = change.subject.text, change.subject.texts[change.base]
        is_own = live is None or base is None or change.text != base
        self._edit(change, person, change.text if is_own or live is None else live)
        change.base = change.subject.live

    def _outdate_others(self, change: Change) -> None:
        for other in self.changes:
            is_of_it = other.subject is change.subject and other is not change
            if is_of_it and other.state in OPEN and other.base != change.subject.live:
                other.state, other.version = State.STALE, other.version + 1
                other.approvals.clear()


_EFFECTS = {
    Act.EDIT: Model._edit, Act.PREVIEW: Model._preview, Act.SUBMIT: Model._submit,
    Act.APPROVE: Model._approve, Act.REJECT: Model._end, Act.WITHDRAW: Model._end,
    Act.SCHEDULE: Model._schedule, Act.UNSCHEDULE: Model._unschedule, Act.APPLY: Model._apply,
    Act.STOP: Model._stop, Act.REVIEW: Model._review, Act.REBASE: Model._rebase,
}  # fmt: skip
