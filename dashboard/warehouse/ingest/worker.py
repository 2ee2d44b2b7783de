"""The worker: a process of little memory and time that reads foreign bytes and writes our files."""

import ctypes
import os
import re
import resource
import signal
import sys
from dataclasses import replace
from time import monotonic

import duckdb
import polars as pl

from dashboard.errors import IngestError
from dashboard.warehouse.ingest.landing import land
from dashboard.warehouse.ingest.order import MESSAGE, ORDER, OUTCOME, Message, Order, Outcome
from dashboard.warehouse.ingest.report import IngestReport
from dashboard.warehouse.ingest.staging import Staging
from dashboard.warehouse.ingest.task import Task

ADDRESS_SPACE_BYTES = 6 << 30
_PR_SET_PDEATHSIG = 1
_DISK_FAILED = (
    "The warehouse's disk could not be written or read{}; nothing was published. See that it has "
    "room and is whole, then start again: the ingest goes on where it was."
)
_SECONDS_BETWEEN_MESSAGES = 0.1


def main() -> int:
    """Carry out the order on standard input; messages go to standard output, one a line."""
    order = ORDER.validate_json(sys.stdin.buffer.read())
    _confine(order)
    staging = Staging(order.staging)
    try:
        outcome = _carried_out(order, staging)
    except IngestError as error:
        _tell(Message(error=type(error).__name__, sentence=str(error)))
        return 2
    except (MemoryError, duckdb.OutOfMemoryException):
        _tell(
            Message(error="HostileFile", sentence="The source needs more memory than it may use.")
        )
        return 2
    except (OSError, duckdb.IOException, pl.exceptions.ComputeError) as failed:
        why = _complaint_of_the_system(failed)
        if isinstance(failed, pl.exceptions.ComputeError) and not why:
            raise
        _tell(Message(error="IngestError", sentence=_DISK_FAILED.format(why)))
        return 2
    staging.remember("outcome", OUTCOME.dump_json(outcome).decode())
    return 0


def _complaint_of_the_system(failed: Exception) -> str:
    """What the operating system said, in brackets; nothing where it said nothing."""
    if isinstance(failed, OSError):
        return f" ({failed.strerror})" if failed.strerror else ""
    number = re.search(r"\(os error (\d+)\)", str(failed))
    return f" ({os.strerror(int(number[1]))})" if number else ""


def _carried_out(order: Order, staging: Staging) -> Outcome:
    manifest, reports = order.before, []
    teller = _Teller(len(order.loads))
    for index, load in enumerate(order.loads):
        task = Task(
            load=load,
            folder=order.folder,
            before=manifest,
            room=staging.room(f"load-{index:04d}"),
            tag=f"v{order.before.version + 1:06d}-{index}",
            progress=teller.part(index),
        )
        landed = land(task)
        manifest = landed.manifest
        reports.append(landed.report)
    if manifest != order.before:
        manifest = replace(manifest, version=order.before.version + 1)
    return Outcome(manifest, tuple(_at(report, manifest.version) for report in reports))


def _at(report: IngestReport, version: int) -> IngestReport:
    return replace(report, version=version)


def _confine(order: Order) -> None:
    """Die with the supervisor, and use no more of the machine than the order allows."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != order.supervisor:
        sys.exit(1)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (order.cpu_seconds, order.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Teller:
    """Tells the supervisor how far the whole order is, not more often than it can be seen."""

    def __init__(self, loads: int) -> None:
        self._loads = loads
        self._told = 0.0

    def part(self, index: int) -> "_Part":
        return _Part(self, index)

    def tell(self, index: int, share: float, sentence: str) -> None:
        if monotonic() - self._told >= _SECONDS_BETWEEN_MESSAGES:
            self._told = monotonic()
            _tell(Message(share=(index + share) / self._loads, sentence=sentence))


class _Part:
    """The progress of one load among several."""

    def __init__(self, teller: _Teller, index: int) -> None:
        self._teller = teller
        self._index = index

    def __call__(self, share: float, sentence: str) -> None:
        self._teller.tell(self._index, share, sentence)


def _tell(message: Message) -> None:
    sys.stdout.buffer.write(MESSAGE.dump_json(message) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
