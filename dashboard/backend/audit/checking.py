"""Checking the chain while it is asked about: whole each time, and nobody waits long for it."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late

import sqlalchemy as sa

from dashboard.backend.audit.checkpoints import signed_checkpoints
from dashboard.backend.audit.log import head, origin
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT
from dashboard.control.wire import AuditState
from dashboard.verify_audit import Checkpoint, Tampered, verify

PATIENCE_SECONDS = 2.0
_AT_ONCE = 1_000


class ChainCheck:
    """The check of one control plane's audit. A long one goes on while its askers are answered."""

    def __init__(self, plane: ControlPlane, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Prepare; nothing is checked before somebody asks."""
        self._plane = plane
        self._patience = patience_seconds
        self._turn = threading.Lock()
        self._worker = ThreadPoolExecutor(1, "chain-check")
        self._under_way: Future[AuditState] | None = None
        self._last: AuditState | None = None

    def state(self) -> AuditState:
        """How the chain stands: checked now, or as far as the last check went if this takes long.

        While the first one goes on, no row is checked yet.
        """
        with self._turn:
            if self._under_way is None or self._under_way.done():
                self._under_way = self._worker.submit(checked_now, self._plane)
            asked = self._under_way
        try:
            self._last = asked.result(self._patience)
        except Late:
            return self._last or _unchecked(self._plane)
        return self._last


def checked_now(plane: ControlPlane) -> AuditState:
    """The whole chain and every signed checkpoint, checked."""
    # Read before the rows: what is signed while those are read tells of more than are seen.
    points, finding = _signed(plane)
    with plane.database.reading() as connection:
        end = head(connection)
        finding = finding or _finding(connection, points)
    signed = 0 if finding else max((point.size for point in points), default=0)
    return AuditState(
        size=end.size, head=end.hash, signed_size=signed, finding=finding,
        checked_size=end.size, checked_at=plane.wall(),
    )  # fmt: skip


def _signed(plane: ControlPlane) -> tuple[list[Checkpoint], str]:
    """The checkpoints, and what is wrong with them; nothing where nothing is."""
    try:
        return signed_checkpoints(plane.audit_folder), ""
    except Tampered as found:
        return [], str(found)


def _finding(connection: sa.Connection, points: list[Checkpoint]) -> str:
    """What is wrong with the chain; nothing where nothing is."""
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(
        sa.select(AUDIT.c.body, AUDIT.c.hash).order_by(AUDIT.c.seq)
    )
    try:
        verify(origin(connection), ((body, digest) for body, digest in rows), points)
    except Tampered as found:
        return str(found)
    return ""


def _unchecked(plane: ControlPlane) -> AuditState:
    end = plane.audit_head()
    return AuditState(
        size=end.size, head=end.hash, signed_size=0, finding="", checked_size=0, checked_at=None
    )
