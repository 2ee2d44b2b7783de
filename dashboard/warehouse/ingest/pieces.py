"""Pieces: a source file as a stream of tables small enough to hold."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.errors import FatalSource, HostileFile
from dashboard.warehouse.contract import Table
from dashboard.warehouse.ingest.columns import Matching, is_text, match
from dashboard.warehouse.ingest.csv_files import (
    csv_fault,
    csv_header,
    csv_relation,
    csv_texts,
    other_type,
)
from dashboard.warehouse.ingest.json_lines import (
    json_fault,
    json_matching,
    json_relation,
    json_texts,
)
from dashboard.warehouse.ingest.parquet_files import (
    opened_parquet,
    parquet_batches,
    parquet_fault,
)
from dashboard.warehouse.ingest.sources import Format, SourceFile

PIECE_ROWS = 500_000
_PIECE_CELLS = 5_000_000
_BATCH_ROWS = 131_072
_SHORT_TEXT_BYTES = 64
_ROWS_OF_ANY_FILE = 200_000
_ROWS_PER_BYTE = 32
_UNREADABLE = (pa.ArrowException, OSError, duckdb.Error)
_KIND_OF_ERROR = re.compile(r"^([A-Z]\w* )+Error: ")
_FAULTS = {
    Format.PARQUET: parquet_fault,
    Format.CSV: csv_fault,
    Format.JSON_LINES: json_fault,
}
"""For each format the slow second reading that says in our words what is wrong."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One file, or what ``--sql`` makes of all of them, ready to be read piece by piece.

    ``where`` names it in messages, ``rows`` is how many it holds if that is known beforehand, and
    ``fault`` finds the words for an error of reading. ``is_file`` is false where its rows are no
    rows of a file.
    """

    where: str
    matching: Matching
    rows: int | None
    batches: Iterator[pa.RecordBatch]
    fault: Callable[[Exception], FatalSource]
    is_file: bool = True

    def place(self, row: int) -> str:
        """Where a row stands, counted from 1; what makes rows of its own numbers none."""
        return f"{self.where}, row {row}" if self.is_file else self.where

    def pieces(self) -> Iterator[pa.Table]:
        """Tables of a size that is quick to hold, with the columns worth reading, in order."""
        wanted = _piece_rows(self.matching)
        held: list[pa.RecordBatch] = []
        try:
            for batch in self.batches:
                held.append(batch)
                if sum(part.num_rows for part in held) >= wanted:
                    yield _whole(held)
                    held = []
        except _UNREADABLE as broken:
            raise self.fault(broken) from broken
        if held:
            yield _whole(held)


def _piece_rows(matching: Matching) -> int:
    """How many rows a piece has: fewer of a wide source, since several are held at a time."""
    return min(PIECE_ROWS, _PIECE_CELLS // max(1, len(matching.wanted)))


def _whole(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    """Batches as one table; a dictionary of short texts that hardly repeat would only cost."""
    table = pa.Table.from_batches(batches)
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            texts = table.column(index)
            words = [chunk.dictionary for chunk in texts.chunks]
            if 2 * sum(map(len, words)) > len(texts) and all(map(_are_short, words)):
                table = table.set_column(index, field.name, texts.cast(field.type.value_type))
    return table.unify_dictionaries()


def _are_short(words: pa.Array) -> bool:
    return (pc.max(pc.binary_length(words)).as_py() or 0) <= _SHORT_TEXT_BYTES


def locked_connection(
    files: Sequence[SourceFile], spill: Path, *, zone: str
) -> duckdb.DuckDBPyConnection:
    """A DuckDB that may read these files and touch nothing else, and stays that way.

    It counts days in ``zone``; its cursors read instants without a zone as UTC, on any machine.
    """
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "384MB"})
    connection.execute("set global TimeZone = 'UTC'")
    connection.execute("set session TimeZone = ?", [zone])
    connection.execute("set python_enable_replacements = false")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set temp_directory = ?", [str(spill)])
    connection.execute("set allowed_paths = ?", [[str(file.path) for file in files]])
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def file_stream(
    table: Table, file: SourceFile, connection: duckdb.DuckDBPyConnection, *, skip: int
) -> Stream:
    """One file from row ``skip`` on; raises FatalSource or HostileFile before its rows are read."""
    try:
        if file.format is Format.PARQUET:
            return _parquet_stream(table, file, skip)
        return _text_stream(table, file, connection, skip)
    except _UNREADABLE as broken:
        raise _FAULTS[file.format](file) from broken


def sql_stream(
    table: Table, files: Sequence[SourceFile], connection: duckdb.DuckDBPyConnection, sql: str
) -> Stream:
    """What one SELECT over ``source``, all files together, makes of them."""
    try:
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise HostileFile("--sql must be one SELECT over the relation source.")
        _source(files, connection).create_view("source")
        relation = connection.sql(sql)
        matching = match(table, relation.columns, "--sql")
        batches = relation.project(_listed(matching.wanted)).to_arrow_reader(_BATCH_ROWS)
    except duckdb.PermissionException as outside:
        raise HostileFile(f"--sql may read nothing but the source: {outside}") from outside
    except duckdb.Error as wrong:
        raise _sql_fault(files, wrong) from wrong
    rows = _capped(batches, files, "--sql")
    return Stream(
        "--sql", matching, None, rows, lambda wrong: _sql_fault(files, wrong), is_file=False
    )


def _sql_fault(files: Sequence[SourceFile], wrong: Exception) -> FatalSource:
    """What is wrong with a file, or else with the statement, which its writer knows to read."""
    complaint = str(wrong)
    other = other_type(files, complaint)
    if other is not None:
        return other
    for file in files:
        if str(file.path) in complaint:
            return _FAULTS[file.format](file)
    said = _KIND_OF_ERROR.sub("", complaint.strip()).splitlines() or [
        "it was refused without a word"
    ]
    return FatalSource(f"--sql cannot be carried out: {said[0][:300]}")


def _source(
    files: Sequence[SourceFile], connection: duckdb.DuckDBPyConnection
) -> duckdb.DuckDBPyRelation:
    relations = [_relation(file, connection) for file in files]
    first = relations[0]
    for file, other in zip(files, relations, strict=True):
        expected = dict(zip(first.columns, first.types, strict=True))
        found = dict(zip(other.columns, other.types, strict=True))
        for name in expected.keys() | found.keys():
            if expected.get(name) != found.get(name):
                raise FatalSource(
                    f"{file.name}: column {name!r} is {found.get(name, 'missing')}, but "
                    f"{expected.get(name, 'missing')} in {files[0].name}."
                )
    whole = first
    for other in relations[1:]:
        whole = whole.union(other.project(_listed(first.columns)))
    return whole


def _relation(file: SourceFile, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    if file.format is Format.PARQUET:
        opened_parquet(file, []).close()
        return connection.read_parquet(str(file.path))
    if file.format is Format.CSV:
        return csv_relation(file, connection)
    return json_relation(file, connection)


def _parquet_stream(table: Table, file: SourceFile, skip: int) -> Stream:
    with opened_parquet(file, []) as opened:
        schema, rows = opened.schema_arrow, opened.metadata.num_rows
    _refuse_too_many(rows, file.size_bytes, file.name)
    matching = match(table, schema.names, file.name)
    texts = [name for name in matching.wanted if is_text(schema.field(name).type)]
    parquet = opened_parquet(file, texts)
    rows_at_once = _piece_rows(matching)
    batches = parquet_batches(parquet, matching.wanted, skip=skip, rows=rows_at_once)
    return Stream(file.name, matching, rows, batches, lambda _: parquet_fault(file))


def _text_stream(
    table: Table, file: SourceFile, connection: duckdb.DuckDBPyConnection, skip: int
) -> Stream:
    if file.format is Format.CSV:
        header = csv_header(file)
        matching = match(table, header.names, file.name)
        rows = csv_texts(file, header, matching.wanted, connection)
    else:
        matching = json_matching(table, json_relation(file, connection).columns, file.name)
        rows = json_texts(file, matching.wanted, connection)
    batches = rows.limit(2**62, offset=skip).to_arrow_reader(_BATCH_ROWS)
    fault = _FAULTS[file.format]
    return Stream(
        file.name, matching, None, _capped(batches, [file], file.name), lambda _: fault(file)
    )


def _capped(
    batches: Iterator[pa.RecordBatch], files: Sequence[SourceFile], where: str
) -> Iterator[pa.RecordBatch]:
    rows, size_bytes = 0, sum(file.size_bytes for file in files)
    for batch in batches:
        rows += batch.num_rows
        _refuse_too_many(rows, size_bytes, where)
        yield batch


def _refuse_too_many(rows: int, size_bytes: int, where: str) -> None:
    if rows > _ROWS_OF_ANY_FILE + _ROWS_PER_BYTE * size_bytes:
        raise HostileFile(
            f"{where}: {size_bytes:,} bytes that expand to {rows:,} rows are refused."
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)
