"""Columns: which of a source's feed which of a table's, and how each is brought to its type."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from pyarrow import types

from dashboard.errors import FatalSource
from dashboard.warehouse.contract import Column, Kind, Table

ARROW_TYPES = {
    Kind.DAY: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", "UTC"),
    Kind.TEXT: pa.utf8(),
    Kind.TEXTS: pa.list_(pa.utf8()),
    Kind.WHOLE: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.MONEY: pa.decimal128(38, 12),
    Kind.PERSON: pa.uint32(),
}
"""What each kind is stored as."""

SQL_TYPES = {
    Kind.DAY: "date",
    Kind.INSTANT: "timestamptz",
    Kind.TEXT: "varchar",
    Kind.TEXTS: "varchar[]",
    Kind.WHOLE: "bigint",
    Kind.NUMBER: "double",
    Kind.MONEY: "decimal(38, 12)",
    Kind.PERSON: "varchar",
}
"""What each kind is while it is checked; a person is still an id then."""

_WORDS = {
    Kind.DAY: "a day",
    Kind.INSTANT: "an instant",
    Kind.TEXT: "a text",
    Kind.TEXTS: "a list of texts",
    Kind.WHOLE: "a whole number",
    Kind.NUMBER: "a number",
    Kind.MONEY: "an amount",
    Kind.PERSON: "a person's id, whole number or text",
}


@dataclass(frozen=True, slots=True)
class Matching:
    """For each column of the table the source's columns that feed it, most preferred first."""

    feeds: dict[str, tuple[str, ...]]
    ignored: tuple[str, ...]

    @property
    def wanted(self) -> list[str]:
        """The source's columns worth reading, each once."""
        return list(dict.fromkeys(name for names in self.feeds.values() for name in names))


def match(table: Table, names: Sequence[str], where: str) -> Matching:
    """Match a source's columns by name, then alias; raises FatalSource where one is missing."""
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise FatalSource(f"{where}: column {sorted(twice)[0]!r} is there more than once.")
    feeds = {
        column.name: tuple(name for name in (column.name, *column.aliases) if name in names)
        for column in table.columns
    }
    for column in table.columns:
        if column.required and not feeds[column.name]:
            also = f" (or {', '.join(column.aliases)})" if column.aliases else ""
            raise FatalSource(f"{where}: column {column.name!r}{also} of {table.name} is missing.")
    used = {name for sources in feeds.values() for name in sources}
    return Matching(feeds, tuple(name for name in names if name not in used))


def is_exact(kind: Kind, held: pa.DataType) -> bool:
    """Whether values of this type are what the kind asks for already."""
    if kind in (Kind.TEXT, Kind.PERSON) and is_text(held):
        return True
    if kind is Kind.PERSON:
        return bool(types.is_signed_integer(held))
    return bool(held == ARROW_TYPES[kind])


def typed(name: str, kind: Kind, held: pa.DataType) -> str:
    """SQL that brings the source's column to its kind; null where a value does not fit."""
    if is_exact(kind, held):
        return name
    if kind is Kind.WHOLE and not types.is_integer(held):
        whole = f"try_cast({name} as decimal(38, 6))"
        return f"case when {whole} = trunc({whole}) then try_cast({name} as bigint) end"
    if kind is Kind.TEXTS and is_text(held):
        listed = f"string_split({name}, ';')"
        written = f"try_cast(try_cast({name} as json) as varchar[])"
        return f"case when starts_with(trim({name}), '[') then {written} else {listed} end"
    if kind is Kind.DAY and not types.is_date(held):
        instant = f"try_cast({name} as timestamp)"
        return f"case when {instant} = date_trunc('day', {instant}) then {instant}::date end"
    return f"try_cast({name} as {SQL_TYPES[kind]})"


def refuse_type(column: Column, held: pa.DataType, where: str) -> None:
    """Raise FatalSource where no value of this type could be what the column holds."""
    if not _fits(column.kind, held):
        raise misfit(column.kind, where, f"is of type {held}")


def misfit(kind: Kind, where: str, finding: str) -> FatalSource:
    """The error for a column, named by ``where``, that is not what its kind holds."""
    return FatalSource(f"{where} {finding}, not {_WORDS[kind]}.")


def _fits(kind: Kind, held: pa.DataType) -> bool:
    if types.is_null(held) or is_text(held):
        return True
    number = types.is_integer(held) or types.is_floating(held) or types.is_decimal(held)
    fits: dict[Kind, bool] = {
        Kind.DAY: types.is_date(held) or types.is_timestamp(held),
        Kind.INSTANT: types.is_date(held) or types.is_timestamp(held),
        Kind.TEXT: number or types.is_boolean(held),
        Kind.TEXTS: types.is_list(held) or types.is_large_list(held),
        Kind.PERSON: types.is_integer(held) or str(held) == "extension<arrow.uuid>",
    }
    return fits.get(kind, bool(number))


def is_text(held: pa.DataType) -> bool:
    """Whether values of this type are texts, written out or by dictionary."""
    if types.is_dictionary(held):
        return is_text(held.value_type)
    return bool(types.is_string(held) or types.is_large_string(held) or types.is_string_view(held))
