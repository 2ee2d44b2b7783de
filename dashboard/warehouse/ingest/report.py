"""What is asked of an ingest and what it answers."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from pydantic.dataclasses import dataclass

Progress: TypeAlias = Callable[[float, str], None]


def in_silence(_share: float, _sentence: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class IngestOptions:
    """How a source is taken in.

    ``sql`` reshapes it: one SELECT over the relation ``source``. ``weight`` is how many rows of the
    platform one row stands for, ``watermark`` the instant up to which the table is complete (both
    found where not stated). ``is_growing`` says that more rows of the newest day may follow, so it
    is not complete by itself. ``synthetic`` names invented data and is for the sample alone.
    ``progress`` is told the share done, 0 to 1, and a sentence.
    """

    sql: str = ""
    weight: int | None = None
    watermark: datetime | None = None
    is_growing: bool = False
    reporting_time_zone: str = ""
    synthetic: str = ""
    wait_seconds: float = 2.0
    progress: Progress = in_silence


@dataclass(frozen=True)
class Load:
    """The sources of one table, in the order in which later rows beat earlier ones."""

    table: str
    sources: tuple[Path, ...]
    sql: str = ""
    weight: int | None = None
    watermark: datetime | None = None
    is_growing: bool = False


@dataclass(frozen=True)
class Completeness:
    """How far a table is complete: the days from ``since`` to before ``until`` are.

    ``newest_day`` is the last day with rows. ``watermark`` is the instant behind it, and
    ``moved_back_from`` where it stood before when it was stated to be earlier.
    """

    since: date
    until: date
    newest_day: date
    watermark: datetime
    moved_back_from: datetime | None = None


@dataclass(frozen=True)
class Refusal:
    """Rows left out for one reason: how many, and where up to three of them stand."""

    reason: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """How many of the rows that landed share a trait worth knowing, such as a cost below zero."""

    trait: str
    rows: int


@dataclass(frozen=True)
class IngestReport:
    """What became of one load. Rows are of the sources; ``version`` is the one it is read from.

    ``rows_replaced`` are older rows, of the warehouse or earlier in the sources, that a later row
    of the same key (or group) took the place of.
    ``since`` and ``until`` are the half-open span of the days that came in, None when none did.
    ``groups`` is how many groups of rows came in where an ingest replaces them as a whole.
    ``ignored`` are the source's columns that the table does not have. ``complete`` is None while
    the table has no rows.
    """

    table: str
    version: int
    rows_read: int
    rows_landed: int
    rows_replaced: int = 0
    groups: int | None = None
    refused: tuple[Refusal, ...] = ()
    counted: tuple[Counted, ...] = ()
    ignored: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    complete: Completeness | None = None
    seconds: float = 0.0
