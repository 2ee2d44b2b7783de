"""A rule is closed by as many people as it takes, and opened again by two in any case."""

import pytest

from dashboard.backend.changes.geofence import GeofenceKind
from dashboard.backend.changes.kind import Known
from dashboard.backend.plane import ControlPlane
from tests.backend.changes.acting import ok, people
from tests.backend.changes.fences import THREE, a_fence, approved_by, in_force, submitted

AGE = {"action": "age_gate", "least_age_years": 16}


def test_closing_a_country_takes_two_approvers_and_an_age_gate_one(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        block = submitted(at["olu"], a_fence())
        gate = submitted(at["olu"], a_fence("br-age", places=["BR"], **AGE))
        assert (block["approvals_needed"], gate["approvals_needed"]) == (2, 1)
        block = approved_by(block, at["ann"])
        assert (block["state"], at["ann"].do(block, "apply").status_code) == ("submitted", 409)
        block = ok(at["ann"].do(approved_by(block, at["ben"]), "apply"))
        assert (block["state"], block["subject"], block["is_in_force"]) == ("live", "in-69a", True)


def test_a_rule_is_lifted_by_two_as_it_stands_and_only_while_in_force(plane: ControlPlane) -> None:
    gate = a_fence(**AGE)
    with people(plane, **THREE) as at:
        lifted = {**gate, "is_lifted": True}
        assert at["olu"].create(lifted, kind="geofence").json()["field"] == "content.is_lifted"
        in_force(at, gate)
        other = at["olu"].create({**lifted, "least_age_years": 18}, kind="geofence")
        assert other.status_code == 422
        change = submitted(at["olu"], lifted)
        assert change["approvals_needed"] == 2
        assert change["preview"]["impact"]["sentences"][0].startswith("Lifts in-69a")
        ok(at["ann"].do(approved_by(change, at["ann"], at["ben"]), "apply"))
        assert ok(at["ann"].get("/v1/live/geofence/in-69a"))["content"]["is_lifted"] is True
        assert at["olu"].create(lifted, kind="geofence").status_code == 422


def test_a_relaxation_takes_two_approvers(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        relaxed = submitted(at["olu"], a_fence(action="read_only"))
    assert relaxed["approvals_needed"] == 2
    assert "It may give somebody more" in relaxed["preview"]["impact"]["sentences"][0]


def test_one_person_stops_what_opened_and_never_what_closed(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        closing = in_force(at, a_fence())
        assert at["olu"].do(closing, "stop", reason="alone").status_code == 409
        opening = in_force(at, a_fence(action="read_only"))
        ok(at["olu"].do(opening, "stop", reason="too early"))
        live = ok(at["ann"].get("/v1/live/geofence/in-69a"))
    assert live["content"]["action"] == "block_all"


def test_without_its_guard_one_person_would_lift_a_block(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GeofenceKind, "opens_when_stopped", lambda *_: False)
    with people(plane, **THREE) as at:
        closing = in_force(at, a_fence())
        assert at["olu"].do(closing, "stop", reason="alone").status_code == 200


def test_a_preview_names_what_the_draft_meets_and_counts_its_people(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        draft = submitted(at["olu"], a_fence("in-uploads", action="block_upload"))
    found = draft["preview"]["impact"]
    assert "in-69a (block all) wins over in-uploads (block upload)" in found["sentences"][0]
    assert found["data_version"] == str(plane.warehouse().version)


def test_the_warehouse_is_told_in_the_words_that_reachable_people_read() -> None:
    kind = GeofenceKind()
    assert kind.action_of(a_fence()) == "block all"
    assert kind.action_of(a_fence(places=["IN-MH"])) == "block all in part"
    assert kind.action_of(a_fence(surfaces=["upload"])) == "block all in part"
    assert kind.action_of(a_fence(is_lifted=True)) == "lifted"
    assert kind.countries_of(a_fence(places=["IN-MH", "BR"])) == {"IN", "BR"}


def test_taking_places_off_counts_the_people_of_both_texts(plane: ControlPlane) -> None:
    known = Known(plane.warehouse, plane.warehouse().now, ())
    both, one = a_fence(places=["IN", "BR"]), a_fence(places=["IN"])
    whole = GeofenceKind().impact(both, None, known)
    assert GeofenceKind().impact(one, both, known).people == whole.people
