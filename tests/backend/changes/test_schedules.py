"""What was scheduled is put in force at its instant, if every gate is open then, else told why."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from dashboard.access.reader import WORLD
from dashboard.access.roles import Role
from dashboard.backend.changes import clockwork
from dashboard.backend.changes.store import those
from dashboard.backend.identity.people import set_grants
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT
from tests.backend.changes.acting import Person, a_freeze, applied, ok, people
from tests.backend.changes.story import BEGUN, ON_SQLITE, acts_of, moved, now_of, passed, settled
from tests.backend.changes.weighing import (
    MANY,
    THREE,
    Weighing,
    a_weight,
    approved_by,
    submitted,
    weighing,
)

FEW = 1_000
Closing = Callable[[ControlPlane, dict[str, Person], Weighing], object]


def _in(**by: float) -> str:
    return (BEGUN + timedelta(**by)).isoformat()


def _scheduled(at: dict[str, Person], *, hours: float = 2, **said: object) -> dict:
    """A change of a weight that one wrote, another approved and had scheduled."""
    change = approved_by(submitted(at["olu"], **said), at["ann"])
    return ok(at["ann"].do(change, "schedule", at=_in(hours=hours)))


def test_a_schedule_fires_at_its_instant_by_the_clock_and_not_before(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    with people(story, **THREE) as at:
        change = _scheduled(at, hours=2)
        assert (change["state"], change["is_in_force"]) == ("scheduled", False)
        assert passed(story, hours=2, seconds=-1) == 0
        assert now_of(at["ann"], change)["state"] == "scheduled"
        assert passed(story, seconds=1) == 1
        change = now_of(at["ann"], change)
        assert (change["state"], change["is_in_force"], change["scheduled_at"]) == (
            "live", True, None,
        )  # fmt: skip
        live = ok(at["ann"].get("/v1/live/ranking/watch-time"))
        last = ok(at["ann"].get(f"/v1/changes/{change['id']}/timeline"))["steps"][-1]
    assert datetime.fromisoformat(live["applied_at"]) == BEGUN + timedelta(hours=2)
    assert (last["act"], last["name"]) == ("apply", "the control plane")


def _freeze_it(story: ControlPlane, at: dict[str, Person], kind: Weighing) -> None:
    span = {"since": _in(hours=1), "until": _in(hours=9)}
    applied(at["olu"], at["ann"], a_freeze(**span))


def _take_the_role(story: ControlPlane, at: dict[str, Person], kind: Weighing) -> None:
    with story.database.writing() as connection:
        set_grants(connection, "ann", roles=[Role.REVIEWER], reach=WORLD)


def _touch_many(story: ControlPlane, at: dict[str, Person], kind: Weighing) -> None:
    kind.people = MANY


def _touch_nobody_knows_how_many(
    story: ControlPlane, at: dict[str, Person], kind: Weighing
) -> None:
    kind.people = None


def _fail_the_disk(story: ControlPlane, at: dict[str, Person], kind: Weighing) -> None:
    kind.fails = True


CLOSED: tuple[tuple[Closing, str], ...] = (
    (_freeze_it, "The freeze autumn holds changes of ranking"),
    (_take_the_role, "0 of 1 approvals count"),
    (_touch_many, "0 of 2 approvals count"),
    (_touch_nobody_knows_how_many, "1 of 2 approvals count"),
    (_fail_the_disk, "1 of 2 approvals count"),
)


def _fired(story: ControlPlane, at: dict[str, Person], kind: Weighing, close: Closing) -> dict:
    """A scheduled change after its instant, before which a gate was closed."""
    change = _scheduled(at, hours=2)
    close(story, at, kind)
    passed(story, hours=2)
    return now_of(at["ben"], change)


@ON_SQLITE
@pytest.mark.parametrize(("close", "why"), CLOSED, ids=lambda each: getattr(each, "__name__", ""))
def test_a_gate_that_closed_meanwhile_suspends_it_with_the_reason(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch, close: Closing, why: str
) -> None:
    kind = weighing(monkeypatch, FEW)
    with people(story, **THREE) as at:
        change = _fired(story, at, kind, close)
        assert (change["state"], change["is_in_force"]) == ("approved", False)
        assert change["trouble"].startswith(f"It was to be applied and was not: {why}")
        assert at["ben"].get("/v1/live/ranking/watch-time").status_code == 404
        assert acts_of(at["ben"], change)[-1] == "suspend"
        assert settled(story) == 0


@ON_SQLITE
def test_what_two_approved_fires_though_nobody_can_tell_its_number_any_more(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = weighing(monkeypatch, MANY)
    with people(story, **THREE) as at:
        change = approved_by(submitted(at["olu"]), at["ann"], at["ben"])
        ok(at["ann"].do(change, "schedule", at=_in(hours=2)))
        kind.fails = True
        passed(story, hours=2)
        change = now_of(at["ben"], change)
    assert (change["state"], change["preview"]["impact"]["people"]) == ("live", None)


@ON_SQLITE
def test_what_was_scheduled_by_somebody_who_may_no_longer_apply_waits_for_another(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    with people(story, **THREE) as at:
        change = approved_by(submitted(at["olu"]), at["ann"])
        ok(at["ben"].do(change, "schedule", at=_in(hours=2)))
        with story.database.writing() as connection:
            set_grants(connection, "ben", roles=[Role.REVIEWER], reach=WORLD)
        passed(story, hours=2)
        change = now_of(at["ann"], change)
        assert change["state"] == "approved"
        assert "Whoever scheduled it may no longer apply it." in change["trouble"]
        assert ok(at["ann"].do(change, "apply"))["state"] == "live"


@ON_SQLITE
def test_without_the_gates_at_firing_the_proof_turns_red(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = weighing(monkeypatch, FEW)
    monkeypatch.setattr(clockwork.gates, "why_not", lambda *_: "")
    with people(story, **THREE) as at:
        assert _fired(story, at, kind, _freeze_it)["state"] == "live"


@ON_SQLITE
def test_a_schedule_that_would_fail_says_so_at_once(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    with people(story, **THREE) as at:
        span = {"since": _in(hours=3), "until": _in(hours=9)}
        applied(at["olu"], at["ann"], a_freeze(**span))
        change = approved_by(submitted(at["olu"], expires_at=_in(hours=20)), at["ann"])
        inside = at["ann"].do(change, "schedule", at=_in(hours=3))
        late = at["ann"].do(change, "schedule", at=_in(hours=20))
        past = at["ann"].do(change, "schedule", at=_in(seconds=-1))
        assert [each.status_code for each in (inside, late, past)] == [409, 409, 422]
        assert "The freeze autumn holds" in inside.json()["detail"]
        assert "It expires at 2020-09-02 05:00 UTC" in late.json()["detail"]
        assert past.json()["field"] == "at"
        ok(at["ann"].do(change, "schedule", at=_in(hours=9)))
        assert passed(story, hours=9) == 1
        assert now_of(at["ann"], change)["state"] == "live"


def test_an_approval_expires_after_24_hours_and_stops_ageing_once_scheduled(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    with people(story, **THREE) as at:
        waits = approved_by(submitted(at["olu"], a_weight("waits")), at["ann"])
        resting = approved_by(submitted(at["olu"], a_weight("rests")), at["ann"])
        assert passed(story, hours=10) == 0
        resting = ok(at["ann"].do(resting, "schedule", at=_in(days=4)))
        assert passed(story, hours=14, seconds=-1) == 0
        assert passed(story, seconds=1) == 1
        waits = now_of(at["ann"], waits)
        assert (waits["state"], waits["trouble"]) == (
            "expired", "Its approvals are older than 24 hours.",
        )  # fmt: skip
        assert passed(story, days=2) == 0
        # It rested for 62 hours, so it is ten hours old and has fourteen left.
        ok(at["ann"].do(resting, "unschedule"))
        assert passed(story, hours=14, seconds=-1) == 0
        assert passed(story, seconds=1) == 1
        assert now_of(at["ann"], resting)["state"] == "expired"


@ON_SQLITE
def test_an_approval_given_again_in_time_keeps_a_change_approved(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    with people(story, **THREE) as at:
        change = approved_by(submitted(at["olu"]), at["ann"])
        passed(story, hours=25)
        change = ok(at["olu"].do(change, "preview"))
        change = approved_by(change, at["ann"], at["ben"])
        assert change["state"] == "approved"
        assert settled(story) == 0
        assert passed(story, hours=24) == 1
        assert now_of(at["ann"], change)["state"] == "expired"


@ON_SQLITE
def test_scheduling_has_no_approval_count_again_that_was_too_old(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    with people(story, **THREE, eve=Role.APPROVER) as at:
        change = approved_by(submitted(at["olu"]), at["eve"])
        passed(story, hours=25)
        change = ok(at["olu"].do(change, "preview"))
        change = approved_by(change, at["ann"], at["ben"])
        ok(at["ben"].do(change, "schedule", at=_in(hours=30)))
        with story.database.writing() as connection:
            set_grants(connection, "ann", roles=[Role.REVIEWER], reach=WORLD)
        passed(story, hours=6)
        change = now_of(at["ben"], change)
    assert (change["state"], "1 of 2 approvals count" in change["trouble"]) == ("approved", True)


def test_past_its_own_time_a_change_is_not_applied_any_more(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    with people(story, **THREE) as at:
        draft = submitted(at["olu"], a_weight("draft"), expires_at=_in(hours=2))
        ready = approved_by(submitted(at["olu"], expires_at=_in(hours=2)), at["ann"])
        moved(story, hours=2, seconds=-1)
        assert settled(story) == 0
        moved(story, seconds=1)
        refusal = at["ann"].do(ready, "apply")
        assert (refusal.status_code, "It expires at" in refusal.json()["detail"]) == (409, True)
        assert settled(story) == 2
        found = [now_of(at["ann"], each) for each in (draft, ready)]
        assert [(each["state"], each["trouble"]) for each in found] == [
            ("expired", "Its own time is over.")
        ] * 2
        assert at["ann"].do(found[1], "apply").status_code == 409


@ON_SQLITE
def test_a_schedule_that_fires_too_late_for_its_own_time_expires(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    with people(story, **THREE) as at:
        change = _scheduled(at, hours=2, expires_at=_in(hours=3))
        assert passed(story, hours=3) == 1
        assert now_of(at["ann"], change)["state"] == "expired"


def _overdue_rows(story: ControlPlane) -> int:
    with story.database.reading() as connection:
        query = sa.select(sa.func.count()).where(AUDIT.c.event == "freeze.review_overdue")
        return connection.execute(query).scalar_one()


def test_a_stop_that_nobody_reviewed_within_24_hours_is_told_as_overdue_once(
    story: ControlPlane,
) -> None:
    with people(story, **THREE) as at:
        left, seen = (
            ok(at["olu"].do(applied(at["olu"], at["ann"], a_freeze(name)), "stop", reason="wrong"))
            for name in ("left", "seen")
        )
        ok(at["ann"].do(seen, "review", reason="it was"))
        assert passed(story, hours=24, seconds=-1) == 0
        assert now_of(at["ann"], left)["stop"]["is_overdue"] is False
        assert passed(story, seconds=1) == 1
        found = [now_of(at["ann"], each)["stop"]["is_overdue"] for each in (left, seen)]
        assert (found, _overdue_rows(story)) == ([True, False], 1)
        assert passed(story, days=3) == 0
        ok(at["ann"].do(now_of(at["ann"], left), "review", reason="late, but it was"))
        assert now_of(at["ann"], left)["stop"]["is_overdue"] is False
    with story.database.reading() as connection:
        assert those(connection, clockwork._WATCHED) == [], "what is over is not looked at for ever"
