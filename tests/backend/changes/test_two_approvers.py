"""What touches more than ten million people, or nobody knows how many, takes two who know it."""

import pytest

from dashboard.backend.changes import deciding, force, gates, readiness
from dashboard.backend.identity.people import link, linked
from dashboard.backend.plane import ControlPlane
from dashboard.control.changes import ChangeAct
from tests.backend.changes.acting import Person, ok, people
from tests.backend.changes.story import ON_SQLITE, now_of
from tests.backend.changes.weighing import (
    MANY,
    THREE,
    a_weight,
    approved_by,
    submitted,
    weighing,
)
from tests.backend.people import token_of

LIMIT = 10_000_000


def _let_through(plane: ControlPlane, at: dict[str, Person]) -> list[str]:
    """Which ways around two approvers who type the number lead to where they must not."""
    ann, change, ways = at["ann"], submitted(at["olu"]), []
    for said, number in (("no number", None), ("another number", MANY - 1), ("zero", 0)):
        if ann.do(change, "approve", typed_people=number).status_code != 422:
            ways.append(said)
            change = submitted(at["olu"], a_weight(said.replace(" ", "-")))
    change = approved_by(change, ann)
    with plane.database.writing() as connection:
        link(connection, "ann", issuer="https://elsewhere.example", subject="ann-2")
        same = linked(connection, issuer="https://elsewhere.example", subject="ann-2") or ""
    again = {
        "the same person": ann,
        "a second token": Person(ann.http, token_of(plane, "ann")),
        "a linked account": Person(ann.http, token_of(plane, same)),
    }
    for said, person in again.items():
        if person.do(change, "approve", typed_people=MANY).status_code != 409:
            ways.append(said)
    change = now_of(ann, change)
    ways.extend(
        f"{act} after one approval" for act in ("apply", "schedule") if _did(ann, change, act)
    )
    return ways


def _did(person: Person, change: dict, act: str) -> bool:
    when = {"at": "2020-09-02T00:00:00Z"} if act == "schedule" else {}
    return person.do(change, act, **when).status_code != 409


def test_nothing_leads_around_two_people_who_type_the_number(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    with people(story, **THREE) as at:
        assert _let_through(story, at) == []
        change = approved_by(submitted(at["olu"], a_weight("other")), at["ann"])
        assert (change["state"], change["approvals_needed"]) == ("submitted", 2)
        change = approved_by(change, at["ben"])
        assert change["state"] == "approved"
        assert {each["person"] for each in change["approvals"]} == {"ann", "ben"}
        assert ok(at["ann"].do(change, "apply"))["state"] == "live"


@ON_SQLITE
def test_without_asking_for_the_number_the_proof_turns_red(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    monkeypatch.setattr(deciding, "_refuse_untyped", lambda *_: None)
    with people(story, **THREE) as at:
        assert _let_through(story, at) == ["no number", "another number", "zero"]


@ON_SQLITE
def test_without_counting_the_people_the_proof_turns_red(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    monkeypatch.setattr(gates, "MANY_PEOPLE", 2 * MANY)
    with people(story, **THREE) as at:
        assert "apply after one approval" in _let_through(story, at)


@ON_SQLITE
def test_without_knowing_who_approved_already_the_proof_turns_red(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    monkeypatch.setitem(readiness._READY, ChangeAct.APPROVE, lambda *_: None)
    with people(story, **THREE) as at:
        found = _let_through(story, at)
    assert found == ["the same person", "a second token", "a linked account"]


@ON_SQLITE
def test_the_limit_is_more_than_ten_million_and_unknown_counts_as_more(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = weighing(monkeypatch)
    wanted: list[tuple[int | None, int, int]] = [
        (LIMIT, 1, 200),
        (LIMIT + 1, 2, 422),
        (None, 2, 200),
    ]
    with people(story, **THREE) as at:
        for number, (touched, approvers, untyped) in enumerate(wanted):
            kind.people = touched
            change = submitted(at["olu"], a_weight(f"w{number}"))
            assert change["approvals_needed"] == approvers
            assert at["ann"].do(change, "approve").status_code == untyped
            change = now_of(at["ann"], change)
            assert (change["state"] == "approved") is (approvers == 1)


@ON_SQLITE
@pytest.mark.parametrize("is_guarded", [True, False])
def test_what_was_approved_for_another_revision_is_not_applied_even_if_nothing_made_it_stale(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch, is_guarded: bool
) -> None:
    weighing(monkeypatch, 1_000)
    monkeypatch.setattr(force, "outdate_others", lambda *_, **__: None)
    if not is_guarded:
        monkeypatch.setattr(gates, "refuse_moved_base", lambda *_: None)
    with people(story, **THREE) as at:
        late = approved_by(submitted(at["olu"], a_weight(percent=60)), at["ann"])
        first = approved_by(submitted(at["olu"], a_weight(percent=30)), at["ann"])
        ok(at["ann"].do(first, "apply"))
        assert at["ann"].do(late, "apply").status_code == (409 if is_guarded else 200)


@ON_SQLITE
@pytest.mark.parametrize(("grown_to", "is_known"), [(MANY * 11 // 10, True), (MANY * 2, False)])
def test_a_number_that_grew_by_more_than_a_tenth_is_typed_again(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch, grown_to: int, is_known: bool
) -> None:
    kind = weighing(monkeypatch)
    with people(story, **THREE) as at:
        change = approved_by(submitted(at["olu"]), at["ann"], at["ben"])
        kind.people = grown_to
        change = ok(at["olu"].do(change, "preview"))
        applied = at["ann"].do(change, "apply")
        assert applied.status_code == (200 if is_known else 409)
        if not is_known:
            assert "0 of 2" in applied.json()["detail"]
            change = approved_by(change, at["ann"], at["ben"])
            assert ok(at["ann"].do(change, "apply"))["state"] == "live"


@ON_SQLITE
def test_an_impact_that_grew_after_one_approval_takes_two_who_type_the_number(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = weighing(monkeypatch, 1_000)
    with people(story, **THREE) as at:
        change = approved_by(submitted(at["olu"]), at["ann"])
        assert (change["state"], change["approvals_needed"]) == ("approved", 1)
        kind.people = MANY
        change = ok(at["olu"].do(change, "preview"))
        refusal = at["ann"].do(change, "apply")
        assert (refusal.status_code, "0 of 2" in refusal.json()["detail"]) == (409, True)
        change = approved_by(change, at["ben"])
        assert at["ben"].do(change, "apply").status_code == 409
        assert at["ann"].do(change, "approve").status_code == 422
        change = approved_by(change, at["ann"])
        assert ok(at["ann"].do(change, "apply"))["state"] == "live"
