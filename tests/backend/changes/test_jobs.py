"""What an order asks to be done to data is opened once, and done once there is evidence."""

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from dashboard.access.reader import Reach
from dashboard.access.roles import Role
from dashboard.backend.changes import jobs, orders
from dashboard.backend.identity.people import set_grants
from dashboard.backend.plane import ControlPlane
from tests.backend.changes.acting import Person, ok, people
from tests.backend.changes.fences import THREE, a_fence, approved_by, in_force, submitted
from tests.geofence.ruling import basis

WITH_EXECUTIVE = {**THREE, "exe": Role.EXECUTIVE, "aud": Role.AUDITOR}
PROOF = {"document": "deletion log", "sha256": "a" * 64}


def _order(who: Person, rule: str = "in-69a") -> dict:
    found = ok(who.get("/v1/geofence"))["orders"]
    return next(each for each in found if each["rule"]["id"] == rule)


def _job(who: Person, kind: str = "delete") -> dict:
    return next(job for job in _order(who)["jobs"] if job["kind"] == kind)


def _act(who: Person, job: dict, act: str, body: dict, *, key: str = "") -> httpx.Response:
    path = f"/v1/geofence/jobs/{job['id']}/{act}"
    return who.send("POST", path, body, if_match=f'"{job["version"]}"', key=key)


def _opened_twice(at: dict[str, Person]) -> list[str]:
    """The duties for which an order has more than one job, after its rule came in force again."""
    in_force(at, a_fence())
    in_force(at, a_fence(action="read_only"))
    duties = [job["what"] for job in _order(at["ann"])["jobs"]]
    assert duties
    return sorted({duty for duty in duties if duties.count(duty) > 1})


def test_the_jobs_an_order_asks_for_are_opened_once_and_lifting_leaves_them(
    plane: ControlPlane,
) -> None:
    with people(plane, **THREE) as at:
        assert _opened_twice(at) == []
        order = _order(at["ann"])
        lifted = submitted(at["olu"], a_fence(action="read_only", is_lifted=True))
        ok(at["ann"].do(approved_by(lifted, at["ann"], at["ben"]), "apply"))
        after = _order(at["ann"])
    assert [job["kind"] for job in order["jobs"]].count("delete") == 1
    assert (order["open_jobs"], order["overdue_jobs"]) == (5, 5)
    assert {job["owner_name"] for job in order["jobs"]} == {"Olu"}
    assert [each["is_done"] for each in order["checklist"]] == [True] + [False] * 5
    assert (after["standing"], after["jobs"]) == ("ended", order["jobs"])


def test_another_order_for_the_same_rule_asks_for_jobs_of_its_own(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        in_force(at, a_fence(basis=basis(order_number="a second order")))
        order = _order(at["ann"])
    assert len(order["jobs"]) == 10
    assert len({job["id"] for job in order["jobs"]}) == 10


def test_jobs_that_were_opened_twice_are_seen(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_is_opened", lambda *_: False)
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        change = submitted(at["olu"], a_fence(action="read_only"))
        change = approved_by(change, at["ann"], at["ben"])
        # The database itself holds a duty to one job.
        assert at["ann"].do(change, "apply").status_code >= 500


def test_a_job_is_done_by_evidence_and_the_audit_tells_it(plane: ControlPlane) -> None:
    with people(plane, **WITH_EXECUTIVE) as at:
        in_force(at, a_fence())
        job = _job(at["ann"])
        done = ok(_act(at["ben"], job, "evidence", PROOF))
        assert (done["state"], done["version"]) == ("done", 2)
        assert done["evidence"][0] == {**PROOF, "by": "Ben", "at": done["done_at"]}
        order = _order(at["ann"])
        assert (order["open_jobs"], order["overdue_jobs"]) == (4, 4)
        assert [each["kind"] for each in order["checklist"] if each["is_done"]] == ["", "delete"]
        assert _act(at["ben"], done, "drop", {"reason": "no"}).status_code == 409
        rows = ok(at["aud"].get(f"/v1/audit?target={job['id']}"))["rows"]
    assert [row["event"] for row in rows[-2:]] == ["geofence_job.evidence", "geofence_job.open"]
    assert rows[0]["result"] == "refused"


def test_a_job_without_evidence_is_never_done(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        job = _job(at["ann"])
        for empty in ({}, {"document": "log"}, {**PROOF, "sha256": "no digest"}):
            assert _act(at["ben"], job, "evidence", empty).status_code == 422
        monkeypatch.setattr(jobs, "_row", _without_evidence(jobs._row))
        assert _act(at["ben"], job, "evidence", PROOF).status_code == 200
        # A row that says done without evidence is read by nobody as done.
        assert at["ann"].get("/v1/geofence").status_code == 500


def _without_evidence(row: Callable[[jobs.Kept], dict]) -> Callable[[jobs.Kept], dict]:
    return lambda kept: {**row(kept), "evidence": "[]"}


def test_a_job_is_handed_on_to_somebody_who_may_work_on_it(plane: ControlPlane) -> None:
    with people(plane, **WITH_EXECUTIVE) as at:
        in_force(at, a_fence())
        job, me = _job(at["ann"]), ok(at["ben"].get("/v1/me"))["person"]
        executive = ok(at["exe"].get("/v1/me"))["person"]
        for wrong in ("nobody", executive):
            answer = _act(at["ann"], job, "assign", {"owner": wrong})
            assert (answer.status_code, answer.json()["field"]) == (422, "owner")
        assert ok(_act(at["ann"], job, "assign", {"owner": me}))["owner_name"] == "Ben"


def test_a_job_is_dropped_with_a_reason_and_then_nothing_more_is_done(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        job = _job(at["ann"])
        assert _act(at["ann"], job, "drop", {"reason": ""}).status_code == 422
        dropped = ok(_act(at["ann"], job, "drop", {"reason": "the order was narrowed"}))
        assert (dropped["state"], dropped["drop_reason"]) == ("dropped", "the order was narrowed")
        assert _act(at["ben"], dropped, "evidence", PROOF).status_code == 409
        assert _order(at["ann"])["open_jobs"] == 4


def test_an_act_on_a_job_is_done_once_and_on_what_was_seen(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        job, key = _job(at["ann"]), str(uuid4())
        first = _act(at["ben"], job, "evidence", PROOF, key=key)
        again = _act(at["ben"], job, "evidence", PROOF, key=key)
        assert (ok(first), again.headers["idempotency-replayed"]) == (ok(again), "true")
        assert _act(at["ben"], job, "evidence", PROOF).status_code == 412
        path = f"/v1/geofence/jobs/{job['id']}/evidence"
        assert at["ben"].send("POST", path, PROOF).status_code == 428
        assert _act(at["ben"], {"id": "none", "version": 1}, "evidence", PROOF).status_code == 404


def test_a_job_beyond_somebody_s_reach_is_neither_told_nor_worked_on(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        job, ben = _job(at["ann"]), ok(at["ben"].get("/v1/me"))["person"]
        with plane.database.writing() as connection:
            here = Reach(frozenset({"BR"}))
            set_grants(connection, ben, roles=[Role.APPROVER], reach=here)
        assert ok(at["ben"].get("/v1/geofence"))["orders"] == []
        assert _act(at["ben"], job, "evidence", PROOF).status_code == 403
        assert _act(at["ann"], job, "assign", {"owner": ben}).status_code == 422


def _names_told(at: dict[str, Person]) -> set[str]:
    in_force(at, a_fence())
    ok(_act(at["ben"], _job(at["ann"]), "evidence", PROOF))
    ok(_act(at["ben"], _job(at["ann"], "isolate"), "drop", {"reason": "ben says so"}))
    answer = at["exe"].get("/v1/geofence")
    assert "done" in {job["state"] for job in _order(at["exe"])["jobs"]}
    assert answer.status_code == 200
    return {word for word in ("olu", "ben", "legal desk") if word in answer.text.lower()}


def test_an_executive_reads_no_name_and_no_contact(plane: ControlPlane) -> None:
    with people(plane, **WITH_EXECUTIVE) as at:
        assert _names_told(at) == set()


def test_names_that_are_told_to_an_executive_are_seen(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_namer", lambda names, asked: names.get)
    with people(plane, **WITH_EXECUTIVE) as at:
        assert _names_told(at) == {"olu", "ben"}
