"""Entries: what one row of the audit says, in one form of bytes, and the chain that they make.

``hash(n) = SHA-256("audit-v1" 0x00 hash(n-1) body(n))``, the first after the SHA-256 of the
installation's id. The body is JSON in canonical form (RFC 8785) without floats, which have no one
form: amounts are written as text.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "None | bool | int | str | list[Json] | Mapping[str, Json]"

_DOMAIN = b"audit-v1\x00"


class Result(StrEnum):
    """What became of what was tried."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did or tried.

    ``event`` names it (clock.set); ``actor`` who; ``target`` what it was done to; ``before`` and
    ``after`` how that stood; ``reason`` the sentence given, by its salted hash.
    """

    event: str
    actor: str
    target: str
    result: Result = Result.DONE
    before: Json = None
    after: Json = None
    reason: str = ""
    request: Mapping[str, Json] = field(default_factory=dict)


def body(entry: Entry, seq: int, *, wall_at: datetime, platform_at: datetime) -> str:
    """The canonical form of a row; raises ValueError for what has none."""
    return canonical(
        {
            "seq": seq,
            "wall_at": written(wall_at),
            "platform_at": written(platform_at),
            "event": entry.event,
            "actor": entry.actor,
            "target": entry.target,
            "result": entry.result.value,
            "before": entry.before,
            "after": entry.after,
            "reason": entry.reason,
            "request": entry.request,
        }
    )


def canonical(value: Json) -> str:
    """JSON in the one form of RFC 8785, texts in NFC; raises ValueError for a float."""
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def first_link(installation: str) -> bytes:
    """What the first row is chained to."""
    return hashlib.sha256(_DOMAIN + installation.encode()).digest()


def link(previous: bytes, text: str) -> bytes:
    """The hash of a row, given that of the one before."""
    return hashlib.sha256(_DOMAIN + previous + text.encode()).digest()


def written(instant: datetime) -> str:
    """An instant as the audit writes it: UTC, to the microsecond."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _plain(value: Json) -> Json:
    if isinstance(value, str):
        # Half a character has no bytes, so that the row would have no hash.
        value.encode()
        return unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {_key(key): _plain(each) for key, each in value.items()}
    raise ValueError(f"{type(value).__name__} has no one form in the audit: write it as text")


def _key(name: str) -> str:
    if not name.isascii():
        raise ValueError(f"{name!r}: keys of the audit are ASCII")
    return name
