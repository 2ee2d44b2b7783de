"""Pieces: a source file as a stream of tables small enough to hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.errors import FatalSource, HostileFile
from dashboard.warehouse.contract import Table
from dashboard.warehouse.ingest.checks import fatal
from dashboard.warehouse.ingest.columns import Matching, is_text, match
from dashboard.warehouse.ingest.sources import Format, SourceFile

PIECE_ROWS = 500_000
NULL_WORDS = ["NULL", "null", "empty", ""]
_BATCH_ROWS = 131_072
_SHORT_TEXT_BYTES = 64
_ROWS_OF_ANY_FILE = 200_000
_ROWS_PER_BYTE = 32


@dataclass(frozen=True, slots=True)
class Stream:
    """One file, or what ``--sql`` makes of all of them, ready to be read piece by piece.

    ``where`` names it in messages, ``rows`` is how many it holds if that is known beforehand.
    """

    where: str
    matching: Matching
    rows: int | None
    batches: Iterator[pa.RecordBatch]

    def pieces(self) -> Iterator[pa.Table]:
        """Tables of about PIECE_ROWS rows with the columns worth reading, in order."""
        held: list[pa.RecordBatch] = []
        try:
            for batch in self.batches:
                held.append(batch)
                if sum(part.num_rows for part in held) >= PIECE_ROWS:
                    yield _whole(held)
                    held = []
        except (pa.ArrowException, OSError, duckdb.Error) as broken:
            raise fatal(self.where, broken) from broken
        if held:
            yield _whole(held)


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


def locked_connection(files: Sequence[SourceFile], spill: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB that may read these files and touch nothing else, and stays that way."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "384MB"})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set python_enable_replacements = false")
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
    except (pa.ArrowException, OSError, duckdb.Error) as broken:
        raise fatal(str(file.path), broken) from broken


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
        raise fatal("--sql", wrong) from wrong
    return Stream("--sql", matching, None, _capped(batches, files, "--sql"))


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
                    f"{file.path}: column {name!r} is {found.get(name, 'missing')}, but "
                    f"{expected.get(name, 'missing')} in {files[0].path}."
                )
    whole = first
    for other in relations[1:]:
        whole = whole.union(other.project(_listed(first.columns)))
    return whole


def _relation(file: SourceFile, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    path = str(file.path)
    if file.format is Format.PARQUET:
        return connection.read_parquet(path)
    if file.format is Format.CSV:
        return connection.read_csv(path, header=True, na_values=NULL_WORDS)
    return connection.read_json(path, format="newline_delimited")


def _parquet_stream(table: Table, file: SourceFile, skip: int) -> Stream:
    where = str(file.path)
    with pq.ParquetFile(file.path) as opened:
        schema, rows = opened.schema_arrow, opened.metadata.num_rows
    _refuse_too_many(rows, file.size_bytes, where)
    matching = match(table, schema.names, where)
    texts = [name for name in matching.wanted if is_text(schema.field(name).type)]
    parquet = pq.ParquetFile(file.path, read_dictionary=texts)
    return Stream(where, matching, rows, _parquet_batches(parquet, matching.wanted, skip))


def _parquet_batches(
    parquet: pq.ParquetFile, wanted: list[str], skip: int
) -> Iterator[pa.RecordBatch]:
    sizes = [parquet.metadata.row_group(i).num_rows for i in range(parquet.num_row_groups)]
    first = 0
    while first < len(sizes) and sizes[first] <= skip:
        skip -= sizes[first]
        first += 1
    groups = list(range(first, len(sizes)))
    with parquet:
        for batch in parquet.iter_batches(PIECE_ROWS, row_groups=groups, columns=wanted):
            if skip < batch.num_rows:
                yield batch.slice(skip)
            skip = max(0, skip - batch.num_rows)


def _text_stream(
    table: Table, file: SourceFile, connection: duckdb.DuckDBPyConnection, skip: int
) -> Stream:
    where = str(file.path)
    path = str(file.path)
    names = _relation(file, connection).columns
    matching = match(table, names, where)
    if file.format is Format.CSV:
        relation = connection.read_csv(path, header=True, all_varchar=True, na_values=NULL_WORDS)
    else:
        as_text = dict.fromkeys(names, "VARCHAR")
        relation = connection.read_json(path, format="newline_delimited", columns=as_text)
    wanted = relation.project(_listed(matching.wanted))
    batches = wanted.limit(2**62, offset=skip).to_arrow_reader(_BATCH_ROWS)
    return Stream(where, matching, None, _capped(batches, [file], where))


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
