"""Intake: one ingest from its sources to the published manifest."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dashboard.errors import FatalSource, IngestError, SampleIsReadOnly, WarehouseMissing
from dashboard.warehouse.contract import Table
from dashboard.warehouse.ingest.order import Order, Outcome
from dashboard.warehouse.ingest.report import IngestOptions, IngestReport, Load
from dashboard.warehouse.ingest.rollups import refuse_rollup
from dashboard.warehouse.ingest.sources import SourceFile, source_files
from dashboard.warehouse.ingest.staging import drop_staging, settle, staging_for, staging_key
from dashboard.warehouse.ingest.supervision import carried_out
from dashboard.warehouse.ingest.sweeping import sweep_before, sweep_unnamed
from dashboard.warehouse.lock import writing
from dashboard.warehouse.manifest import Manifest, publish, read_manifest, verify

_ANY_SOURCE_SECONDS = 300
_BYTES_A_SECOND = 500_000


def ingest(
    table: Table, sources: Sequence[Path], folder: Path, *, options: IngestOptions
) -> IngestReport:
    """Take the sources of one table into a warehouse, as one new version of it.

    Raises FatalSource or HostileFile, and publishes nothing, where a source cannot be taken;
    SampleIsReadOnly, WarehouseBusy, or IngestError where weight or time zone contradict what is
    there or the table is one that ingest makes itself. Killed at any instant it changes nothing,
    and asked again it goes on where it was.
    """
    load = Load(
        table.name,
        tuple(sources),
        sql=options.sql,
        weight=options.weight,
        watermark=options.watermark,
        is_growing=options.is_growing,
    )
    return ingest_in_turn([load], folder, options=options)[0]


def ingest_in_turn(
    loads: Sequence[Load], folder: Path, *, options: IngestOptions
) -> list[IngestReport]:
    """Take in several loads one after the other, published together as one new version."""
    folder = folder.absolute()
    for load in loads:
        refuse_rollup(load.table)
    found = [(load, source_files(load.sources)) for load in loads]
    with writing(folder, wait_seconds=options.wait_seconds) as lock:
        before = _before(folder, options)
        _refuse_weights(loads, before)
        order = _order(folder, before, found)
        sweep_before(folder, order.staging)
        try:
            outcome = carried_out(order, lock, options.progress)
        except FatalSource:
            # It would be fatal again until the file is mended, and then it is another file.
            shutil.rmtree(order.staging, ignore_errors=True)
            sweep_unnamed(folder)
            raise
        if outcome.manifest.version != before.version:
            _publish(folder, before, outcome)
        drop_staging(folder)
        sweep_unnamed(folder)
    return list(outcome.reports)


def _before(folder: Path, options: IngestOptions) -> Manifest:
    try:
        manifest = read_manifest(folder)
    except WarehouseMissing:
        zone = options.reporting_time_zone or "UTC"
        return Manifest(version=0, reporting_time_zone=zone, synthetic=options.synthetic)
    if manifest.synthetic and not options.synthetic:
        raise SampleIsReadOnly(
            f"{folder} holds the sample ({manifest.synthetic}), which takes no data. "
            "Name another folder: WAREHOUSE_URL=duckdb:///DIR."
        )
    if options.reporting_time_zone not in ("", manifest.reporting_time_zone):
        raise IngestError(
            f"{folder} counts its days in {manifest.reporting_time_zone}, "
            f"not in {options.reporting_time_zone}. Name another folder."
        )
    return manifest


def _refuse_weights(loads: Sequence[Load], before: Manifest) -> None:
    """Refuse a weight that is none, or not the one a table has."""
    known = {name: stored.weight for name, stored in before.tables.items()}
    for load in loads:
        if load.weight is not None and load.weight < 1:
            raise IngestError(
                "A row stands for at least one row of the platform: weight is 1 or more."
            )
        weight = known.setdefault(load.table, load.weight or 1)
        if load.weight not in (None, weight):
            raise IngestError(
                f"One row of {load.table} stands for {weight} of the platform's; it cannot stand "
                f"for {load.weight} as well. Leave --weight out, or name another warehouse."
            )


def _order(folder: Path, before: Manifest, found: Sequence[tuple[Load, list[SourceFile]]]) -> Order:
    files = [file for _, of_load in found for file in of_load]
    key = staging_key([before.version, before.reporting_time_zone, *map(_identity, found)])
    settled = tuple(replace(load, sources=tuple(f.path for f in fs)) for load, fs in found)
    seconds = _ANY_SOURCE_SECONDS + sum(file.size_bytes for file in files) // _BYTES_A_SECOND
    staging = staging_for(folder, key).folder
    return Order(folder, staging, before, settled, seconds, os.getpid())


def _identity(found: tuple[Load, list[SourceFile]]) -> list[str | int]:
    load, files = found
    about = [str(part) for file in files for part in (file.path, file.size_bytes, file.changed_ns)]
    asked = (load.weight, load.watermark, load.is_growing)
    return [load.table, load.sql, *map(str, asked), *about]


def _publish(folder: Path, before: Manifest, outcome: Outcome) -> None:
    known = {file.path for file in before.files()}
    new = [file for file in outcome.manifest.files() if file.path not in known]
    for file in new:
        verify(folder, file)
    for parent in {(folder / file.path).parent for file in new}:
        settle(parent)
    publish(folder, outcome.manifest)
