"""Tried: work that nobody asks for goes on whatever goes wrong, and holds up nothing else."""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from dashboard.errors import DashboardError

_LOG = logging.getLogger(__name__)
_Each = TypeVar("_Each")
_Given = TypeVar("_Given")


def tried(work: Callable[[], _Given], what: str) -> _Given | None:
    """What the work gives; None where it failed, which is logged as ``what`` that waits."""
    try:
        return work()
    except DashboardError as failed:
        _LOG.warning("%s waits: %s", what, failed)
    # Nobody else does this work: a fault of the program must not end it for good.
    except Exception:  # noqa: BLE001
        _LOG.exception("%s waits", what)
    return None


def done_apart(do: Callable[[_Each], bool], those: Iterable[_Each]) -> list[_Each]:
    """Those for which it said yes; one at which it failed is tried the next time."""
    return [each for each in those if tried(partial(do, each), str(each))]
