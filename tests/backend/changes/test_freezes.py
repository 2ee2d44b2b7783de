"""A freeze holds every change of its kinds in its countries and span, and never holds a stop."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.backend.changes import places
from dashboard.backend.changes.freeze import Freeze
from dashboard.backend.plane import ControlPlane
from dashboard.control.ramp import USUAL_RAMP
from tests.backend.changes.acting import Person, a_freeze, applied, ok, people
from tests.backend.changes.fences import a_fence
from tests.backend.changes.story import ON_SQLITE, acts_of, moved, now_of, passed, settled
from tests.backend.changes.weighing import THREE, a_weight, approved_by, submitted, weighing

AUTUMN = datetime(2020, 9, 14, tzinfo=UTC)
"""When the ranking of the story came under review, for six months."""
EVENING = AUTUMN - timedelta(hours=2)
FEW = 1_000
PLAN = USUAL_RAMP.model_dump(mode="json")
BY_HAND = {**PLAN, "is_automatic": False}
HELD = ["submit", "approve", "schedule", "apply", "advance", "resume"]


def _applied(at: dict[str, Person], content: dict, **said: object) -> dict:
    change = approved_by(submitted(at["olu"], content, **said), at["ann"])
    return ok(at["ann"].do(change, "apply"))


def _ready(at: dict[str, Person]) -> dict[str, dict]:
    """On the evening before the freeze, a change that waits for each act that it holds."""
    olu, ann = at["olu"], at["ann"]
    applied(olu, ann, a_freeze())
    ready = {"submit": ok(olu.create(a_weight("submit"), kind="ranking"))}
    ready["submit"] = ok(olu.do(ready["submit"], "preview"))
    ready["approve"] = submitted(olu, a_weight("approve"))
    for act in ("schedule", "apply"):
        ready[act] = approved_by(submitted(olu, a_weight(act)), ann)
    ready["advance"] = _applied(at, a_weight("advance"), ramp=BY_HAND)
    paused = _applied(at, a_weight("resume"), ramp=PLAN)
    ready["resume"] = ok(olu.do(paused, "pause", reason="complaints"))
    return ready


def _statuses(at: dict[str, Person], ready: dict[str, dict]) -> dict[str, int]:
    """What each of the acts that a freeze holds is answered."""
    said = {"schedule": {"at": "2021-04-01T00:00:00Z"}, "approve": {"typed_people": FEW}}
    by = {act: at["olu"] if act == "submit" else at["ann"] for act in ready}
    answers = {act: by[act].do(ready[act], act, **said.get(act, {})) for act in ready}
    for answer in answers.values():
        assert answer.status_code != 409 or "The freeze autumn holds" in answer.json()["detail"]
    return {act: answer.status_code for act, answer in answers.items()}


def test_the_freeze_of_september_2020_holds_every_act_that_leads_into_force(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    moved(story, to=EVENING)
    with people(story, **THREE) as at:
        ready = _ready(at)
        moved(story, to=AUTUMN)
        assert _statuses(at, ready) == dict.fromkeys(HELD, 409)
        offers = {each["act"]: each for each in now_of(at["ann"], ready["apply"])["offers"]}
        assert "The freeze autumn holds" in offers["apply"]["why_not"]


@ON_SQLITE
def test_a_second_before_it_begins_nothing_is_held(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    moved(story, to=EVENING)
    with people(story, **THREE) as at:
        ready = _ready(at)
        moved(story, to=AUTUMN - timedelta(seconds=1))
        assert _statuses(at, ready) == dict.fromkeys(HELD, 200)


@ON_SQLITE
def test_a_freeze_that_holds_nothing_turns_the_proof_red(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    moved(story, to=EVENING)
    monkeypatch.setattr(Freeze, "holds", lambda *_: False)
    with people(story, **THREE) as at:
        ready = _ready(at)
        moved(story, to=AUTUMN)
        assert _statuses(at, ready) == dict.fromkeys(HELD, 200)


@ON_SQLITE
def test_it_never_holds_a_pause_a_kill_or_going_back(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    moved(story, to=EVENING)
    with people(story, **THREE) as at:
        olu = at["olu"]
        applied(olu, at["ann"], a_freeze())
        first = _applied(at, a_weight(percent=30))
        live = _applied(at, a_weight(percent=60))
        paused = _applied(at, a_weight("paused"), ramp=BY_HAND)
        killed = _applied(at, a_weight("killed"), ramp=BY_HAND)
        moved(story, to=AUTUMN)
        ok(olu.do(now_of(olu, paused), "pause", reason="complaints"))
        ok(olu.do(now_of(olu, killed), "stop", reason="complaints"))
        stopped = ok(olu.do(live, "stop", reason="complaints"))
        back = ok(olu.get("/v1/live/ranking/watch-time"))
        assert back["content_hash"] == first["content_hash"]
        ok(at["ann"].do(stopped, "review", reason="it was"))


def test_it_ends_by_the_clock(story: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    weighing(monkeypatch, FEW)
    moved(story, to=AUTUMN)
    with people(story, **THREE) as at:
        until = (AUTUMN + timedelta(hours=5)).isoformat()
        applied(at["olu"], at["ann"], a_freeze(until=until))
        change = ok(at["olu"].create(a_weight(), kind="ranking"))
        change = ok(at["olu"].do(change, "preview"))
        passed(story, hours=5, seconds=-1)
        assert at["olu"].do(change, "submit").status_code == 409
        passed(story, seconds=1)
        change = approved_by(ok(at["olu"].do(change, "submit")), at["ann"])
        assert ok(at["ann"].do(change, "apply"))["state"] == "live"


@ON_SQLITE
def test_another_country_and_another_kind_are_free(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    moved(story, to=AUTUMN)
    with people(story, **THREE) as at:
        olu = at["olu"]
        _applied(at, a_weight("moves", countries=["US"]))
        applied(olu, at["ann"], a_freeze(countries=["US"]))
        submitted(olu, a_weight("india", countries=["IN"]))
        here = {
            "in the country": a_weight("us", countries=["BR", "US"]),
            "everywhere": a_weight("all"),
            "out of the country": a_weight("moves", countries=["IN"]),
        }
        for where, content in here.items():
            change = ok(olu.do(ok(olu.create(content, kind="ranking")), "preview"))
            assert olu.do(change, "submit").status_code == 409, where
        fence = ok(olu.create(a_fence(places=["US"]), kind="geofence"))
        ok(olu.do(ok(olu.do(fence, "preview")), "submit"))


def _held_ramp(story: ControlPlane, at: dict[str, Person], *, is_late: bool) -> dict:
    """A ramp on its second step half an hour into it, three hours into a freeze of five."""
    until = (AUTUMN + timedelta(hours=5)).isoformat()
    applied(at["olu"], at["ann"], a_freeze(until=until))
    moved(story, minutes=30)
    change = _applied(at, a_weight(), ramp=PLAN)
    moved(story, to=AUTUMN)
    if not is_late:
        settled(story)
    moved(story, hours=3)
    return now_of(at["ann"], change)


@pytest.mark.parametrize("is_late", [False, True])
@ON_SQLITE
def test_a_ramp_rests_from_its_first_instant_on_however_late_that_is_written_down(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch, is_late: bool
) -> None:
    weighing(monkeypatch, FEW)
    moved(story, to=EVENING)
    with people(story, **THREE) as at:
        change = _held_ramp(story, at, is_late=is_late)
        assert change["ramp"]["percent"] == 5
        settled(story)
        change = now_of(at["ann"], change)
        assert (change["is_paused"], change["ramp"]["percent"]) == (True, 5)
        assert "The freeze autumn holds" in change["trouble"]
        assert acts_of(at["ann"], change)[-3:] == ["apply", "advance", "pause"]
        moved(story, hours=3)
        ok(at["ann"].do(change, "resume"))
        assert passed(story, minutes=30, seconds=-1) == 0
        assert passed(story, seconds=1) == 1
        assert now_of(at["ann"], change)["ramp"]["percent"] == 25


@ON_SQLITE
def test_a_rest_that_waits_to_be_written_down_turns_the_proof_red(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    moved(story, to=EVENING)
    monkeypatch.setattr(places, "rest_of", lambda *_: None)
    with people(story, **THREE) as at:
        assert _held_ramp(story, at, is_late=True)["ramp"]["percent"] == 100


@ON_SQLITE
def test_a_freeze_that_nobody_saw_begin_or_end_has_it_rest_until_somebody_resumes_it(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch, FEW)
    moved(story, to=EVENING)
    with people(story, **THREE) as at:
        change = _held_ramp(story, at, is_late=True)
        moved(story, hours=12)
        assert now_of(at["ann"], change)["ramp"]["percent"] == 5
        settled(story)
        change = now_of(at["ann"], change)
        assert (change["is_paused"], change["ramp"]["percent"]) == (True, 5)
        change = ok(at["ann"].do(change, "resume"))
        assert settled(story) == 0
        passed(story, minutes=30)
        assert now_of(at["ann"], change)["ramp"]["percent"] == 25
