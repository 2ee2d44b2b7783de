"""The wire: the messages that the screen and the control plane exchange, checked on both sides."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

_EARLIEST, _LATEST = 1970, 2100


def _of_our_time(instant: datetime) -> datetime:
    if not _EARLIEST <= instant.year <= _LATEST:
        raise ValueError(f"lies outside the years {_EARLIEST} to {_LATEST}")
    return instant


def _written_out(value: object) -> object:
    # A bare number would be read as seconds since 1970, in a text too.
    if isinstance(value, int | float) or (isinstance(value, str) and "T" not in value.upper()):
        raise ValueError("is written out, as in 2020-06-29T10:00:00Z")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_of_our_time)]
"""An instant with its zone, of the years 1970 to 2100."""


class Message(BaseModel):
    """What every message is: unknown fields are refused and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClockMode(StrEnum):
    """What the platform's clock follows."""

    WALL = "wall"
    DEMO = "demo"


class ClockReading(Message):
    """What the platform's clock shows, and the wall time it was read at.

    A demo's clock that was never set follows the data, and holds nobody back.
    """

    now: Instant
    wall_at: Instant
    mode: ClockMode
    is_set: bool


class ClockSetting(Message):
    """Where a demo's clock is to be set."""

    at: Instant


class Problem(BaseModel):
    """Why something was not done (RFC 9457): a kind, a sentence, and the field it is about."""

    type: Annotated[str, Field(description="the kind of problem, for programs", max_length=100)]
    title: Annotated[str, Field(description="the kind in words", max_length=200)]
    status: Annotated[int, Field(description="the HTTP status", ge=400, le=599)]
    detail: Annotated[str, Field(description="what to do next, in a sentence", max_length=2000)]
    field: Annotated[str, Field(description="the field, where it is about one")] = ""


class Check(Message):
    """One thing that has to hold before the control plane can work."""

    name: str
    is_ok: bool
    detail: str


class Readiness(Message):
    """Whether the control plane can work, and each thing that has to hold for it."""

    is_ready: bool
    checks: tuple[Check, ...]


class AuditQuestion(Message):
    """Which rows of the audit are asked for; empty means any."""

    event: Annotated[str, Field(max_length=100)] = ""
    actor: Annotated[str, Field(max_length=200)] = ""
    target: Annotated[str, Field(max_length=200)] = ""
    since: Instant | None = None
    until: Instant | None = None
    before_seq: Annotated[int, Field(ge=1, le=2**53)] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


class AuditRow(Message):
    """One row of the audit; ``before`` and ``after`` are JSON, ``reason`` the sentence given."""

    seq: int
    wall_at: Instant
    platform_at: Instant
    event: str
    actor: str
    target: str
    result: str
    before: str
    after: str
    reason: str
    hash: str


class AuditPage(Message):
    """Rows of the audit, the newest first."""

    rows: tuple[AuditRow, ...]


class AuditState(Message):
    """How the chain stands: its rows, its last hash, how far it is signed, and what is wrong.

    A check of a long chain takes its time: ``checked_size`` rows were checked by ``checked_at``.
    """

    size: int
    head: str
    signed_size: int
    finding: str
    checked_size: int
    checked_at: Instant | None
