"""Listing: the changes that somebody may see, of one view, a page at a time."""

from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa

from dashboard.backend.changes.desk import Desk
from dashboard.backend.changes.extent import is_within
from dashboard.backend.changes.registry import KINDS
from dashboard.backend.changes.rights import may_read
from dashboard.backend.changes.store import Doc, doc_of
from dashboard.backend.changes.tables import CHANGES
from dashboard.backend.changes.views import row_of
from dashboard.control.change_documents import ChangePage
from dashboard.control.changes import ChangeQuestion, State, View

_AT_ONCE = 100
_WAITING = (State.SUBMITTED, State.APPROVED, State.ROLLED_BACK)


def page_of(desk: Desk, asked: ChangeQuestion) -> ChangePage:
    """The changes that were asked for, the newest first, those left out that are not theirs.

    Of those that wait for somebody, what one person put in force comes before all others.
    """
    query = _query(desk, asked)
    if asked.view is View.WAITING:
        rows = tuple(row for doc in _seen(desk, query) if (row := row_of(desk, doc)).waits_for_me)
        # An emergency may end within the hour, and what it closed is closed meanwhile.
        urgent = sorted(rows, key=lambda row: not row.is_unapproved)
        return ChangePage(rows=tuple(urgent[: asked.limit]), next_before="")
    docs = list(islice(_seen(desk, query), asked.limit + 1))
    shown = docs[: asked.limit]
    more = shown[-1].id if len(docs) > asked.limit else ""
    return ChangePage(rows=tuple(row_of(desk, doc) for doc in shown), next_before=more)


def _seen(desk: Desk, query: sa.Select[tuple[Doc]]) -> Iterator[Doc]:
    """The changes that are found, but for those of countries beyond reach."""
    with desk.connection.execute(query.execution_options(yield_per=_AT_ONCE)) as found:
        for row in found:
            doc = doc_of(row)
            if is_within(desk.actor.reach, desk.connection, doc):
                yield doc


def _query(desk: Desk, asked: ChangeQuestion) -> sa.Select[tuple[Doc]]:
    held = desk.actor.permissions
    seen = [name.value for name, kind in KINDS.items() if may_read(held, kind.read)]
    query = sa.select(CHANGES).where(CHANGES.c.kind.in_(seen)).order_by(CHANGES.c.number.desc())
    if asked.view is View.WAITING:
        states = [state.value for state in _WAITING]
        # What one person put in force in an emergency waits for approval although it is live.
        query = query.where(CHANGES.c.state.in_(states) | CHANGES.c.emergency.is_not(None))
    if asked.view is View.MINE:
        query = query.where(CHANGES.c.writer == desk.actor.person)
    for name in ("kind", "state", "subject"):
        if wanted := getattr(asked, name):
            query = query.where(CHANGES.c[name] == str(wanted))
    if asked.before:
        last = sa.select(CHANGES.c.number).where(CHANGES.c.id == asked.before).scalar_subquery()
        query = query.where(CHANGES.c.number < last)
    return query
