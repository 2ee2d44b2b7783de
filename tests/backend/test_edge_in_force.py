"""What two people put in force is what the edge answers, and the edge tells what it runs."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dashboard.backend.ofrep.in_force import definitions_in_force
from dashboard.backend.plane import ControlPlane
from dashboard.geofence.flags import digest
from dashboard.geofence.rule import Rule
from tests.backend.changes.acting import Person, ok, people
from tests.backend.changes.fences import THREE, a_fence, approved_by, in_force, submitted
from tests.conditions import comes_true
from tests.geofence.ruling import invented_rules

_FLAG = "/ofrep/v1/evaluate/flags/geofence.app"


def _action(plane: ControlPlane, http: httpx.Client, country: str) -> str:
    context = {"context": {"targetingKey": "somebody", "country": country}}
    said = http.post(_FLAG, json=context, headers={"x-api-key": plane.edge_key}).json()
    return str(said["value"]["action"])


def _acknowledged(plane: ControlPlane, http: httpx.Client, pop: str, revision: int) -> int:
    held = definitions_in_force(plane)
    said = {
        "pop": pop, "revision": revision, "sha256": digest(held.definitions),
        "at": plane.wall().isoformat(),
        "served": [{"country": "IN", "outcome": "blocked", "requests": 7}],
    }  # fmt: skip
    headers = {"x-api-key": plane.edge_key}
    return http.post("/v1/edge/acknowledgements", json=said, headers=headers).status_code


def test_a_rule_in_force_is_answered_at_once_and_a_lifted_one_no_more(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        http = at["olu"].http
        assert _action(plane, http, "IN") == "allow"
        in_force(at, a_fence())
        comes_true(lambda: _action(plane, http, "IN") == "block_all")
        assert _action(plane, http, "BR") == "allow"
        in_force(at, a_fence(is_lifted=True))
        comes_true(lambda: _action(plane, http, "IN") == "allow")
    assert definitions_in_force(plane).revision == 2


def test_nobody_without_the_key_of_the_edge_is_answered(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        assert at["ann"].get("/v1/edge/snapshot").status_code == 401
        assert at["ann"].http.get("/v1/edge/snapshot").status_code == 401
    assert (plane.audit_folder / "edge.key").stat().st_mode & 0o777 == 0o600


def test_status_tells_what_each_point_of_presence_runs_and_served(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        assert _acknowledged(plane, at["olu"].http, "bom", 1) == 204
        assert _acknowledged(plane, at["olu"].http, "fra", 0) == 204
        late, early = ok(at["olu"].get("/v1/status"))["edges"][::-1]
    assert (early["pop"], early["behind"], early["is_straggler"]) == ("bom", 0, False)
    assert (late["pop"], late["behind"], late["is_straggler"]) == ("fra", 1, True)
    assert early["served"] == [{"country": "IN", "outcome": "blocked", "requests": 7}]


def test_a_demo_s_rules_begin_by_its_own_clock(demo_plane: ControlPlane) -> None:
    wall = datetime(2026, 1, 1, 12, tzinfo=UTC)
    plane = replace(demo_plane, wall=lambda: wall)
    begins = datetime(2020, 6, 29, 21, 0)  # noqa: DTZ001
    with people(plane, **THREE) as at:
        _set_clock(plane, datetime(2020, 6, 29, 20, 30, tzinfo=UTC))
        in_force(at, a_fence(window={"since": begins.isoformat(), "zone": "UTC"}))
    held = json.loads(definitions_in_force(plane).definitions)
    in_time = held["flags"]["geofence.app"]["targeting"]["if"][0]["and"][0]
    assert in_time[">="][1] == (wall + timedelta(minutes=30)).timestamp()


@pytest.mark.wide
def test_a_few_rules_rolled_back_to_each_point_are_the_same_bytes(plane: ControlPlane) -> None:
    _rolled_back_to_each_point(plane, 5)


@pytest.mark.drill
def test_thirty_rules_rolled_back_to_each_point_are_the_same_bytes(plane: ControlPlane) -> None:
    _rolled_back_to_each_point(plane, 30)


def _rolled_back_to_each_point(plane: ControlPlane, many: int) -> None:
    """Put texts of one rule in force one after the other, then go back to each of them."""
    chance, held = random.Random(many), {}
    with people(plane, **THREE) as at:
        for number in range(1, many + 1):
            text = next(rules[-1] for rules in _sets(chance) if rules).model_dump(mode="json")
            same = {"id": "in-69a", "instead_of": [], "title": f"text {number}"}
            change = in_force(at, {**text, **same})
            held[number] = definitions_in_force(plane).definitions
        for revision in sorted(held)[:-1]:
            change = _rolled_back(at, change, revision)
            assert definitions_in_force(plane).definitions == held[revision]
    assert definitions_in_force(plane).revision == 2 * many - 1


def _sets(chance: random.Random) -> Iterator[list[Rule]]:
    while True:
        yield invented_rules(chance)


def _rolled_back(at: dict[str, Person], change: dict, revision: int) -> dict:
    now = ok(at["olu"].get(f"/v1/changes/{change['id']}"))
    back = ok(at["olu"].do(now, "roll_back", revision=revision, reason="for a test"))
    back = ok(at["olu"].do(ok(at["olu"].do(back, "preview")), "submit"))
    approvers = [at["ann"], at["ben"]][: back["approvals_needed"]]
    return ok(at["ann"].do(approved_by(back, *approvers), "apply"))


def _set_clock(plane: ControlPlane, at: datetime) -> None:
    with plane.database.writing() as connection:
        plane.clock.set(connection, at, plane.wall())


def test_the_proof_sees_definitions_that_forget_a_rule(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.backend.ofrep.in_force.holding", lambda _: [])
    with people(plane, **THREE) as at:
        submitted(at["olu"], a_fence("other"))
        in_force(at, a_fence())
        assert _action(plane, at["olu"].http, "IN") == "allow"
