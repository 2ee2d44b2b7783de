"""Rows of the audit that tell of changes, held against the reach of whoever reads them."""

import json
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from dashboard.access.reader import Reach
from dashboard.backend.changes.extent import is_within, texts_within
from dashboard.backend.changes.registry import KINDS
from dashboard.backend.changes.store import doc_of
from dashboard.backend.changes.tables import CHANGES, JOBS
from dashboard.control.changes import ChangeKind

AuditedRow = sa.Row[tuple[int, str, str]]


def within_reach(
    connection: sa.Connection, reach: Reach, rows: Iterable[AuditedRow]
) -> Iterator[AuditedRow]:
    """The rows but for those of changes that are, or were then, about countries beyond reach."""
    if reach.countries is None:
        yield from rows
        return
    hidden = _beyond(connection, reach)
    for row in rows:
        said = json.loads(row.body)
        if said["target"] not in hidden and _tells_within(reach, said):
            yield row


def _beyond(connection: sa.Connection, reach: Reach) -> frozenset[str]:
    """The changes about countries beyond reach, and the jobs of their rules."""
    docs = [doc_of(row) for row in connection.execute(sa.select(CHANGES))]
    hidden = [doc for doc in docs if not is_within(reach, connection, doc)]
    rules = [doc.subject for doc in hidden if doc.kind is ChangeKind.GEOFENCE]
    jobs = connection.execute(sa.select(JOBS.c.id).where(JOBS.c.rule.in_(rules))).scalars()
    return frozenset((*(doc.id for doc in hidden), *jobs))


def _tells_within(reach: Reach, said: dict[str, object]) -> bool:
    """Whether the contents that a row tells of lie within reach."""
    kind = next((k for name, k in KINDS.items() if str(said["event"]).startswith(f"{name}.")), None)
    if kind is None:
        return True
    told = [each for each in (said["before"], said["after"]) if isinstance(each, dict)]
    texts = [json.dumps(each["content"]) for each in told if each.get("content")]
    return texts_within(reach, kind, texts)
