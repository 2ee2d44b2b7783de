"""The register tells what is at stake and who runs it, and nothing as in force that is over."""

from datetime import timedelta

import pytest

from dashboard.backend.changes import orders
from dashboard.backend.ofrep.in_force import definitions_in_force
from dashboard.backend.plane import ControlPlane
from dashboard.backend.routes import geofence
from dashboard.control.change_documents import Impact
from dashboard.control.wire import ClockMode
from dashboard.geofence.flags import digest
from tests.backend.changes.acting import Person, ok, people
from tests.backend.changes.fences import THREE, a_fence, in_force, submitted
from tests.geofence.ruling import basis

DAYS = timedelta(days=1)
OURS = basis(kind="own_decision")


def _orders(who: Person, at: str = "") -> dict[str, dict]:
    found = ok(who.get(f"/v1/geofence{at}"))["orders"]
    return {each["rule"]["id"]: each for each in found}


def _tightened(who: Person, content: dict) -> dict:
    change = ok(who.create(content, kind="geofence"))
    change = ok(who.do(change, "preview"))
    return ok(who.do(change, "tighten", reason="now", reference="case 1"))


def test_people_and_money_at_stake_are_those_of_the_preview_and_a_part_s_are_unknown(
    plane: ControlPlane,
) -> None:
    with people(plane, **THREE) as at:
        change = in_force(at, a_fence())
        submitted(at["olu"], a_fence("in-part", places=["IN-MH"]))
        found = _orders(at["ann"])
    impact = change["preview"]["impact"]
    names = ("people", "share_of_world", "revenue_usd", "cost_usd", "data_version")
    assert {name: found["in-69a"][name] for name in names} == {n: impact[n] for n in names}
    assert impact["data_version"] == str(plane.warehouse().version)
    part = found["in-part"]
    assert (part["people"], part["revenue_usd"], part["cost_usd"]) == (None, None, None)
    assert (found["in-69a"]["edges"], found["in-69a"]["edges_current"]) == (0, 0)
    assert (part["edges"], part["edges_current"]) == (None, None)
    assert not any(line["is_done"] for line in part["checklist"])


def test_an_impact_that_was_kept_without_money_still_reads() -> None:
    old = '{"people": 3, "is_exact": true, "data_version": "1", "sentences": []}'
    assert Impact.model_validate_json(old).revenue_usd is None


def _told_after_its_time(at: dict[str, Person], plane: ControlPlane) -> tuple[dict, dict, dict]:
    """What one person closed, as it is told at once, past its time, and the same for before."""
    change = _tightened(at["olu"], a_fence(basis=OURS))
    first = _orders(at["ann"])["in-69a"]
    assert first["change"] == change["id"]
    later = plane.wall() + timedelta(minutes=61)
    past = _orders(at["ann"], f"?at={later:%Y-%m-%dT%H:%M:%SZ}")
    return change, first, past


@pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)
def test_what_one_person_closed_is_told_with_its_end_and_not_past_it(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        change, first, past = _told_after_its_time(at, plane)
        assert (first["is_unapproved"], first["standing"]) == (True, "in_force")
        assert first["lapses_at"] == change["emergency"]["ends_at"]
        assert past == {}


@pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)
def test_an_end_that_is_not_minded_is_seen(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "standing", lambda _, one, __: one)
    with people(plane, **THREE) as at:
        _, _, past = _told_after_its_time(at, plane)
        assert past["in-69a"]["standing"] == "in_force"


@pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)
def test_what_an_order_keeps_in_force_is_marked_until_it_is_approved(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        change = _tightened(at["olu"], a_fence())
        first = _orders(at["ann"])["in-69a"]
        assert (first["is_unapproved"], first["lapses_at"]) == (True, None)
        for each in (at["ann"], at["ben"]):
            typed = change["preview"]["impact"]["people"]
            change = ok(each.do(change, "approve", typed_people=typed))
        assert _orders(at["ann"])["in-69a"]["is_unapproved"] is False


@pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)
def test_past_its_time_the_text_before_it_is_told_again(plane: ControlPlane) -> None:
    gate = {"action": "read_only", "basis": OURS}
    with people(plane, **THREE) as at:
        in_force(at, a_fence(**gate))
        _tightened(at["olu"], a_fence(basis=OURS))
        later = plane.wall() + timedelta(minutes=61)
        past = _orders(at["ann"], f"?at={later:%Y-%m-%dT%H:%M:%SZ}")["in-69a"]
    assert (past["rule"]["action"], past["is_unapproved"]) == ("read_only", False)


def test_an_order_is_late_when_nothing_was_in_force_by_its_deadline(plane: ControlPlane) -> None:
    now = plane.wall()
    late = basis(order_number="1", received_at=now - DAYS * 2, due_at=now - DAYS)
    timely = basis(order_number="2", received_at=now - DAYS, due_at=now + DAYS)
    with people(plane, **THREE) as at:
        # Both were written to begin before their deadlines.
        in_force(at, a_fence("late", basis=late))
        in_force(at, a_fence("timely", places=["BR"], basis=timely))
        found = _orders(at["ann"])
    assert [found[name]["is_late"] for name in ("late", "timely")] == [True, False]


@pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)
def test_an_order_counts_the_points_that_acknowledged_its_own_text(plane: ControlPlane) -> None:
    def edges(name: str) -> tuple[int, int]:
        row = _orders(at["ann"])[name]
        return row["edges_current"], row["edges"]

    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        _acknowledged(plane, at["ann"], "ams", "bom")
        assert edges("in-69a") == (2, 2)
        in_force(at, a_fence("br-gate", places=["BR"]))
        assert (edges("in-69a"), edges("br-gate")) == ((2, 2), (0, 2))
        _acknowledged(plane, at["ann"], "ams")
        assert (edges("in-69a"), edges("br-gate")) == ((2, 2), (1, 2))
        in_force(at, a_fence(action="read_only"))
        assert edges("in-69a") == (0, 2)


def _acknowledged(plane: ControlPlane, who: Person, *pops: str) -> None:
    live = definitions_in_force(plane)
    for pop in pops:
        said = {"pop": pop, "revision": live.revision, "sha256": digest(live.definitions),
                "at": plane.wall().isoformat(), "served": []}  # fmt: skip
        key = {"X-API-Key": plane.edge_key}
        who.http.post("/v1/edge/acknowledgements", json=said, headers=key).raise_for_status()


def test_of_very_many_texts_the_newest_are_told_and_the_others_counted(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geofence, "_MOST_TEXTS", 2)
    with people(plane, **THREE) as at:
        for action in ("block_all", "block_upload", "read_only"):
            in_force(at, a_fence(action=action))
        found = ok(at["ann"].get("/v1/geofence"))
    assert [text["rule"]["action"] for text in found["history"]] == ["block_upload", "read_only"]
    assert found["left_off"] == 1
