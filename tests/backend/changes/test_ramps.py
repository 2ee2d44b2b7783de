"""A ramp goes up by its bake times, skips no step, and only ever adds people."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dashboard.backend.plane import ControlPlane
from dashboard.commands.stop import stopped
from dashboard.control import ramp
from dashboard.control.client import ControlClient
from dashboard.control.ramp import USUAL_RAMP, RampPlace, RampPlan, RampStep, is_reached
from tests.backend.changes.acting import Person, ok, people
from tests.backend.changes.story import ON_SQLITE, acts_of, moved, now_of, passed, settled
from tests.backend.changes.weighing import THREE, a_weight, approved_by, submitted, weighing

PLAN = USUAL_RAMP.model_dump(mode="json")
PERCENTS = (1, 5, 25, 100)
CROWD = range(2_000)
"""People whose treatment is looked at."""
BEGUN = datetime(2020, 9, 1, tzinfo=UTC)
_MOST_POINTS = 0.5


def _ramped(at: dict[str, Person], plan: dict | None = None, **said: object) -> dict:
    """A change of a weight that two approved, on the first step of its ramp."""
    change = submitted(at["olu"], ramp=plan or PLAN, **said)
    return ok(at["ann"].do(approved_by(change, at["ann"], at["ben"]), "apply"))


def _treated(person: Person, subject: str = "watch-time") -> frozenset[int]:
    """The people of the crowd for whom the newest content is in force, as a consumer reads it."""
    live = ok(person.get(f"/v1/live/ranking/{subject}"))
    if live["ramp_revision"] is None:
        return frozenset(CROWD) if live["content"] else frozenset()
    return frozenset(
        number for number in CROWD if is_reached(live["salt"], number, live["percent"])
    )


def _percent(person: Person, change: dict) -> int:
    change = now_of(person, change)
    return 100 if change["state"] == "live" else change["ramp"]["percent"]


def test_it_goes_up_at_each_bake_time_and_skips_no_step(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    with people(story, **THREE) as at:
        change = _ramped(at)
        seen = [_percent(at["ann"], change)]
        for _ in range(3):
            assert passed(story, hours=1, seconds=-1) == 0
            assert _percent(at["ann"], change) == seen[-1]
            assert passed(story, seconds=1) == 1
            seen.append(_percent(at["ann"], change))
        assert tuple(seen) == PERCENTS
        assert acts_of(at["ann"], change)[-4:] == ["apply", "advance", "advance", "advance"]
        assert now_of(at["ann"], change)["state"] == "live"
        jumped = _ramped(at, content=a_weight("jumps"))
        assert passed(story, days=30) == 1
        assert acts_of(at["ann"], jumped)[-4:] == ["apply", "advance", "advance", "advance"]


@ON_SQLITE
def test_what_consumers_read_is_what_the_clockwork_writes_down_later(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    chance = Random(5)
    with people(story, **THREE) as at:
        _ramped(at)
        shares, before = [], frozenset()
        for _ in range(9):
            moved(story, minutes=chance.randrange(5, 40))
            read = _treated(at["ann"])
            settled(story)
            assert _treated(at["ann"]) == read
            assert before <= read
            before = read
            shares.append(len(read) / len(CROWD))
    print(f"\nshares read, and written later: {shares}")
    assert shares[-1] == 1
    assert len(set(shares)) == 4


def _through_a_pause(story: ControlPlane, at: dict[str, Person]) -> list[str]:
    """What is wrong after a ramp was paused for ten hours in the middle of its second step."""
    change, wrong = _ramped(at), []
    passed(story, hours=1, minutes=30)
    reached = _treated(at["ann"])
    ok(at["olu"].do(now_of(at["ann"], change), "pause", reason="complaints"))
    passed(story, hours=10)
    if _treated(at["ann"]) != reached:
        wrong.append("the pause changed who is reached")
    ok(at["ann"].do(now_of(at["ann"], change), "resume"))
    if _treated(at["ann"]) != reached:
        wrong.append("going on changed who is reached")
    passed(story, minutes=30, seconds=-1)
    if _percent(at["ann"], change) != 5:
        wrong.append("the pause counted as bake time")
    passed(story, seconds=1)
    if _percent(at["ann"], change) != 25 or not reached < _treated(at["ann"]):
        wrong.append("it does not go on to the third step")
    return wrong


def test_paused_time_does_not_count_and_going_on_keeps_the_people(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    with people(story, **THREE) as at:
        assert _through_a_pause(story, at) == []


@ON_SQLITE
def test_a_pause_that_counts_as_bake_time_turns_the_proof_red(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    monkeypatch.setattr(
        RampPlace, "resumed", lambda place, now: RampPlace(step=place.step, since=place.since)
    )
    with people(story, **THREE) as at:
        assert "the pause counted as bake time" in _through_a_pause(story, at)


@ON_SQLITE
def test_a_ramp_that_waits_for_somebody_goes_up_one_watched_step_at_a_time(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    with people(story, **THREE) as at:
        change = _ramped(at, {**PLAN, "is_automatic": False})
        early = at["ann"].do(change, "advance")
        assert (early.status_code, "watched until" in early.json()["detail"]) == (409, True)
        assert passed(story, hours=5) == 0
        change = ok(at["ann"].do(change, "advance"))
        assert _percent(at["ann"], change) == 5
        assert at["ann"].do(change, "advance").status_code == 409
        passed(story, hours=1)
        assert at["olu"].do(change, "advance").status_code == 403
        change = ok(at["olu"].do(change, "pause", reason="complaints"))
        assert at["ann"].do(change, "advance").status_code == 409
        change = ok(at["ann"].do(ok(at["ann"].do(change, "resume")), "advance"))
        assert _percent(at["ann"], change) == 25


@ON_SQLITE
def test_it_is_killed_for_everybody_at_once_on_each_of_its_steps(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighing(monkeypatch)
    with people(story, **THREE) as at:
        for step, percent in enumerate(PERCENTS[:3]):
            change = _ramped(at, content=a_weight(f"w{step}"))
            moved(story, hours=step)
            assert _percent(at["ann"], change) == percent
            path = f"/v1/changes/{change['id']}/stop"
            ok(at["olu"].send("POST", path, {"reason": "complaints"}, if_match="*"))
            assert _treated(at["ann"], f"w{step}") == frozenset()
            with closing(ControlClient.at(str(at["olu"].http.base_url))) as nobody:
                said = stopped(nobody.of(lambda: at["olu"].token), change["id"], "again")
            assert said.endswith(f"ranking w{step}: nothing is in force.\n")
            assert passed(story, hours=5) == 0


Reaching = Callable[[str, int, int], bool]


def _judged(reaches: Reaching, salts: Sequence[str], numbers: int) -> tuple[list[str], float]:
    """What is wrong with the steps of these ramps, and how many points a share is off at most."""
    wrong, worst = [], 0.0
    for salt in salts:
        before: set[int] = set()
        for percent in PERCENTS:
            reached = {number for number in range(numbers) if reaches(salt, number, percent)}
            if before - reached:
                wrong.append(f"{percent} per cent lose {len(before - reached)} people of {salt}")
            off = abs(100 * len(reached) / numbers - percent)
            if off > _MOST_POINTS:
                wrong.append(f"{percent} per cent are {off:.2f} points off in {salt}")
            worst, before = max(worst, off), reached
    return wrong, worst


def test_a_step_up_only_adds_people_and_each_share_is_what_it_says() -> None:
    wrong, worst = _judged(is_reached, ["a", "b"], 100_000)
    print(f"\n2 ramps of 100,000 people: shares at most {worst:.3f} points off")
    assert wrong == []


def test_people_who_are_drawn_anew_on_each_step_turn_the_proof_red() -> None:
    def drawn_anew(salt: str, person: int, percent: int) -> bool:
        return is_reached(f"{salt}{percent}", person, percent)

    def in_order(salt: str, person: int, percent: int) -> bool:
        return person < percent * 100

    assert any("lose" in each for each in _judged(drawn_anew, ["a"], 20_000)[0])
    assert any("points off" in each for each in _judged(in_order, ["a"], 20_000)[0])


def test_two_ramps_reach_different_people_first() -> None:
    first = {number for number in range(20_000) if is_reached("a", number, 5)}
    second = {number for number in range(20_000) if is_reached("b", number, 5)}
    assert len(first & second) / len(first) < 0.1
    assert ramp.bucket_of("a", 7) != ramp.bucket_of("b", 7)


_PLANS = st.lists(st.integers(0, 7_200), min_size=2, max_size=8).map(
    lambda bakes: RampPlan(
        steps=tuple(
            RampStep(percent=100 if step + 1 == len(bakes) else step + 1, bake_seconds=bake)
            for step, bake in enumerate(bakes)
        )
    )
)


@given(plan=_PLANS, looks=st.lists(st.integers(0, 60_000), max_size=12))
def test_looking_in_between_changes_nothing(plan: RampPlan, looks: list[int]) -> None:
    first = written = RampPlace(step=0, since=BEGUN)
    for seconds in sorted(looks):
        now = BEGUN + timedelta(seconds=seconds)
        stood, written = written.step, written.at(plan, now)
        assert written == first.at(plan, now)
        assert stood <= written.step


@pytest.mark.parametrize("percents", [(5, 1, 100), (1, 1, 100), (1, 5, 25)])
def test_a_plan_goes_up_to_everybody(percents: tuple[int, ...]) -> None:
    steps = tuple(RampStep(percent=each, bake_seconds=60) for each in percents)
    with pytest.raises(ValidationError, match="the steps go up"):
        RampPlan(steps=steps)
