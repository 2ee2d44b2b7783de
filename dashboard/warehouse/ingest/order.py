"""Order: what the supervisor asks of the process that touches foreign bytes, and its answer."""

from pathlib import Path

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from dashboard.warehouse.ingest.report import IngestReport, Load
from dashboard.warehouse.manifest import Manifest


@dataclass(frozen=True)
class Order:
    """Loads to land one after the other in a warehouse, staged in a folder of its own.

    ``before`` is the manifest they build on; ``supervisor`` is the process the worker dies with.
    """

    folder: Path
    staging: Path
    before: Manifest
    loads: tuple[Load, ...]
    cpu_seconds: int
    supervisor: int


@dataclass(frozen=True)
class Outcome:
    """The manifest to publish, and what became of each load."""

    manifest: Manifest
    reports: tuple[IngestReport, ...]


@dataclass(frozen=True)
class Message:
    """One line from worker to supervisor: how far it is, or the error it ended with."""

    share: float = 0.0
    sentence: str = ""
    error: str = ""


ORDER = TypeAdapter(Order)
OUTCOME = TypeAdapter(Outcome)
MESSAGE = TypeAdapter(Message)
