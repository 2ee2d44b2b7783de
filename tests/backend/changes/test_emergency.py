"""Tightening in an emergency: one person at once, never more open than before, never unnoticed."""

import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from dashboard.access.roles import Role
from dashboard.backend.changes import emergency, engine
from dashboard.backend.changes.calls import make_calls
from dashboard.backend.changes.clockwork import settle_due
from dashboard.backend.changes.geofence import GeofenceKind
from dashboard.backend.ofrep.in_force import definitions_in_force
from dashboard.backend.plane import ControlPlane
from dashboard.geofence.answers import Definitions
from tests.backend.changes.acting import Person, a_freeze, applied, ok, people
from tests.backend.changes.fences import THREE, a_fence, in_force
from tests.backend.changes.pager import paging
from tests.geofence.ruling import basis

_EDGE = sys.modules["openfeature.contrib.tools.flagd.core.targeting.targeting"]
BEGINS = datetime(2020, 6, 29, 21, 0, tzinfo=UTC)
OWN = basis(kind="own_decision")
MINUTE = timedelta(minutes=1)
WHY = {"reason": "a film of an attack spreads", "reference": "INC-7"}


def _at(plane: ControlPlane, since: timedelta) -> None:
    """Set the platform's clock to so long after the rules begin."""
    with plane.database.writing() as connection:
        plane.clock.set(connection, BEGINS + since, plane.wall())


def _edge(plane: ControlPlane, since: timedelta, country: str = "IN") -> str:
    """What an edge answers at so long after, from definitions that it was given at the start."""
    held = definitions_in_force(plane).definitions
    wall = plane.wall() + since
    return _answer(held, wall, country)


def _answer(held: bytes, wall: datetime, country: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_EDGE, "time", SimpleNamespace(time=wall.timestamp))
        found = Definitions.read(held).answer("geofence.app", "somebody", country)
    assert found is not None
    return str(found.value["action"])


def _fence(**changed: object) -> dict:
    window = {"since": BEGINS.replace(tzinfo=None).isoformat(), "zone": "UTC"}
    return a_fence(**{"window": window, **changed})


def _tightened(olu: Person, content: dict) -> dict:
    return ok(olu.do(ok(olu.create(content, kind="geofence")), "tighten", **WHY))


def _approved(change: dict, *approvers: Person) -> dict:
    for each in approvers:
        touched = change["preview"]["impact"]["people"]
        change = ok(each.do(change, "approve", typed_people=touched))
    return change


def test_with_an_order_it_stays_and_approvers_are_called_until_they_decide(
    demo_plane: ControlPlane,
) -> None:
    with paging() as pager, people(demo_plane, **THREE) as at:
        plane = replace(demo_plane, approvers_url=pager.address)
        _at(plane, timedelta())
        change = _tightened(at["olu"], _fence())
        assert (change["state"], change["is_in_force"]) == ("live", True)
        assert change["emergency"]["approved_at"] is change["emergency"]["ends_at"] is None
        for minute in (0, 14, 15, 29, 31, 44, 59):
            _at(plane, minute * MINUTE)
            make_calls(plane)
        assert pager.minutes == [0, 15, 30, 45]
        assert {"ann", "ben"} <= set(pager.calls[0]["approvers"])
        assert "olu" not in pager.calls[0]["approvers"]
        assert pager.proves(plane.approvers_key)
        _at(plane, 3 * 60 * MINUTE)
        settle_due(plane)
        change = ok(at["ann"].get(f"/v1/changes/{change['id']}"))
        assert (change["state"], change["is_in_force"]) == ("live", True)
        change = _approved(change, at["ann"])
        assert change["emergency"]["approved_at"] is None, "two are needed"
        change = _approved(change, at["ben"])
        assert change["emergency"]["approved_at"] is not None
        assert make_calls(plane) == 0
    assert pager.minutes == [0, 15, 30, 45]


def test_without_an_order_it_ends_at_the_edge_after_sixty_minutes_by_itself(
    demo_plane: ControlPlane,
) -> None:
    plane = demo_plane
    with people(plane, **THREE) as at:
        _at(plane, timedelta())
        change = _tightened(at["olu"], _fence(basis=OWN))
        assert _edge(plane, 59 * MINUTE) == "block_all"
        assert _edge(plane, 61 * MINUTE) == "allow"
        _at(plane, 61 * MINUTE)
        live = ok(at["ann"].get("/v1/live/geofence/in-69a"))
        assert (live["content"], live["revision"]) == (None, 0), "nothing was settled yet"
        assert at["ann"].do(change, "approve", typed_people=0).status_code == 412
        assert settle_due(plane) == 1
        change = ok(at["ann"].get(f"/v1/changes/{change['id']}"))
        assert (change["state"], change["is_in_force"]) == ("rolled_back", False)
        assert "nobody approved it" in change["trouble"]
        assert ok(at["ann"].get("/v1/live/geofence/in-69a"))["content"] is None
        assert settle_due(plane) == 0


def test_when_one_emergency_follows_another_and_both_end_nothing_of_either_stays(
    demo_plane: ControlPlane,
) -> None:
    plane = demo_plane
    with people(plane, **THREE) as at:
        _at(plane, timedelta())
        _tightened(at["olu"], _fence(action="block_upload", basis=OWN))
        _at(plane, 30 * MINUTE)
        _tightened(at["olu"], _fence(basis=OWN))
        assert _edge(plane, timedelta()) == "block_all"
        assert _edge(plane, 61 * MINUTE) == "allow", "by itself, at an edge that hears no more"
        _at(plane, 91 * MINUTE)
        live = ok(at["ann"].get("/v1/live/geofence/in-69a"))
        assert live["content"] is None, "nothing was settled yet"
        settle_due(plane)
        assert ok(at["ann"].get("/v1/live/geofence/in-69a"))["content"] is None
        assert _edge(plane, timedelta()) == "allow"


def test_stopping_what_relaxed_an_emergency_does_not_bring_it_back(
    demo_plane: ControlPlane,
) -> None:
    plane = demo_plane
    with people(plane, **THREE) as at:
        _at(plane, timedelta())
        _tightened(at["olu"], _fence(basis=OWN))
        relaxed = in_force(at, _fence(action="block_upload", basis=OWN))
        _at(plane, 91 * MINUTE)
        refused = at["olu"].do(relaxed, "stop", reason="to have the emergency again")
        assert refused.status_code == 409, "behind it nothing is closed"
        live = ok(at["ann"].get("/v1/live/geofence/in-69a"))
        assert live["content"]["action"] == "block_upload"


def test_what_it_tightened_holds_on_when_it_ends(demo_plane: ControlPlane) -> None:
    plane = demo_plane
    with people(plane, **THREE) as at:
        _at(plane, timedelta())
        in_force(at, _fence(action="read_only", basis=OWN))
        _tightened(at["olu"], _fence(basis=OWN))
        held = definitions_in_force(plane).definitions
        wall = plane.wall()
        assert _answer(held, wall + 59 * MINUTE, "IN") == "block_all"
        assert _answer(held, wall + 61 * MINUTE, "IN") == "read_only"
        _at(plane, 61 * MINUTE)
        assert ok(at["ann"].get("/v1/live/geofence/in-69a"))["content"]["action"] == "read_only"
        assert settle_due(plane) == 1
        assert _edge(plane, timedelta()) == "read_only"


def test_approved_in_time_it_stays(demo_plane: ControlPlane) -> None:
    plane = demo_plane
    with people(plane, **THREE) as at:
        _at(plane, timedelta())
        change = _tightened(at["olu"], _fence(basis=OWN))
        assert at["olu"].do(change, "approve", typed_people=0).status_code == 403
        change = _approved(change, at["ann"], at["ben"])
        assert change["emergency"]["ends_at"] is None
        assert _edge(plane, 61 * MINUTE) == "block_all"
        _at(plane, 61 * MINUTE)
        settle_due(plane)
        assert ok(at["ann"].get("/v1/live/geofence/in-69a"))["content"]["action"] == "block_all"


def test_one_person_alone_never_opens_anything(demo_plane: ControlPlane) -> None:
    with people(demo_plane, **THREE) as at:
        _at(demo_plane, timedelta())
        in_force(at, _fence())
        for content in (_fence(action="read_only"), {**_fence(), "is_lifted": True}):
            change = ok(at["olu"].create(content, kind="geofence"))
            refused = at["olu"].do(change, "tighten", **WHY)
            assert (refused.status_code, "two approvers" in refused.text) == (409, True)
        live = ok(at["ann"].get("/v1/live/geofence/in-69a"))
    assert (live["content"]["action"], live["content"]["is_lifted"]) == ("block_all", False)


def test_only_who_may_tightens_with_a_reason_and_a_reference_and_no_freeze(
    demo_plane: ControlPlane,
) -> None:
    roles = {**THREE, "ada": Role.ADMINISTRATOR}
    with people(demo_plane, **roles) as at:
        _at(demo_plane, timedelta())
        change = ok(at["olu"].create(_fence(), kind="geofence"))
        assert at["ada"].do(change, "tighten", **WHY).status_code == 403
        for missing in WHY:
            said = {name: text for name, text in WHY.items() if name != missing}
            assert at["olu"].do(change, "tighten", **said).json()["field"] == missing
        frozen = a_freeze("all", kinds=["geofence"], since="2020-06-01T00:00:00Z")
        stop = applied(at["ben"], at["ann"], frozen)
        assert at["olu"].do(change, "tighten", **WHY).status_code == 409
        ok(at["olu"].do(stop, "stop", reason="it hurts"))
        ok(at["olu"].do(change, "tighten", **WHY))
        other = ok(at["olu"].create(a_freeze("other"), kind="freeze"))
        assert at["olu"].do(other, "tighten", **WHY).status_code == 409


@pytest.mark.parametrize("hangs", [False, True])
def test_a_warehouse_that_cannot_be_read_keeps_nobody_from_tightening(
    demo_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    over = threading.Event()

    def unread(*_: object) -> None:
        if hangs:
            over.wait()
        raise OSError("The disk does not answer.")

    monkeypatch.setattr(GeofenceKind, "impact", unread)
    monkeypatch.setattr(engine, "_RECKONED_WITHIN_SECONDS", 0.1)
    with people(demo_plane, **THREE) as at:
        _at(demo_plane, timedelta())
        change = _tightened(at["olu"], _fence())
        over.set()
        assert (change["state"], change["preview"]["impact"]["people"]) == ("live", None)


def test_a_call_that_does_not_get_through_is_tried_again(demo_plane: ControlPlane) -> None:
    with paging() as pager, people(demo_plane, **THREE) as at:
        plane = replace(demo_plane, approvers_url=pager.address)
        _at(plane, timedelta())
        change = _tightened(at["olu"], _fence())
        pager.status = 503
        assert make_calls(plane) == 0
        told = ok(at["ann"].get(f"/v1/changes/{change['id']}"))["calls"][0]
        assert (told["tries"], told["trouble"]) == (1, "APPROVERS_URL answered 503.")
        pager.status = 204
        assert make_calls(plane) == 0, "it rests for a moment"
        assert make_calls(replace(plane, wall=lambda: demo_plane.wall() + MINUTE)) == 1
        assert make_calls(replace(demo_plane, approvers_url="http://127.0.0.1:9")) == 0
    assert pager.minutes == [0]


def test_without_an_address_the_change_says_that_nobody_is_called(demo_plane: ControlPlane) -> None:
    with people(demo_plane, **THREE) as at:
        _at(demo_plane, timedelta())
        change = _tightened(at["olu"], _fence())
        make_calls(demo_plane)
        told = ok(at["ann"].get(f"/v1/changes/{change['id']}"))["calls"][0]
        state = ok(at["ann"].get("/v1/status"))["calls"]
    assert (state["has_address"], state["waiting"]) == (False, 1)
    assert "No APPROVERS_URL is set" in told["trouble"]


def test_a_rule_that_nobody_ends_turns_the_proof_red(
    demo_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GeofenceKind, "emergency_until", lambda *_: None)
    with pytest.raises(AssertionError):
        test_without_an_order_it_ends_at_the_edge_after_sixty_minutes_by_itself(demo_plane)


def test_calls_that_go_on_after_a_decision_turn_the_proof_red(
    demo_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emergency, "drop_calls", lambda *_: None)
    monkeypatch.setattr("dashboard.backend.changes.calls._waits", lambda *_: True)
    with pytest.raises(AssertionError):
        test_with_an_order_it_stays_and_approvers_are_called_until_they_decide(demo_plane)
