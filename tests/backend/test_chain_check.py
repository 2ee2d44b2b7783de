"""The whole chain is checked when somebody asks, and nobody waits long for it."""

import threading
from dataclasses import replace
from datetime import datetime

from dashboard.backend.audit.checking import ChainCheck
from dashboard.backend.audit.entries import Entry
from dashboard.backend.plane import ControlPlane, wall_now
from tests.conditions import comes_true


def test_a_check_that_takes_long_is_not_waited_for(plane: ControlPlane) -> None:
    going_on = threading.Event()

    def slow() -> datetime:
        going_on.wait(20)
        return wall_now()

    check = ChainCheck(replace(plane, wall=slow), patience_seconds=0.05)
    plane.record_refusal(Entry("tried", "somebody", "something"))
    first = check.state()
    assert (first.checked_size, first.checked_at) == (0, None)
    going_on.set()
    comes_true(lambda: check.state().checked_at is not None)
    assert check.state().checked_size == 1
