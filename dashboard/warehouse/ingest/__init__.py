"""Ingest: raw activity in, checked and numbered, merged into immutable files, published at once."""

from dashboard.warehouse.ingest.intake import ingest, ingest_in_turn
from dashboard.warehouse.ingest.report import (
    Completeness,
    IngestOptions,
    IngestReport,
    Load,
    Refusal,
)

__all__ = [
    "Completeness",
    "IngestOptions",
    "IngestReport",
    "Load",
    "Refusal",
    "ingest",
    "ingest_in_turn",
]
