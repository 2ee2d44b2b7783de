"""Fences as they were put in force: the texts of geofence rules, one after the other."""

from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.backend.changes.content import checked, parsed
from dashboard.backend.changes.revisions import InForce, all_revisions, every_revision
from dashboard.control.changes import ChangeKind
from dashboard.geofence.fence import Fence

Texts = Sequence[tuple[InForce, Fence | None]]
"""Texts that were put in force, each with its fence, None for nothing; the oldest first."""


def every_text(connection: sa.Connection) -> Texts:
    """Every text of every rule."""
    found = every_revision(connection, ChangeKind.GEOFENCE)
    return [(one, fence_of(one.content)) for one in found]


def texts_of(connection: sa.Connection, rule: str) -> Texts:
    """Every text of one rule."""
    found = all_revisions(connection, ChangeKind.GEOFENCE, rule)
    return [(one, fence_of(one.content)) for one in found]


def fence_of(content: str) -> Fence | None:
    """The fence of a canonical content; None for nothing."""
    found = parsed(content)
    return None if found is None else checked(Fence, found)
