"""Taking sources in without a process for each: ten times as quick where the sources are small.

What that process is for (little memory and time, hostile bytes, kills at any instant, a full disk)
is tested with it, by whoever asks for the fixture ``own_process``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dashboard.warehouse.ingest import intake, supervision, worker
from dashboard.warehouse.ingest.order import Message, Order, Outcome
from dashboard.warehouse.ingest.report import Progress
from dashboard.warehouse.ingest.staging import Staging


def carried_out_here(order: Order, _lock: int, progress: Progress) -> Outcome:
    """What a worker would make of the order, made by this process."""

    def tell(message: Message) -> None:
        progress(message.share, message.sentence)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(worker, "_tell", tell)
        return worker._carried_out(order, Staging(order.staging))


@contextmanager
def ingesting_here() -> Iterator[None]:
    """Inside it every ingest is carried out by this process."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(intake, "carried_out", carried_out_here)
        yield


@contextmanager
def ingesting_apart() -> Iterator[None]:
    """Inside it every ingest has a process of its own, as in the product."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(intake, "carried_out", supervision.carried_out)
        yield
