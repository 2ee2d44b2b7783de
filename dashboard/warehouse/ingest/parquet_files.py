"""Parquet files: opened, read by row groups, and where one is damaged, told which part of it."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.errors import FatalSource
from dashboard.warehouse.ingest.sources import SourceFile

_FEW_ROWS = 65_536


def opened_parquet(file: SourceFile, texts: list[str]) -> pq.ParquetFile:
    """The file, its columns ``texts`` read by dictionary; FatalSource if it is none."""
    try:
        # Buffered ahead, all that was read of a large file would stay in memory until its end.
        return pq.ParquetFile(file.path, read_dictionary=texts, pre_buffer=False)
    except (pa.ArrowException, OSError) as broken:
        raise FatalSource(
            f"{file.name}: is not a whole Parquet file. It may have been cut short: copy or write "
            "it again."
        ) from broken


def parquet_batches(
    parquet: pq.ParquetFile, wanted: list[str], *, skip: int, rows: int
) -> Iterator[pa.RecordBatch]:
    """The wanted columns from row ``skip`` on, in batches of at most ``rows``."""
    sizes = _group_rows(parquet)
    first = 0
    while first < len(sizes) and sizes[first] <= skip:
        skip -= sizes[first]
        first += 1
    groups = list(range(first, len(sizes)))
    with parquet:
        for batch in parquet.iter_batches(rows, row_groups=groups, columns=wanted):
            if skip < batch.num_rows:
                yield batch.slice(skip)
            skip = max(0, skip - batch.num_rows)


def parquet_fault(file: SourceFile) -> FatalSource:
    """Which column and rows of a file cannot be read, found by a second, slow reading of it."""
    with opened_parquet(file, []) as parquet:
        row = 1
        for group, rows in enumerate(_group_rows(parquet)):
            for column in parquet.schema_arrow.names:
                if not _is_readable(parquet, group, column):
                    return FatalSource(
                        f"{file.name}, rows {row:,} to {row + rows - 1:,}: {column} is damaged. "
                        "Copy or write the file again."
                    )
            row += rows
    return FatalSource(f"{file.name}: cannot be read as Parquet. Write the file again.")


def _group_rows(parquet: pq.ParquetFile) -> list[int]:
    return [parquet.metadata.row_group(i).num_rows for i in range(parquet.num_row_groups)]


def _is_readable(parquet: pq.ParquetFile, group: int, column: str) -> bool:
    try:
        for _ in parquet.iter_batches(_FEW_ROWS, row_groups=[group], columns=[column]):
            pass
    except (pa.ArrowException, OSError):
        return False
    return True
