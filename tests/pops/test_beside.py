"""The points of presence beside a demo's dashboard: there, back after a kill, gone with it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import psutil
import pytest

from dashboard.backend.ofrep.ledger import Ledger
from dashboard.backend.ofrep.routes import Edge
from dashboard.control.beside import Beside
from dashboard.control.watch import Heard
from dashboard.control.wire import ClockMode, ClockReading
from dashboard.pops.program import EVERY_SECONDS, POPS
from dashboard.ui import control
from tests.backend.edges import Rules, serving
from tests.conditions import comes_true
from tests.servers import ROOT

_STARTS_WITHIN_SECONDS = 60.0
_MOST_OF_A_CORE = 0.03
_MEASURED_SECONDS = 8.0


@contextmanager
def beside(tmp_path: Path, address: str) -> Iterator[Beside]:
    """A dozen points of presence as a program beside this one."""
    command = ["pops", "--backend", address, "--folder", str(tmp_path / "pops")]
    program = Beside(ROOT, command, lambda: True)
    program.start()
    try:
        yield program
    finally:
        program.stop()


def test_a_dozen_come_back_after_a_kill_and_end_when_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = _keyed(tmp_path, monkeypatch)
    ledger = Ledger()
    with serving(Edge(Rules().live, ledger, key)) as address, beside(tmp_path, address) as program:
        comes_true(lambda: len(ledger.points()) == len(POPS), within_seconds=_STARTS_WITHIN_SECONDS)
        first = program.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        comes_true(lambda: program.process_id != first)
        killed_at = datetime.now(UTC)
        comes_true(lambda: all(each.heard_at > killed_at for each in ledger.points()),
                   within_seconds=_STARTS_WITHIN_SECONDS)  # fmt: skip
        last = program.process_id
        assert last is not None
        program.stop()
        assert not psutil.pid_exists(last)


@pytest.mark.wide
def test_a_dozen_idle_for_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, key = Ledger(), _keyed(tmp_path, monkeypatch)
    with serving(Edge(Rules().live, ledger, key)) as address, beside(tmp_path, address) as program:
        # What they look up once, with the first requests of each place, is not idling.
        comes_true(lambda: _least_served(ledger) > 300, within_seconds=_STARTS_WITHIN_SECONDS)
        assert program.process_id is not None
        theirs, ours = psutil.Process(program.process_id), psutil.Process()
        before, asking = _core_seconds(theirs), _core_seconds(ours)
        Event().wait(_MEASURED_SECONDS)
        share = (_core_seconds(theirs) - before) / _MEASURED_SECONDS
        answering = (_core_seconds(ours) - asking) / _MEASURED_SECONDS
    print(f"{len(POPS)} points of presence, a poll each {EVERY_SECONDS:g} s: {share:.1%} of a "
          f"core, {answering:.1%} for who answers them")  # fmt: skip
    assert share < _MOST_OF_A_CORE


def _least_served(ledger: Ledger) -> int:
    told = [sum(each.served.values()) for each in ledger.points()]
    return min(told) if len(told) == len(POPS) else 0


def _core_seconds(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


@pytest.mark.parametrize(
    ("mode", "silent_since", "is_due"),
    [(ClockMode.DEMO, None, True), (ClockMode.WALL, None, False),
     (ClockMode.DEMO, datetime(2026, 1, 1, tzinfo=UTC), False), (None, None, False)],
)  # fmt: skip
def test_they_run_beside_a_demo_that_answers_and_nowhere_else(
    mode: ClockMode | None, silent_since: datetime | None, is_due: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    now = datetime.now(UTC)
    clock = mode and ClockReading(now=now, wall_at=now, mode=mode, is_set=True)
    control._watch.cache_clear()
    monkeypatch.setattr(control._watch(), "heard", Heard(clock, silent_since))
    assert control._is_demo_that_answers() is is_due
    control._watch.cache_clear()


def test_a_dashboard_that_is_told_of_a_control_plane_runs_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[object] = []
    monkeypatch.setattr(Beside, "start", lambda self: started.append(self))
    monkeypatch.setattr(Beside, "stop", lambda _: None)
    for url, count in (("http://127.0.0.1:1", 0), ("", 2)):
        monkeypatch.setenv("BACKEND_URL", url)
        control._watch.cache_clear()
        control.start_control()
        control.stop_control()
        assert len(started) == count
    control._watch.cache_clear()
    control._edge.cache_clear()
    control._companion.cache_clear()


def _keyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the edge of this test is let in by."""
    path = tmp_path / "edge.key"
    path.write_text("k" * 43)
    monkeypatch.setenv("EDGE_KEY_FILE", str(path))
    return "k" * 43
