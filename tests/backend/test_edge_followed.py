"""A dozen points of presence follow what two people put in force at a real control plane."""

from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from dashboard.backend.plane import ControlPlane
from dashboard.pops.program import POPS, Fleet
from tests.backend.changes.acting import Person, ok, people
from tests.backend.changes.fences import THREE, a_fence, in_force
from tests.conditions import comes_true
from tests.pops.test_points import a_fleet

_CHANGE_SECONDS = 5.0


@pytest.mark.wide
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_change_reaches_the_last_point_within_seconds(
    plane: ControlPlane, tmp_path: Path
) -> None:
    with people(plane, **THREE) as at:
        address = str(at["olu"].http.base_url).rstrip("/")
        with a_fleet(Fleet(address, tmp_path / "pops", key=plane.edge_key)):
            comes_true(lambda: _all_run(at["olu"], 0))
            change = in_force(at, a_fence(window={"since": "2020-01-01T00:00:00"}))
            took = _seconds_until_all_run(at["olu"], 1)
    print(f"{len(POPS)} points run what was applied {took:.2f} s after it was.")
    assert change["state"] == "live"
    assert took < _CHANGE_SECONDS


@pytest.mark.wide
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_cut_off_keeps_its_rules_and_is_shown_while_the_others_follow(
    plane: ControlPlane, tmp_path: Path
) -> None:
    with people(plane, **THREE) as at:
        address = str(at["olu"].http.base_url).rstrip("/")
        fleet = Fleet(address, tmp_path / "pops", key=plane.edge_key)
        with a_fleet(replace(fleet, names=("bom",))):
            comes_true(lambda: _states(at["olu"]).keys() == {"bom"})
        with a_fleet(replace(fleet, names=("ams", "del"))):
            in_force(at, a_fence(window={"since": "2020-01-01T00:00:00"}))
            comes_true(lambda: _runs(at["olu"], "ams", "del") == {(1, False)})
            comes_true(lambda: _states(at["olu"])["bom"]["still_served"] is None)
            alone = _states(at["olu"])["bom"]
        assert (alone["revision"], alone["is_straggler"]) == (0, True)
        assert alone["lag_seconds"] > 0
        assert alone["straggles_since"] <= alone["heard_at"]
        with a_fleet(replace(fleet, names=("bom",))):
            comes_true(lambda: _runs(at["olu"], "bom") == {(1, False)})
        assert _states(at["olu"])["bom"]["lag_seconds"] == 0


def _seconds_until_all_run(person: Person, revision: int) -> float:
    begun = monotonic()
    comes_true(lambda: _all_run(person, revision))
    return monotonic() - begun


def _states(person: Person) -> dict[str, dict]:
    return {edge["pop"]: edge for edge in ok(person.get("/v1/geofence"))["edges"]}


def _runs(person: Person, *pops: str) -> set[tuple[int, bool]]:
    found = _states(person)
    return {(found[pop]["revision"], found[pop]["is_straggler"]) for pop in pops if pop in found}


def _all_run(person: Person, revision: int) -> bool:
    edges = ok(person.get("/v1/geofence"))["edges"]
    runs = {(edge["revision"], edge["is_straggler"]) for edge in edges}
    return len(edges) == len(POPS) and runs == {(revision, False)}
