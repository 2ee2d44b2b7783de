"""CSV files: read strictly as RFC 4180 has it, by the separator that the header line shows."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from dashboard.errors import FatalSource
from dashboard.warehouse.ingest.sources import SourceFile
from dashboard.warehouse.ingest.text_lines import TextLines, Unreadable

NULL_WORDS = ["NULL", "null", "empty", ""]
_NOTHING_IS_NULL = ["\x00"]
SEPARATORS = ",;\t"
LONGEST_LINE_BYTES = 2_000_000
_QUOTED = re.compile(r'"[^"]*"')
_OTHER_TYPE = re.compile(
    r'CSV Error on Line: (\d+).*?converting column "(.+?)"\. Could not convert string "(.*?)"'
    r" to '(.+?)'",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line of a CSV file says: its separator and the columns' names."""

    separator: str
    names: tuple[str, ...]


def csv_header(file: SourceFile) -> Header:
    """The header of a file; raises FatalSource where its first line is none."""
    with file.path.open("rb") as opened:
        try:
            line = next(iter(TextLines(opened, LONGEST_LINE_BYTES)), "")
            separator = _separator(line)
            names = next(csv.reader([line], delimiter=separator, strict=True), [])
        except (Unreadable, csv.Error) as wrong:
            why = str(wrong) if isinstance(wrong, Unreadable) else "has a quote that is not closed."
            raise FatalSource(f"{file.name}: the header line {why}") from wrong
    if not any(names):
        empty = "the file" if not line else "the first line"
        raise FatalSource(f"{file.name}: {empty} is empty; a header line is wanted.")
    return Header(separator, tuple(names))


def _separator(line: str) -> str:
    """The separator that stands most often in a header line, a comma where none stands more."""
    return max(SEPARATORS, key=_QUOTED.sub("", line).count)


def csv_texts(
    file: SourceFile, header: Header, names: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> duckdb.DuckDBPyRelation:
    """The columns of these names as texts, in the order of rows."""
    columns = {f"c{index}": "VARCHAR" for index in range(len(header.names))}
    # Where the reader knows of nulls, it passes over null fields beyond the header's.
    rows = _rows(connection, file, header, columns=columns, nulls=_NOTHING_IS_NULL)
    return rows.project(", ".join(_text(header.names.index(name), name) for name in names))


def _text(index: int, name: str) -> str:
    nulls = ", ".join(f"'{word}'" for word in NULL_WORDS)
    return f'case when c{index} not in ({nulls}) then c{index} end as "{name}"'


def csv_relation(
    file: SourceFile, connection: duckdb.DuckDBPyConnection
) -> duckdb.DuckDBPyRelation:
    """All columns, of the types that the first rows show, for a statement of the operator's."""
    header = csv_header(file)
    names = [name.lower() for name in header.names]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise FatalSource(f"{file.name}: column {twice[0]!r} is there more than once.")
    guessed = _rows(connection, file, header, columns={}, nulls=NULL_WORDS)
    if len(guessed.columns) != len(names):
        raise csv_fault(file)
    columns = dict(zip(header.names, map(str, guessed.types), strict=True))
    return _rows(connection, file, header, columns=columns, nulls=NULL_WORDS)


def _rows(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    header: Header,
    *,
    columns: dict[str, str],
    nulls: list[str],
) -> duckdb.DuckDBPyRelation:
    """The rows under these names and types, both guessed where none are given."""
    return connection.read_csv(
        str(file.path),
        columns=columns or None,
        auto_detect=not columns,
        header=True,
        sep=header.separator,
        quotechar='"',
        escapechar='"',
        comment="",
        strict_mode=True,
        null_padding=False,
        na_values=nulls,
        max_line_size=LONGEST_LINE_BYTES,
    )


def csv_fault(file: SourceFile) -> FatalSource:
    """Why the rows of a file cannot be read, found by a second, slow reading of it."""
    header = csv_header(file)
    with file.path.open("rb") as opened:
        lines = TextLines(opened, LONGEST_LINE_BYTES)
        fault = next(_faults(lines, header), None)
    if fault is None:
        named = {"\t": "a tab"}.get(header.separator, repr(header.separator))
        return FatalSource(f"{file.name}: cannot be read as CSV separated by {named}.")
    return FatalSource(f"{file.name}, {fault}")


def other_type(files: Sequence[SourceFile], complaint: str) -> FatalSource | None:
    """The error for a value unlike those before it in its column, if that is the complaint."""
    found = _OTHER_TYPE.search(complaint)
    if found is None:
        return None
    line, column, value, expected = found.groups()
    named = [file.name for file in files if str(file.path) in complaint]
    where = f"{named[0]}, " if named else ""
    return FatalSource(
        f"{where}line {line}: {column} is {value[:80]!r}, although it reads as {expected} in the "
        "first rows. Write the column in one type."
    )


def _faults(lines: TextLines, header: Header) -> Iterator[str]:
    """What is wrong, row by row; rows are counted from 1 after the header, empty lines are not."""
    csv.field_size_limit(LONGEST_LINE_BYTES)
    records = csv.reader(lines, delimiter=header.separator, strict=True, skipinitialspace=True)
    next(records)
    ending, row, begun = lines.ending, 1, lines.number
    try:
        for fields in records:
            wrong = _wrong(fields, header, lines.ending not in ("", ending))
            if wrong:
                yield f"row {row}: {wrong}"
            row, begun = row + bool(fields), lines.number
    except Unreadable as unreadable:
        yield f"row {row}: {unreadable}"
    except csv.Error as misplaced:
        yield f"row {row}: {_misplaced(str(misplaced), one_line=lines.number == begun + 1)}"


def _wrong(fields: Sequence[str], header: Header, ends_otherwise: bool) -> str:
    if fields and len(fields) != len(header.names):
        has = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        return f"has {has}, the header names {len(header.names)}."
    if ends_otherwise:
        return "its line ends otherwise than the header line; write all ends of lines alike."
    return ""


def _misplaced(complaint: str, *, one_line: bool) -> str:
    if "new-line" in complaint:
        return "its line ends otherwise than the header line; write all ends of lines alike."
    if one_line and "expected after" in complaint:
        return "text follows a closing quote; write a quote inside a field twice."
    return "a quote is opened and never closed."
