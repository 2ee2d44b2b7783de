"""Supervision: the worker is started, watched, and ended when it takes more than it may."""

import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

import dashboard
from dashboard.errors import FatalSource, HostileFile, IngestError
from dashboard.warehouse.ingest.allocation import KEEPING
from dashboard.warehouse.ingest.order import MESSAGE, ORDER, OUTCOME, Message, Order, Outcome
from dashboard.warehouse.ingest.report import Progress
from dashboard.warehouse.ingest.staging import Staging

RESIDENT_BYTES = 1 << 30
_GLANCE_SECONDS = 0.1
_ERRORS = {error.__name__: error for error in (FatalSource, HostileFile, IngestError)}
_ROOT = Path(dashboard.__file__).parent.parent
_ENVIRONMENT = {
    "PYTHONPATH": str(_ROOT),
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    **KEEPING,
}


def carried_out(order: Order, lock: int, progress: Progress) -> Outcome:
    """What a worker makes of the order; raises what the worker raised, or says why it was ended.

    The worker holds the lock as well, so that nobody writes while it lives.
    """
    with TemporaryFile() as complaints, _started(lock, complaints.fileno()) as worker:
        try:
            _hand_over(worker, order)
            last = _watched(worker, order.cpu_seconds, progress)
        except BaseException:
            worker.kill()
            raise
        code = worker.wait()
        if code:
            complaints.seek(0)
            raise _failure(code, last, complaints.read().decode(errors="replace"))
    text = Staging(order.staging).recall("outcome")
    assert text is not None
    return OUTCOME.validate_json(text)


def _started(lock: int, complaints: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard.warehouse.ingest.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        pass_fds=(lock,),
        start_new_session=True,
        env=_ENVIRONMENT,
        cwd=_ROOT,
    )


def _hand_over(worker: "subprocess.Popen[bytes]", order: Order) -> None:
    assert worker.stdin is not None
    worker.stdin.write(ORDER.dump_json(order))
    worker.stdin.close()


def _watched(worker: "subprocess.Popen[bytes]", wall_seconds: int, progress: Progress) -> Message:
    """Pass its progress on until it ends; its last message."""
    last = Message()
    deadline = monotonic() + wall_seconds
    for line in _lines(worker):
        if line:
            last = MESSAGE.validate_json(line)
            if not last.error:
                progress(last.share, last.sentence)
        if monotonic() > deadline:
            raise HostileFile(
                f"The source was given up after {wall_seconds} s, too long for its size."
            )
        if _resident_bytes(worker.pid) > RESIDENT_BYTES:
            raise HostileFile("The source was given up: it takes more than a gigabyte of memory.")
    return last


def _lines(worker: "subprocess.Popen[bytes]") -> Iterator[bytes]:
    """Its lines as they come, and an empty one whenever it has been silent for a glance."""
    assert worker.stdout is not None
    pipe, held = worker.stdout.fileno(), b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(_GLANCE_SECONDS):
                yield b""
                continue
            said = os.read(pipe, 65_536)
            if not said:
                return
            *lines, held = (held + said).split(b"\n")
            yield from lines


def _resident_bytes(process: int) -> int:
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _failure(code: int, last: Message, complaints: str) -> IngestError:
    if last.error:
        return _ERRORS.get(last.error, IngestError)(last.sentence)
    if code < 0:
        name = signal.Signals(-code).name
        return HostileFile(
            f"The source ended the process that read it ({name}); nothing was taken in."
        )
    said = complaints.strip().splitlines() or ["it said nothing"]
    return IngestError(
        f"The process that read the source failed, and nothing was published: {said[-1]}"
    )
