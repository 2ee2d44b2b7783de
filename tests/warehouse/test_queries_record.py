"""The platform's record (incidents, phases, changes, claims) is read by the span it touches."""

from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.slices import Scope
from dashboard.warehouse.engine import Warehouse
from tests.warehouse.hand_made import Row, day, everything, noon, seen_after, write_warehouse


def _incident(name: str, began: int, ended: int | None, *, written: int = 0) -> Row:
    return {
        "incident_id": name,
        "title": name,
        "started_at": noon(began),
        "ended_at": None if ended is None else noon(ended),
        "trigger": "t",
        "impact": "i",
        "resolution": None if ended is None else "mended",
        "source": "s",
        "recorded_at": noon(written or began),
    }


def _phase(name: str, since: int, until: int | None, *, kind: str = "phase") -> Row:
    return {
        "milestone_id": name,
        "kind": kind,
        "phase": name,
        "since": day(since),
        "until": None if until is None else day(until),
        "title": name,
        "source": "s",
    }


def _change(name: str, applied: int, ended: int | None) -> Row:
    return {
        "change_id": name,
        "revision": 1,
        "kind": "geofence",
        "title": name,
        "applied_at": noon(applied),
        "ended_at": None if ended is None else noon(ended),
        "content_hash": "0",
    }


def _claim(name: str, metric: str, since: int, until: int, *, value: float | None = 1.0) -> Row:
    return {
        "claim_id": name,
        "metric": metric,
        "scope": "global",
        "period": "some days",
        "since": day(since),
        "until": day(until),
        "value": value,
        "unit": "people",
        "grade": "B",
        "source": "s",
        "recorded_at": noon(until),
    }


def _incidents(house: Warehouse, scope: Scope, since: int, until: int) -> list[str]:
    found = house.read("incidents/incidents", scope, since=noon(since), until=noon(until))
    return found["incident_id"].to_list()


@pytest.fixture
def house(tmp_path: Path) -> Warehouse:
    return write_warehouse(
        tmp_path,
        incidents=[
            _incident("short", 10, 10),
            _incident("long", 5, 20),
            _incident("open", 15, None),
            _incident("late", 6, 7, written=40),
        ],
        milestones=[
            _phase("first", 1, 10), _phase("second", 10, None),
            _phase("a feature", 1, None, kind="feature"),
        ],
        applied_changes=[_change("block", 10, 12), _change("standing", 11, None)],
        evidence=[
            _claim("one", "mau", 1, 10), _claim("two", "mau", 10, 20, value=None),
            _claim("three", "uploads", 1, 20),
        ],
    )  # fmt: skip


def test_an_incident_is_in_the_span_it_touches(house: Warehouse) -> None:
    late = everything(365)
    assert _incidents(house, late, 1, 5) == []
    assert _incidents(house, late, 5, 6) == ["long"]
    assert _incidents(house, late, 10, 11) == ["long", "short"]
    assert _incidents(house, late, 20, 30) == ["open"]
    assert _incidents(house, late, 1, 300) == ["long", "late", "short", "open"]


def test_an_incident_is_seen_as_it_was_known_then(house: Warehouse) -> None:
    assert _incidents(house, everything(9), 1, 300) == ["long"]
    then = house.read("incidents/incidents", everything(9), since=noon(1), until=noon(300))
    assert then.select("ended_at", "resolution").rows() == [(None, None)]
    now = house.read("incidents/incidents", everything(365), since=noon(5), until=noon(6))
    assert now.select("ended_at", "resolution").rows() == [(noon(20), "mended")]


def test_a_phase_holds_from_its_first_day_to_the_day_it_no_longer_does(house: Warehouse) -> None:
    def phases(since: int, until: int) -> list[str]:
        found = house.read("incidents/phases", everything(), since=day(since), until=day(until))
        return found["milestone_id"].to_list()

    assert phases(9, 10) == ["first"]
    assert phases(10, 11) == ["second"]
    assert phases(1, 300) == ["first", "second"]


def test_a_change_is_in_the_span_it_was_in_force(house: Warehouse) -> None:
    def changes(scope: Scope, since: int, until: int) -> list[str]:
        found = house.read("incidents/applied_changes", scope, since=noon(since), until=noon(until))
        return found["change_id"].to_list()

    assert changes(everything(), 10, 11) == ["block"]
    assert changes(everything(), 12, 13) == ["standing"]
    assert changes(Scope(seen_after(11) - timedelta(days=1)), 1, 300) == ["block"]


def test_claims_are_those_about_the_span_metric_by_metric(house: Warehouse) -> None:
    def claims(since: int, until: int) -> list[tuple[str, float | None]]:
        found = house.read(
            "evidence/claims_by_metric", everything(), since=day(since), until=day(until)
        )
        return found.select("claim_id", "value").rows()

    assert claims(9, 11) == [("one", 1.0), ("two", None), ("three", 1.0)]
    assert claims(10, 11) == [("two", None), ("three", 1.0)]
    assert claims(20, 300) == []


def test_a_record_that_holds_nothing_answers_nothing(tmp_path: Path) -> None:
    empty = write_warehouse(tmp_path / "empty")
    assert _incidents(empty, everything(), 1, 300) == []
