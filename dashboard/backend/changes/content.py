"""Content: what a change would put in force, checked by its kind and written in one form."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ValidationError

from dashboard.backend.audit.entries import Json, canonical
from dashboard.backend.wrong_values import said_of
from dashboard.control.change_documents import FieldChange
from dashboard.control.changes import Content
from dashboard.control.wire import Instant
from dashboard.errors import ContentRefused

NOTHING = "null"
"""The canonical content of a subject for which nothing is in force."""
_M = TypeVar("_M", bound=BaseModel)


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


UtcInstant = Annotated[Instant, AfterValidator(_in_utc)]
"""An instant that has one form only: in UTC."""


def checked(model: type[_M], content: Mapping[str, object]) -> _M:
    """The content as its kind's model; raises ContentRefused naming the field."""
    try:
        return model.model_validate_json(json.dumps(content))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        field = ".".join(["content", *(str(part) for part in first["loc"])])
        raise ContentRefused(f"{field}: {said_of(first)}.", field=field) from wrong


def canonical_content(content: BaseModel) -> str:
    """The one form of a content; raises ContentRefused for what has none."""
    try:
        return canonical(content.model_dump(mode="json"))
    except ValueError as formless:
        raise ContentRefused(f"content: {formless}.", field="content") from formless


def parsed(text: str) -> Content | None:
    """The fields of a canonical content; None for nothing."""
    found: Content | None = json.loads(text)
    return found


def as_json(text: str) -> Json:
    """A canonical content for a row of the audit."""
    found: Json = json.loads(text)
    return found


def hash_of(text: str) -> str:
    """The SHA-256 of a canonical content, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def difference(before: str, after: str) -> tuple[FieldChange, ...]:
    """The fields that two contents do not share, by name."""
    old, new = parsed(before) or {}, parsed(after) or {}
    return tuple(
        FieldChange(field=name, before=old.get(name), after=new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    )


def carried_over(own: str, *, base: str, live: str) -> tuple[Content, tuple[FieldChange, ...]]:
    """The own edits on top of what is in force by now, and the values taken over from there.

    A field that was not edited takes the value in force; one that was keeps the edit.
    """
    mine, old, new = parsed(own) or {}, parsed(base) or {}, parsed(live)
    if new is None:
        return mine, ()
    merged: Content = {
        name: (mine if mine.get(name) != old.get(name) else new)[name]
        for name in sorted(mine.keys() | new.keys())
        if name in (mine if mine.get(name) != old.get(name) else new)
    }
    taken = tuple(
        FieldChange(field=name, before=mine.get(name), after=merged.get(name))
        for name in sorted(mine.keys() | merged.keys())
        if mine.get(name) != merged.get(name)
    )
    return merged, taken
