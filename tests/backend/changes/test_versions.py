"""Of many who act on one version one wins, and an act that is sent again is done once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from uuid import uuid4

import pytest

from dashboard.access.roles import Role
from dashboard.backend import once
from dashboard.backend.changes import engine
from dashboard.backend.plane import ControlPlane
from tests.backend.changes.acting import Person, a_freeze, ok, people
from tests.backend.changes.cutting import cutting


def _rounds(olu: Person, *, editors: int, rounds: int) -> list[tuple[int, int]]:
    """How many of the editors of one version were let through and refused, in each round."""
    change = ok(olu.create(a_freeze()))
    counts = []
    with ThreadPoolExecutor(editors) as pool:
        for number in range(rounds):
            said = [a_freeze(reason=f"round {number}, editor {each}") for each in range(editors)]
            answers = list(pool.map(olu.edit, repeat(change), said))
            statuses = [answer.status_code for answer in answers]
            counts.append((statuses.count(200), statuses.count(412)))
            change = ok(olu.get(f"/v1/changes/{change['id']}"))
    assert change["version"] == 1 + sum(done for done, _ in counts)
    return counts


def test_of_ten_editors_of_one_version_one_wins(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR) as at:
        counts = _rounds(at["olu"], editors=10, rounds=4)
    print(f"\n10 editors x 4 rounds: {counts}")
    assert counts == [(1, 9)] * 4


@pytest.mark.drill
@pytest.mark.timeout(900)
def test_of_fifty_editors_of_one_version_one_wins_always(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR) as at:
        counts = _rounds(at["olu"], editors=50, rounds=40)
    print(f"\n50 editors x 40 rounds: {set(counts)}")
    assert counts == [(1, 49)] * 40


def test_without_the_guard_of_versions_the_proof_turns_red(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_refuse_other_version", lambda *_: None)
    with people(plane, olu=Role.OPERATOR) as at:
        assert _rounds(at["olu"], editors=3, rounds=1) == [(3, 0)]


def test_an_act_says_which_version_it_was_decided_on(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR) as at:
        change = ok(at["olu"].create(a_freeze()))
        path = f"/v1/changes/{change['id']}/preview"
        missing = at["olu"].send("POST", path, {})
        assert (missing.status_code, missing.json()["type"]) == (428, "version-missing")
        ok(at["olu"].do(change, "preview"))
        moved = at["olu"].do(change, "preview")
    assert moved.status_code == 412
    assert "Olu made version 2" in moved.json()["detail"]


def _through_cuts(plane: ControlPlane, olu: Person, *, acts: int) -> tuple[int, int]:
    """By how many versions so many acts moved a change, and how many answers were cut off."""
    change = ok(olu.create(a_freeze()))
    first = change["version"]
    with (
        cutting(str(olu.http.base_url), share=0.3) as proxy,
        Person.at(proxy.address, olu.token) as cut_off,
    ):
        path = f"/v1/changes/{change['id']}"
        for number in range(acts):
            said = a_freeze(reason=f"act {number}")
            body = {"title": "A change", "reason": "again", "content": said}
            change = ok(cut_off.until_answered("PUT", path, body, change["version"]))
    return ok(olu.get(f"/v1/changes/{change['id']}"))["version"] - first, proxy.cut


def test_acts_whose_answers_are_cut_off_are_done_exactly_once(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR) as at:
        moved, cuts = _through_cuts(plane, at["olu"], acts=60)
    print(f"\n60 acts, {cuts} answers cut off: {moved} versions")
    assert moved == 60
    assert cuts >= 6


@pytest.mark.drill
@pytest.mark.timeout(900)
def test_five_hundred_acts_whose_answers_are_cut_off_are_done_once(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR) as at:
        moved, cuts = _through_cuts(plane, at["olu"], acts=500)
    print(f"\n500 acts, {cuts} answers cut off: {moved} versions")
    assert moved == 500


def test_without_kept_answers_the_proof_of_once_turns_red(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once, "_kept", lambda *_: None)
    monkeypatch.setattr(once, "_keep", lambda *_: None)
    with people(plane, olu=Role.OPERATOR) as at, pytest.raises(AssertionError):
        _through_cuts(plane, at["olu"], acts=40)


def test_a_key_names_one_act_and_gives_its_answer_again(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR, ann=Role.APPROVER) as at:
        key, olu = str(uuid4()), at["olu"]
        change = ok(olu.create(a_freeze()))
        first = olu.do(change, "preview", key=key)
        again = olu.do(change, "preview", key=key)
        assert again.content == first.content
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["etag"] == first.headers["etag"] == '"2"'
        assert "idempotency-replayed" not in first.headers
        other = olu.do(change, "preview", key=key, reason="another")
        assert (other.status_code, other.json()["type"]) == (422, "key-used")
        assert at["ann"].do(change, "preview", key=key).status_code == 412
        no_key = olu.http.post("/v1/changes", json={}, headers={
            "authorization": f"Bearer {olu.token}"})  # fmt: skip
    assert (no_key.status_code, no_key.json()["type"]) == (400, "key-missing")


def test_the_same_key_sent_twice_at_once_is_done_once(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR) as at, ThreadPoolExecutor(8) as pool:
        body = {"kind": "freeze", "title": "One", "reason": "once", "content": a_freeze()}
        key = str(uuid4())
        answers = list(pool.map(
            lambda _: at["olu"].send("POST", "/v1/changes", body, key=key), range(8)
        ))  # fmt: skip
        rows = ok(at["olu"].get("/v1/changes"))["rows"]
    assert {answer.json()["id"] for answer in answers} == {rows[0]["id"]}
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 7
