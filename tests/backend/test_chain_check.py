"""The whole chain is checked when somebody asks, and nobody waits long for it."""

import os
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa

from dashboard.backend.audit import checking
from dashboard.backend.audit.checking import ChainCheck
from dashboard.backend.audit.checkpoints import Checkpoints
from dashboard.backend.audit.entries import Entry
from dashboard.backend.audit.log import Head, head, origin
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


def test_rows_that_are_signed_while_it_goes_on_do_not_look_cut_off(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    with plane.database.reading() as connection:
        installation = origin(connection)
    plane.record_refusal(Entry("tried", "somebody", "something"))

    def overtaken(connection: sa.Connection) -> Head:
        seen = head(connection)
        plane.record_refusal(Entry("tried", "somebody", "something else"))
        Checkpoints(plane.audit_folder, installation, plane.audit_head).sign()
        return seen

    monkeypatch.setattr(checking, "head", overtaken)
    assert checking.checked_now(plane).finding == ""


def test_a_checkpoint_that_the_disk_took_half_of_is_signed_anew(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    plane.record_refusal(Entry("tried", "somebody", "something"))
    with plane.database.reading() as connection:
        checkpoints = Checkpoints(plane.audit_folder, origin(connection), plane.audit_head)
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda descriptor, text: write(descriptor, text[:40]))
        with suppress(OSError):
            checkpoints.sign()
    checkpoints.sign()
    state = checking.checked_now(plane)
    assert (state.finding, state.signed_size) == ("", 1)
