"""Extent: the countries that changes are about, held against the reach of whoever asks.

What is about a country beyond somebody's reach is not theirs to see or to decide, in part neither:
a part of a number would be taken for the whole.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from dashboard.access.reader import Reach
from dashboard.backend.changes.content import parsed
from dashboard.backend.changes.kind import Kind
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.revisions import content_at, live_content
from dashboard.backend.changes.store import Doc
from dashboard.control.changes import Content


def is_within(reach: Reach, connection: sa.Connection, doc: Doc) -> bool:
    """Whether a reach holds all that a change is about, was written on, and would replace."""
    if reach.countries is None:
        return True
    base = content_at(connection, doc.kind, doc.subject, revision=doc.base_revision)
    texts = (doc.content, base or "", live_content(connection, doc.kind, doc.subject))
    return texts_within(reach, kind_of(doc.kind), texts)


def texts_within(reach: Reach, kind: Kind, texts: Iterable[str]) -> bool:
    """Whether a reach holds every country of these canonical contents; "" is about nothing."""
    found = (parsed(text) for text in texts if text)
    return all(_holds(reach, kind, content) for content in found if content is not None)


def _holds(reach: Reach, kind: Kind, content: Content) -> bool:
    if reach.countries is None or not kind.is_of_places:
        return True
    countries = kind.countries_of(content)
    return countries is not None and countries <= reach.countries
