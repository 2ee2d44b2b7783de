"""What is in force: rolled back to the byte, stopped within seconds, told to the warehouse."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import monotonic

import pytest
import sqlalchemy as sa

from dashboard.access.roles import Role
from dashboard.backend.changes import force, revisions
from dashboard.backend.changes.outbox import outbox_state, publish_waiting
from dashboard.backend.plane import ControlPlane
from dashboard.commands.stop import stopped
from dashboard.control.changes import ChangeKind
from dashboard.control.client import ControlClient
from dashboard.slices import Scope
from dashboard.warehouse.opening import open_warehouse
from tests.backend.changes.acting import Person, a_freeze, applied, ok, people
from tests.conditions import comes_true

_THREE = {"olu": Role.OPERATOR, "ann": Role.APPROVER, "ben": Role.APPROVER}


def _random_freeze(chance: Random) -> dict:
    countries = sorted(chance.sample(["BR", "IN", "US", "FR", "DE"], chance.randrange(5)))
    return a_freeze(
        countries=countries, reason=f"reason {chance.random()}",
        kinds=chance.sample(["ranking", "geofence", "grants"], 2),
    )  # fmt: skip


def _restored(at: dict[str, Person], *, changes: int) -> int:
    """To how many of so many revisions a change was rolled back to the byte."""
    chance, olu, ann = Random(11), at["olu"], at["ann"]
    last = [applied(olu, ann, _random_freeze(chance)) for _ in range(changes)][-1]
    hashes = {}
    for one in ok(ann.get("/v1/revisions/freeze/autumn"))["revisions"]:
        hashes[one["revision"]] = one["content_hash"]
    same = 0
    for number in sorted(hashes, reverse=True)[1:]:
        new = ok(olu.do(last, "roll_back", revision=number, reason="back"))
        new = ok(olu.do(ok(olu.do(new, "preview")), "submit"))
        last = ok(ann.do(ok(ann.do(new, "approve")), "apply"))
        live = ok(ann.get("/v1/live/freeze/autumn"))
        same += live["content_hash"] == hashes[number] == last["content_hash"]
    return same


def test_rolling_back_restores_each_revision_to_the_byte(plane: ControlPlane) -> None:
    with people(plane, **_THREE) as at:
        same = _restored(at, changes=6)
    print(f"\nrolled back to 5 revisions: {same} with the same sha256")
    assert same == 5


@pytest.mark.drill
@pytest.mark.timeout(900)
def test_rolling_back_restores_each_of_many_revisions(plane: ControlPlane) -> None:
    with people(plane, **_THREE) as at:
        same = _restored(at, changes=100)
    print(f"\nrolled back to 99 revisions: {same} with the same sha256")
    assert same == 99


@pytest.mark.wide
def test_a_roll_back_that_alters_a_byte_turns_the_proof_red(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = revisions.content_at

    def altered(
        connection: sa.Connection, kind: ChangeKind, subject: str, *, revision: int
    ) -> str | None:
        text = kept(connection, kind, subject, revision=revision)
        return text and text.replace("reason 0", "reason 1")

    with people(plane, **_THREE) as at:
        monkeypatch.setattr(revisions, "content_at", altered)
        assert _restored(at, changes=3) < 2


def _stop_seconds(at: dict[str, Person], rounds: int) -> list[float]:
    """How long after each stop was sent a consumer saw it."""
    seconds = []
    for number in range(rounds):
        change = applied(at["olu"], at["ann"], a_freeze(f"f{number}"))
        begun, path = monotonic(), f"/v1/live/freeze/f{number}"
        ok(at["olu"].do(change, "stop", reason="at once"))
        comes_true(lambda path=path: ok(at["ann"].get(path))["content"] is None, within_seconds=5)
        seconds.append(monotonic() - begun)
    return seconds


def test_a_stop_is_seen_by_consumers_within_two_seconds(plane: ControlPlane) -> None:
    with people(plane, **_THREE) as at:
        seconds = _stop_seconds(at, rounds=5)
    print(f"\n5 stops seen by a consumer after at most {max(seconds):.3f} s")
    assert max(seconds) < 2


@pytest.mark.wide
def test_a_stop_that_ends_nothing_turns_the_proof_red(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(force, "end", lambda desk, doc: doc)
    with people(plane, **_THREE) as at, pytest.raises(AssertionError):
        _stop_seconds(at, rounds=1)


def test_a_stop_has_back_what_was_in_force_before(plane: ControlPlane) -> None:
    with people(plane, **_THREE) as at:
        first = applied(at["olu"], at["ann"], a_freeze())
        second = applied(at["olu"], at["ann"], a_freeze(countries=["US"]))
        draft = ok(at["olu"].create(a_freeze(countries=["IN"])))
        ok(at["olu"].do(second, "stop", reason="wrong country"))
        live = ok(at["ann"].get("/v1/live/freeze/autumn"))
        assert (live["revision"], live["content_hash"]) == (3, first["content_hash"])
        draft = ok(at["olu"].get(f"/v1/changes/{draft['id']}"))
        assert draft["state"] == "stale"
        assert [each["field"] for each in draft["moved"]] == ["countries"]
        rebased = ok(at["olu"].do(draft, "rebase"))
    assert (rebased["state"], rebased["base_revision"]) == ("draft", 3)
    assert rebased["content"]["countries"] == ["IN"]


def test_an_unchanged_answer_costs_a_consumer_nothing(plane: ControlPlane) -> None:
    with people(plane, **_THREE) as at:
        change = applied(at["olu"], at["ann"], a_freeze())
        first = at["ann"].get("/v1/live/freeze")
        known = {"if-none-match": first.headers["etag"]}
        assert at["ann"].get("/v1/live/freeze", **known).status_code == 304
        ok(at["olu"].do(change, "stop", reason="at once"))
        assert at["ann"].get("/v1/live/freeze", **known).status_code == 200


def test_the_command_stops_once_and_prints_what_is_in_force(plane: ControlPlane) -> None:
    with people(plane, **_THREE) as at:
        change = applied(at["olu"], at["ann"], a_freeze())
        wanted = {"purpose": "on call", "days": 30}
        token = ok(at["olu"].send("POST", "/v1/stop-tokens", wanted))["token"]
        nobody = ControlClient.at(str(at["olu"].http.base_url))
        on_call = nobody.of(lambda: token)
        said = stopped(on_call, change["id"], "the screen is down")
        again = stopped(on_call, change["id"], "the screen is down")
        only_stops = Person(at["olu"].http, token)
        assert only_stops.create(a_freeze("other")).status_code == 403
        nobody.close()
    assert "is stopped" in said
    assert "nothing is in force, since revision 2" in said
    assert "was stopped before" in again


def test_what_is_in_force_reaches_the_warehouse_exactly_once(
    demo_plane: ControlPlane, tiny_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "warehouse"
    shutil.copytree(tiny_warehouse, folder)
    plane = replace(demo_plane, warehouse_place=folder)
    with plane.database.writing() as connection:
        plane.clock.set(connection, datetime(2020, 6, 29, tzinfo=UTC), plane.wall())
    with people(plane, **_THREE) as at:
        change = applied(at["olu"], at["ann"], a_freeze(countries=["US"]))
        assert outbox_state(plane).waiting == 1
        with monkeypatch.context() as killed, pytest.raises(ZeroDivisionError):
            killed.setattr("dashboard.backend.changes.outbox.sa.update", lambda _: 1 / 0)
            publish_waiting(plane)
        assert outbox_state(plane).waiting == 1
        publish_waiting(plane)
        ok(at["olu"].do(change, "stop", reason="at once"))
        publish_waiting(plane)
    assert outbox_state(plane).waiting == 0
    scope = Scope(as_of=datetime(2099, 1, 1, tzinfo=UTC))
    rows = open_warehouse(folder).read(
        "incidents/applied_changes", scope,
        since=datetime(2000, 1, 1, tzinfo=UTC), until=datetime(2099, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert rows["change_id"].to_list() == [change["id"]]
    assert rows["content_hash"].to_list() == [change["content_hash"]]
    assert rows["countries"].to_list() == [["US"]]
    assert rows["ended_at"].null_count() == 0
