"""Refusals: what was tried in vain stands in the audit, though nobody can fill a disk with it."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from weakref import WeakKeyDictionary

from dashboard.backend.audit.entries import Entry, Result
from dashboard.backend.database import Database
from dashboard.backend.identity.tries import Limit, count, seen
from dashboard.backend.plane import ControlPlane

_WRITTEN = Limit("refused", 5, timedelta(minutes=1))
_GUARD = threading.Lock()
_LEFT_OUT: WeakKeyDictionary[Database, Counter[str]] = WeakKeyDictionary()


def record_capped(plane: ControlPlane, entry: Entry) -> None:
    """Add a refusal to the audit, the first few of somebody in each minute one by one.

    Those after them are counted by this process, and the next row that is written says how many
    they were. They write nothing, so that they hold up nobody whose turn it is to write.
    """
    who = f"{entry.event} {entry.actor}"
    with plane.database.reading() as connection:
        is_full = seen(connection, _WRITTEN, who, now=plane.wall()) >= _WRITTEN.most
    if is_full:
        with _GUARD:
            _LEFT_OUT.setdefault(plane.database, Counter())[who] += 1
        return
    with _GUARD:
        left_out = _LEFT_OUT.get(plane.database, Counter()).pop(who, 0)
    after = {"not_written_before": left_out} if left_out else entry.after
    with plane.database.writing() as connection:
        count(connection, _WRITTEN, who, now=plane.wall())
        plane.record(connection, replace(entry, result=Result.REFUSED, after=after))
