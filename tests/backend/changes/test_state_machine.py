"""Whatever people do to changes, in whatever order, the control plane answers as a plain model."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import ClassVar, NamedTuple
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dashboard.access.roles import Role
from dashboard.backend.changes import engine, force, rights, writing
from dashboard.backend.plane import ControlPlane
from dashboard.control.changes import ChangeAct as Act
from dashboard.control.changes import State
from tests.backend.changes.acting import Person, ok, people
from tests.backend.changes.model import BEGINS, Change, Model, Subject
from tests.backend.changes.story import ON_SQLITE, moved, settled
from tests.backend.changes.weighing import a_weight, weighing

FOUR = {
    "olu": Role.OPERATOR, "ann": Role.APPROVER, "ben": Role.APPROVER, "rae": Role.REVIEWER,
}  # fmt: skip
ACTS = [act for act in Act if act not in {
    Act.CREATE, Act.TIGHTEN, Act.ADVANCE, Act.PAUSE, Act.RESUME, Act.EXPIRE, Act.OUTDATE,
    Act.SUSPEND,
}]  # fmt: skip
"""What people do to a change that has no ramp."""
WHO, TEXTS = st.sampled_from([*FOUR, "ann", "ben", "olu"]), st.integers(0, 5)
MOST_CHANGES = 4
WRONG_VERSION, NO_VERSION, OTHER_BODY = 412, 428, 422


_ONWARD = {
    State.DRAFT: Act.PREVIEW, State.PREVIEWED: Act.SUBMIT, State.SUBMITTED: Act.APPROVE,
    State.APPROVED: Act.APPLY, State.STALE: Act.REBASE, State.REJECTED: Act.EDIT,
    State.LIVE: Act.STOP, State.ROLLED_BACK: Act.REVIEW, State.SCHEDULED: Act.UNSCHEDULE,
}  # fmt: skip
_TURNS: list[dict[State, Act]] = [
    {}, {State.APPROVED: Act.SCHEDULE}, {State.LIVE: Act.ROLL_BACK},
]  # fmt: skip
"""Other ways on."""


class _Sent(NamedTuple):
    """With which headers an act goes over the wire."""

    if_match: str
    key: str = ""


class _Said(NamedTuple):
    """What is said with an act; each act reads what it needs."""

    text: int = 0
    revision: int = 0


class Desk(RuleBasedStateMachine):
    """Two subjects of one control plane, which other runs know nothing of."""

    plane: ClassVar[ControlPlane]
    at: ClassVar[dict[str, Person]]
    counts: ClassVar[Counter[str]]
    changes = Bundle("changes")

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.names = [f"w-{uuid4().hex[:12]}" for _ in range(2)]
        self.subjects = [Subject(), Subject()]
        self.ids: dict[int, str] = {}

    @precondition(lambda self: len(self.model.changes) < MOST_CHANGES)
    @rule(target=changes, person=WHO, which=st.integers(0, 1), text=TEXTS)
    def create(self, person: str, which: int, text: int) -> object:
        expected = self.model.create(person, self.subjects[which], text)
        content = a_weight(self.names[which], text)
        answer = self.at[person].create(content, kind="ranking")
        self._count(Act.CREATE, answer.status_code)
        assert answer.status_code == (403 if expected is None else 201), answer.text
        if expected is None:
            return multiple()
        self._know(expected, answer.json())
        return expected

    @rule(
        target=changes, change=changes, act=st.sampled_from(ACTS), person=WHO, text=TEXTS,
        revision=st.integers(0, 4),
    )  # fmt: skip
    def act(self, change: Change, act: Act, person: str, text: int, revision: int) -> object:
        return self._act(change, act, person, text=text, revision=revision)

    @rule(
        target=changes, change=changes, number=st.integers(0, 50), person=WHO, text=TEXTS,
        revision=st.integers(0, 4),
    )  # fmt: skip
    def act_that_its_state_knows(
        self, change: Change, number: int, person: str, text: int, revision: int
    ) -> object:
        known = [act for act in ACTS if change.state in BEGINS[act]]
        return self._act(change, known[number % len(known)], person, text=text, revision=revision)

    @rule(
        target=changes, change=changes, person=st.sampled_from(["ann", "ben"]), text=TEXTS,
        steps=st.integers(1, 6), turn=st.sampled_from(_TURNS),
    )  # fmt: skip
    def go_on(
        self, change: Change, person: str, text: int, steps: int, turn: dict[State, Act]
    ) -> object:
        """What brings it on from where it is, so that runs go far; gives what it rolled back to."""
        onward, found = _ONWARD | turn, []
        for _ in range(steps):
            act, earlier = onward[change.state], self._earlier(change.subject)
            after = self._act(change, act, person, text=text, revision=earlier)
            found += [after] if isinstance(after, Change) else []
        return multiple(*found)

    def _earlier(self, subject: Subject) -> int:
        """The last revision of something that is not in force; 0 without one."""
        texts = subject.texts.items()
        return max((n for n, text in texts if text is not None and n != subject.live), default=0)

    @rule(change=changes, act=st.sampled_from(ACTS), person=st.sampled_from(["ann", "olu"]))
    def act_on_another_version(self, change: Change, act: Act, person: str) -> None:
        for version, expected in (("", NO_VERSION), (f'"{change.version + 7}"', WRONG_VERSION)):
            answer = self._send(change, act, person, _Sent(version))
            self._count(act, answer.status_code)
            assert answer.status_code == expected, answer.text

    @rule(change=changes, person=WHO)
    def preview_twice_with_one_key(self, change: Change, person: str) -> None:
        key, version = str(uuid4()), f'"{change.version}"'
        expected = self.model.judged(change, Act.PREVIEW, person)
        first = self._send(change, Act.PREVIEW, person, _Sent(version, key))
        assert first.status_code == expected
        if expected != 200:
            return
        self._know(self.model.done(change, Act.PREVIEW, person), first.json())
        again = self._send(change, Act.PREVIEW, person, _Sent(version, key))
        assert (again.status_code, again.json()) == (first.status_code, first.json())
        other = self._send(change, Act.WITHDRAW, person, _Sent(version, key))
        assert other.status_code == OTHER_BODY

    @precondition(lambda self: any(c.state is State.SCHEDULED for c in self.model.changes))
    @rule()
    def half_an_hour_passes(self) -> None:
        moved(self.plane, minutes=30)
        settled(self.plane)
        self.model.time_passes()
        self._count(Act.APPLY, 0)

    @invariant()
    def is_as_the_model_says(self) -> None:
        for change in self.model.changes:
            found = ok(self.at["ann"].get(f"/v1/changes/{self.ids[id(change)]}"))
            counting = {each["person"] for each in found["approvals"] if not each["void_because"]}
            told = (found["state"], found["version"], found["content"]["percent"],
                    found["base_revision"], found["is_in_force"], counting)  # fmt: skip
            assert told == (change.state.value, change.version, change.text, change.base,
                            change.is_in_force, change.approvals)  # fmt: skip
        for name, subject in zip(self.names, self.subjects, strict=True):
            if subject.live:
                live = ok(self.at["ann"].get(f"/v1/live/ranking/{name}"))
                text = live["content"] and live["content"]["percent"]
                assert (live["revision"], text) == (subject.live, subject.text)

    def _act(self, change: Change, act: Act, person: str, *, text: int, revision: int) -> object:
        expected = self.model.judged(change, act, person, revision=revision)
        version = f'"{change.version}"'
        answer = self._send(change, act, person, _Sent(version), _Said(text, revision))
        self._count(act, answer.status_code)
        assert answer.status_code == expected, f"{person} {act}: {answer.text}"
        if expected not in {200, 201}:
            return multiple()
        after = self.model.done(change, act, person, text=text, revision=revision)
        self._know(after, answer.json())
        return after if after is not change else multiple()

    def _send(
        self, change: Change, act: Act, person: str, sent: "_Sent", said: "_Said | None" = None
    ) -> httpx.Response:
        said = said or _Said()
        path, who = f"/v1/changes/{self.ids[id(change)]}", self.at[person]
        asked = {"if_match": sent.if_match, "key": sent.key}
        body: dict[str, object] = {"reason": "for a test"}
        if act is Act.EDIT:
            name = self.names[self.subjects.index(change.subject)]
            body |= {"title": "A change", "content": a_weight(name, said.text)}
            return who.send("PUT", path, body, **asked)
        if act is Act.ROLL_BACK:
            body["revision"] = said.revision
        if act is Act.SCHEDULE:
            body["at"] = (self.plane.now().now + timedelta(minutes=20)).isoformat()
        return who.send("POST", f"{path}/{act.value}", body, **asked)

    def _know(self, change: Change, told: dict) -> None:
        self.ids[id(change)] = told["id"]

    def _count(self, act: Act, status: int) -> None:
        self.counts[f"{act.value} {status}"] += 1


@contextmanager
def _desks(plane: ControlPlane) -> Iterator[type[Desk]]:
    """A control plane in the story for machines to work at, and what they counted there."""
    with pytest.MonkeyPatch.context() as patch, people(plane, **FOUR) as at:
        weighing(patch, people=5)
        yield type("DeskHere", (Desk,), {"plane": plane, "at": at, "counts": Counter()})


def _run(plane: ControlPlane, *, examples: int, steps: int) -> Counter[str]:
    """What was answered to each act while the machine ran; fails where the model disagrees."""
    with _desks(plane) as machine:
        run_state_machine_as_test(machine, settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        ))  # fmt: skip
        print(f"\n{sum(machine.counts.values())} acts: {dict(sorted(machine.counts.items()))}")
        return machine.counts


@ON_SQLITE
def test_a_few_desks_do_what_the_model_says(story: ControlPlane) -> None:
    counts = _run(story, examples=10, steps=20)
    assert {"submit 200", "approve 200", "apply 200", "stop 200"} <= set(counts)
    assert any(each.endswith(f" {WRONG_VERSION}") for each in counts)


@pytest.mark.drill
@pytest.mark.timeout(3_600)
def test_many_desks_do_what_the_model_says(story: ControlPlane) -> None:
    counts = _run(story, examples=200, steps=30)
    wanted = {f"{act.value} {201 if act is Act.ROLL_BACK else 200}" for act in ACTS}
    assert wanted <= set(counts)


def _scripted(plane: ControlPlane) -> None:
    """A sequence of acts that meets each guard, held against the model like any other."""
    with _desks(plane) as machine:
        desk = machine()
        desk.begin()
        first, other = (desk.create("olu", 0, text) for text in (1, 2))
        assert isinstance(first, Change) and isinstance(other, Change)
        for act, person in (
            (Act.PREVIEW, "olu"), (Act.SUBMIT, "olu"), (Act.APPROVE, "olu"), (Act.APPROVE, "ben"),
            (Act.EDIT, "ann"), (Act.PREVIEW, "ann"), (Act.SUBMIT, "ann"), (Act.APPROVE, "ann"),
            (Act.APPROVE, "ben"), (Act.APPLY, "ben"),
        ):  # fmt: skip
            # The same words again: nothing but the edit itself voids what was approved of them.
            desk._act(first, act, person, text=first.text, revision=0)
            desk.is_as_the_model_says()
        desk._act(other, Act.PREVIEW, "olu", text=0, revision=0)
        desk.act_on_another_version(other, Act.REBASE, "olu")
        desk.is_as_the_model_says()


@ON_SQLITE
def test_a_sequence_that_meets_each_guard_does_what_the_model_says(story: ControlPlane) -> None:
    _scripted(story)


@ON_SQLITE
@pytest.mark.parametrize(
    ("module", "guard"),
    [
        (writing, "void_approvals"), (rights, "refuse_same_person"), (force, "outdate_others"),
        (engine, "_refuse_other_version"),
    ],
    ids=["an edit leaves approvals", "one's own approval", "a moved base", "another version"],
)  # fmt: skip
def test_each_guard_left_out_turns_the_machine_red(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch, module: object, guard: str
) -> None:
    monkeypatch.setattr(module, guard, lambda *_, **__: None)
    with pytest.raises(AssertionError):
        _scripted(story)
