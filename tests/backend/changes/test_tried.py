"""What nobody asks for is done again and again, and what fails holds up nothing else."""

from collections.abc import Callable

import pytest

from dashboard.backend.changes import force
from dashboard.backend.changes.clockwork import Clockwork
from dashboard.backend.changes.desk import Desk
from dashboard.backend.changes.outbox import outbox_state, publish_waiting
from dashboard.backend.changes.store import Doc
from dashboard.backend.plane import ControlPlane
from dashboard.errors import DashboardError
from tests.backend.changes.acting import Person, a_freeze, applied, ok, people
from tests.backend.changes.fences import THREE
from tests.backend.changes.story import BEGUN, now_of, passed
from tests.conditions import comes_true

FAILURES = pytest.mark.parametrize(
    "failure", [DashboardError("not now"), RuntimeError("a fault"), OSError("no space left")],
    ids=["refused", "faulty", "full"],
)  # fmt: skip


@FAILURES
def test_work_that_failed_is_tried_again(failure: Exception) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise failure

    clockwork = Clockwork(work, every_seconds=0.001)
    clockwork.start()
    comes_true(lambda: len(tries) > 2)
    clockwork.stop()


@FAILURES
def test_a_schedule_that_fails_holds_up_no_other(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    begin = force.begin

    def faulty(desk: Desk, doc: Doc) -> Doc:
        if doc.subject == "first":
            raise failure
        return begin(desk, doc)

    monkeypatch.setattr(force, "begin", faulty)
    with people(story, **THREE) as at:
        first, second = (_scheduled(at, name) for name in ("first", "second"))
        assert passed(story, hours=3) == 1
        assert now_of(at["ann"], first)["state"] == "scheduled"
        assert now_of(at["ann"], second)["state"] == "live"
        monkeypatch.setattr(force, "begin", begin)
        assert passed(story, seconds=1) == 1
        assert now_of(at["ann"], first)["state"] == "live"


def test_a_full_disk_keeps_what_waits_and_is_told(
    story: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(story, **THREE) as at:
        applied(at["olu"], at["ann"], a_freeze())
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkdtemp", _raising(OSError("No space left on device")))
        with pytest.raises(OSError, match="No space"):
            publish_waiting(story)
    state = outbox_state(story)
    assert (state.waiting, state.trouble) == (1, "No space left on device")


def _raising(failure: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise failure

    return fail


def _scheduled(at: dict[str, Person], name: str) -> dict:
    change = ok(at["olu"].create(a_freeze(name)))
    for act in ("preview", "submit"):
        change = ok(at["olu"].do(change, act))
    change = ok(at["ann"].do(change, "approve"))
    noon = BEGUN.replace(hour=11).isoformat()
    return ok(at["ann"].do(change, "schedule", at=noon))
