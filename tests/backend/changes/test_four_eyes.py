"""Nobody decides what they wrote, however they come in; every attempt is refused and audited."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dashboard.access.reader import WORLD
from dashboard.access.roles import Role
from dashboard.backend.changes import readiness
from dashboard.backend.identity.people import link, linked, set_grants
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT
from tests.backend.changes.acting import Person, a_freeze, approved, ok, people
from tests.backend.people import joined, token_of

WRITERS = ("writer", "last editor", "second token", "linked account", "service account")


def _refused(plane: ControlPlane) -> int:
    with plane.database.reading() as connection:
        query = sa.select(AUDIT.c.body).where(AUDIT.c.event == "change.approve")
        return sum('"result":"refused"' in body for body in connection.execute(query).scalars())


def _attempts(plane: ControlPlane, at: dict[str, Person]) -> dict[str, int]:
    """The status of an approval by each of those who must not give one."""
    ann, ben = at["ann"], at["ben"]
    change = ok(ann.create(a_freeze()))
    change = ok(ben.edit(change, a_freeze(reason="another reason")))
    change = ok(ben.do(ok(ben.do(change, "preview")), "submit"))
    with plane.database.writing() as connection:
        link(connection, "ann", issuer="https://elsewhere.example", subject="ann-2")
        same = linked(connection, issuer="https://elsewhere.example", subject="ann-2") or ""
    joined(plane, "bot", Role.APPROVER, is_service=True)
    by = {
        "writer": ann,
        "last editor": ben,
        "second token": Person(ann.http, token_of(plane, "ann")),
        "linked account": Person(ann.http, token_of(plane, same)),
        "service account": Person(ann.http, token_of(plane, "bot")),
    }
    return {name: person.do(change, "approve").status_code for name, person in by.items()}


def test_who_wrote_it_cannot_approve_it_however_they_come_in(plane: ControlPlane) -> None:
    with people(plane, ann=Role.APPROVER, ben=Role.APPROVER) as at:
        statuses = _attempts(plane, at)
    print(f"\nfour eyes: {statuses}, {_refused(plane)} refusals in the audit")
    assert statuses == dict.fromkeys(WRITERS, 403)
    assert _refused(plane) == len(WRITERS)


def test_without_the_guard_the_proof_of_four_eyes_turns_red(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "refuse_nobody", lambda *_: None)
    with people(plane, ann=Role.APPROVER, ben=Role.APPROVER) as at:
        statuses = _attempts(plane, at)
    assert statuses["writer"] == 200


@pytest.mark.parametrize("act", ["apply", "schedule"])
def test_a_role_removed_after_approving_voids_the_approval(plane: ControlPlane, act: str) -> None:
    three = {"olu": Role.OPERATOR, "ann": Role.APPROVER, "ben": Role.APPROVER}
    with people(plane, **three) as at:
        change = approved(at["olu"], at["ann"], a_freeze())
        with plane.database.writing() as connection:
            set_grants(connection, "ann", roles=[Role.REVIEWER], reach=WORLD)
        when = {"at": "2099-01-01T00:00:00Z"} if act == "schedule" else {}
        refusal = at["ben"].do(change, act, **when)
        assert refusal.status_code == 409
        assert "0 of 1 approvals count" in refusal.json()["detail"]
        change = ok(at["ben"].do(change, "approve"))
        ann_again = Person(at["ann"].http, at["ann"].token)
        assert ann_again.do(change, act, **when).status_code == 403


def test_an_edit_voids_what_was_approved(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR, ann=Role.APPROVER) as at:
        change = approved(at["olu"], at["ann"], a_freeze())
        change = ok(at["olu"].edit(change, a_freeze(kinds=["ranking", "geofence"])))
        assert change["state"] == "draft"
        assert [each["void_because"] for each in change["approvals"]] == ["It was edited."]
        assert at["ann"].do(change, "apply").status_code == 409


def test_nobody_decides_their_own_roles(plane: ControlPlane) -> None:
    with people(plane, ada=Role.ADMINISTRATOR, bob=Role.ADMINISTRATOR) as at:
        content = {"person": "bob", "roles": ["administrator", "approver"], "reach": None}
        change = ok(at["ada"].create(content, kind="grants"))
        change = ok(at["ada"].do(ok(at["ada"].do(change, "preview")), "submit"))
        refusal = at["bob"].do(change, "approve")
    assert (refusal.status_code, "about you" in refusal.json()["detail"]) == (403, True)


def test_approving_needs_a_sign_in_of_the_last_minutes_and_stopping_does_not(
    plane: ControlPlane,
) -> None:
    with people(plane, olu=Role.OPERATOR, ann=Role.APPROVER) as at:
        change = ok(at["olu"].create(a_freeze()))
        change = ok(at["olu"].do(ok(at["olu"].do(change, "preview")), "submit"))
        earlier = plane.wall() - timedelta(minutes=11)
        old = Person(at["ann"].http, token_of(plane, "ann", signed_in_at=earlier))
        refusal = old.do(change, "approve")
        assert (refusal.status_code, refusal.json()["type"]) == (403, "sign-in-too-old")
        change = ok(at["ann"].do(change, "approve"))
        assert old.do(change, "apply").status_code == 403
        change = ok(at["ann"].do(change, "apply"))
        assert ok(old.do(change, "stop", reason="on call"))["state"] == "rolled_back"
