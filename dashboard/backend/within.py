"""Within: work that may hang is waited for no longer than so many seconds."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_Given = TypeVar("_Given")
_AT_ONCE = threading.BoundedSemaphore(16)
"""What hangs is left behind; so many may, and no more, for each keeps a thread."""


def within(seconds: float, work: Callable[[], _Given]) -> _Given:
    """What the work gives; raises TimeoutError where that takes longer, or too much hangs."""
    if not _AT_ONCE.acquire(timeout=seconds):
        raise TimeoutError("Too much of this hangs already.")
    given: Future[_Given] = Future()
    threading.Thread(target=_do, args=(work, given), name="within", daemon=True).start()
    return given.result(seconds)


def _do(work: Callable[[], _Given], given: Future[_Given]) -> None:
    try:
        given.set_result(work())
    # Whoever waits is told, whatever it was.
    except BaseException as failed:  # noqa: BLE001
        given.set_exception(failed)
    finally:
        _AT_ONCE.release()
