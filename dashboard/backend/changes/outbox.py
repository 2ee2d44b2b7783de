"""The outbox: what was put in force is told to the warehouse, so that reading needs no HTTP.

A row waits here from the transaction that put it in force until the warehouse has published it. A
row that is published twice replaces itself by its key, so a kill between publishing and noting that
changes nothing.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from dashboard.backend.changes.tables import OUTBOX
from dashboard.backend.database import Database
from dashboard.backend.plane import ControlPlane
from dashboard.control.status import OutboxState
from dashboard.errors import DashboardError, IngestError
from dashboard.warehouse.ingest import IngestOptions, ingest
from dashboard.warehouse.ingest.report import in_silence
from dashboard.warehouse.tables import APPLIED_CHANGES

EVERY_SECONDS = 1.0
_AT_ONCE = 500
_TROUBLE: WeakKeyDictionary[Database, str] = WeakKeyDictionary()
_NO_FOLDER = (
    "The warehouse is a server, which takes what is loaded from a folder. What was put in force "
    "waits here until the control plane works over that folder (WAREHOUSE_URL), and CLICKHOUSE_URL "
    "names the server."
)


def publish_waiting(plane: ControlPlane) -> int:
    """Tell the warehouse what waits, the oldest first; how many rows that was.

    Raises IngestError, WarehouseError or OSError where it does not take them; they wait on. A row
    that it refuses waits alone.
    """
    with plane.database.reading() as connection:
        waiting = connection.execute(_waiting().limit(_AT_ONCE)).all()
    if not waiting or not isinstance(plane.warehouse_place, Path):
        return 0
    try:
        rows = {row.number: row.row for row in waiting}
        taken, refused = _taken(plane, plane.warehouse_place, rows)
        _load(plane, plane.warehouse_place)
    except (DashboardError, OSError) as failed:
        _TROUBLE[plane.database] = str(failed)
        raise
    with plane.database.writing() as connection:
        these = sa.update(OUTBOX).where(OUTBOX.c.number.in_(taken))
        connection.execute(these.values(published_at=plane.wall()))
    if refused:
        _TROUBLE[plane.database] = refused
        raise IngestError(refused)
    _TROUBLE.pop(plane.database, None)
    return len(taken)


def outbox_state(plane: ControlPlane) -> OutboxState:
    """How much waits, since when, and why."""
    counted = sa.select(sa.func.count(), sa.func.min(OUTBOX.c.at))
    with plane.database.reading() as connection:
        number, oldest = connection.execute(counted.where(OUTBOX.c.published_at.is_(None))).one()
    why = _TROUBLE.get(plane.database, "")
    if number and not isinstance(plane.warehouse_place, Path):
        why = _NO_FOLDER
    return OutboxState(waiting=number, oldest_at=oldest, trouble=why)


def _waiting() -> sa.Select[tuple[int, str]]:
    query = sa.select(OUTBOX.c.number, OUTBOX.c.row).where(OUTBOX.c.published_at.is_(None))
    return query.order_by(OUTBOX.c.number)


def _load(plane: ControlPlane, folder: Path) -> None:
    """Have the server that people read from know it too, where there is one."""
    if plane.load_into is None:
        return
    # Only who loads a server needs its client.
    from dashboard.warehouse.clickhouse.connection import Purpose, connect
    from dashboard.warehouse.clickhouse.loading import load_folder

    connection = connect(plane.load_into, Purpose.LOAD)
    load_folder(folder, connection, plane.load_into.database, in_silence)


def _taken(plane: ControlPlane, folder: Path, waiting: dict[int, str]) -> tuple[list[int], str]:
    """The numbers of those rows that the warehouse has now, and why it refuses the others.

    Where it refuses any, each half is tried alone, down to the one row that is wrong.
    """
    refused = _published(plane, folder, list(waiting.values()))
    if not refused:
        return list(waiting), ""
    if len(waiting) == 1:
        return [], refused
    rows, half = list(waiting.items()), len(waiting) // 2
    first, second = (_taken(plane, folder, dict(part)) for part in (rows[:half], rows[half:]))
    return first[0] + second[0], first[1] or second[1]


def _published(plane: ControlPlane, folder: Path, rows: list[str]) -> str:
    """Publish these rows; why some of them are refused, nothing where none is."""
    warehouse = plane.warehouse()
    known = warehouse.watermarks.get(APPLIED_CHANGES.name)
    now = plane.now().now
    # The sample takes no source by hand; this table of it is the control plane's own.
    options = IngestOptions(
        synthetic=warehouse.synthetic, watermark=now if known is None else max(now, known)
    )
    newest = {(row["change_id"], row["revision"]): row for row in map(json.loads, rows)}
    with TemporaryDirectory() as place:
        source = Path(place) / "applied_changes.jsonl"
        source.write_text("".join(f"{json.dumps(row)}\n" for row in newest.values()))
        report = ingest(APPLIED_CHANGES, [source], folder, options=options)
    if not report.refused:
        return ""
    return f"The warehouse refuses what was put in force: {report.refused[0].reason}."
