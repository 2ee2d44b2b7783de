"""The control plane beside the dashboard: it is there, comes back, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from dashboard.control.client import ControlClient
from dashboard.control.companion import Companion
from dashboard.control.watch import Watch
from dashboard.errors import ControlSilent
from tests.conditions import comes_true
from tests.servers import ROOT

pytestmark = pytest.mark.wide

_STARTS_WITHIN_SECONDS = 60.0


@pytest.fixture
def companion(
    tiny_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Companion]:
    """A companion that is running."""
    monkeypatch.setenv("WAREHOUSE_URL", f"duckdb:///{tiny_warehouse}")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'control.db'}")
    monkeypatch.setenv("AUDIT_FOLDER", str(tmp_path))
    started = Companion(ROOT, lambda: True)
    started.start()
    yield started
    started.stop()


def _answers(client: ControlClient) -> bool:
    try:
        client.clock()
    except ControlSilent:
        return False
    return True


@pytest.mark.wide
def test_it_answers_comes_back_after_a_kill_at_the_same_address_and_ends_when_told(
    companion: Companion,
) -> None:
    with closing(ControlClient.at(companion.url)) as client:
        comes_true(lambda: _answers(client), within_seconds=_STARTS_WITHIN_SECONDS)
        first = companion.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        comes_true(lambda: companion.process_id != first)
        comes_true(lambda: _answers(client), within_seconds=_STARTS_WITHIN_SECONDS)
        second = companion.process_id
        assert second is not None
        companion.stop()
        assert not psutil.pid_exists(second)
        assert not _answers(client)


@pytest.mark.wide
def test_it_ends_with_a_dashboard_that_was_killed(tiny_warehouse: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from threading import Event\n"
        "from dashboard.control.companion import Companion\n"
        f"companion = Companion(Path({str(ROOT)!r}), lambda: True); companion.start()\n"
        "while companion.process_id is None: Event().wait(0.01)\n"
        "print(companion.process_id, flush=True); Event().wait()\n"
    )
    environment = {
        **os.environ,
        "WAREHOUSE_URL": f"duckdb:///{tiny_warehouse}",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'control.db'}",
        "AUDIT_FOLDER": str(tmp_path),
    }
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    comes_true(lambda: _is_gone(child), within_seconds=_STARTS_WITHIN_SECONDS)


def _is_gone(process_id: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE)
    return True


def test_the_watch_keeps_what_it_heard_and_since_when_it_hears_nothing(
    companion: Companion,
) -> None:
    with closing(ControlClient.at(companion.url)) as client:
        watch = Watch(client.clock)
        watch.look()
        assert watch.heard.clock is None
        since = watch.heard.silent_since
        assert since is not None
        watch.look()
        assert watch.heard.silent_since == since
        comes_true(lambda: _answers(client), within_seconds=_STARTS_WITHIN_SECONDS)
        watch.look()
        assert watch.heard.silent_since is None
        heard = watch.heard.clock
        assert heard is not None
        companion.stop()
        watch.look()
        assert watch.heard.clock == heard
        assert watch.heard.silent_since is not None
