"""JSON Lines: one object a line, whose names are the columns."""

import json
from collections.abc import Iterator, Sequence

import duckdb

from dashboard.errors import FatalSource
from dashboard.warehouse.contract import Table
from dashboard.warehouse.ingest.columns import Matching, match
from dashboard.warehouse.ingest.sources import SourceFile
from dashboard.warehouse.ingest.text_lines import TextLines, Unreadable

LONGEST_LINE_BYTES = 16_000_000
_NO_OBJECTS = ["json"]


def json_relation(
    file: SourceFile, connection: duckdb.DuckDBPyConnection
) -> duckdb.DuckDBPyRelation:
    """All columns, of the types that the first rows show; raises FatalSource where none are."""
    if not file.size_bytes:
        raise FatalSource(f"{file.name}: the file is empty; a JSON object on each line is wanted.")
    rows = connection.read_json(
        str(file.path), format="newline_delimited", maximum_object_size=LONGEST_LINE_BYTES
    )
    if rows.columns == _NO_OBJECTS:
        raise json_fault(file)
    return rows


def json_matching(table: Table, names: Sequence[str], where: str) -> Matching:
    """The matching of a file whose first rows have these names; later rows may have more."""
    found = match(table, names, where)
    all_names = [name for c in table.columns for name in (c.name, *c.aliases)]
    return Matching(match(table, list(dict.fromkeys(all_names)), where).feeds, found.ignored)


def json_texts(
    file: SourceFile, names: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> duckdb.DuckDBPyRelation:
    """The columns of these names as texts, in the order of rows; null where a row lacks one."""
    return connection.read_json(
        str(file.path),
        format="newline_delimited",
        columns=dict.fromkeys(names, "VARCHAR"),
        maximum_object_size=LONGEST_LINE_BYTES,
    )


def json_fault(file: SourceFile) -> FatalSource:
    """Why the lines of a file cannot be read, found by a second, slow reading of it."""
    with file.path.open("rb") as opened:
        fault = next(_faults(TextLines(opened, LONGEST_LINE_BYTES)), None)
    if fault is None:
        return FatalSource(f"{file.name}: cannot be read as JSON Lines.")
    return FatalSource(f"{file.name}, {fault}")


def _faults(lines: TextLines) -> Iterator[str]:
    try:
        for line in lines:
            wrong = _wrong(line) if line.strip() else ""
            if wrong:
                yield f"line {lines.number}: {wrong}"
    except Unreadable as unreadable:
        yield f"line {lines.number}: {unreadable}"


def _wrong(line: str) -> str:
    try:
        value = json.loads(line, object_pairs_hook=_once)
    except Unreadable as unreadable:
        return str(unreadable)
    except json.JSONDecodeError as broken:
        return f"is not JSON ({broken.msg}, at character {broken.pos + 1})."
    except RecursionError:
        return "is nested too deeply."
    if value is None or isinstance(value, dict):
        return ""
    return "is not a JSON object, which names its values in braces."


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(f"names {name!r} twice.")
    return dict(pairs)
