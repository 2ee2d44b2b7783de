"""Checks: what makes a source fatal, what makes a row refused, and the typed rows that are left."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.warehouse.contract import Column, Kind, Table
from dashboard.warehouse.ingest.columns import (
    SQL_TYPES,
    is_exact,
    misfit,
    refuse_type,
    typed,
)
from dashboard.warehouse.ingest.pieces import Stream
from dashboard.warehouse.ingest.report import Refusal

LONGEST_TEXT_BYTES = 32_768
KEPT_EXAMPLES = 3
_TOO_LONG = f"{{}} is longer than {LONGEST_TEXT_BYTES:,} bytes"
_REASON = "_reason"
_SHOWN_CHARACTERS = 80


@dataclass
class Refusals:
    """The rows refused so far, by reason, with the first few of each."""

    rows: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, rows: int, examples: Sequence[str]) -> None:
        """Count more rows under a reason, keeping examples while there is room."""
        self.rows[reason] = self.rows.get(reason, 0) + rows
        kept = self.examples.setdefault(reason, [])
        kept.extend(examples[: KEPT_EXAMPLES - len(kept)])

    def add_all(self, others: Sequence[Refusal]) -> None:
        """Count what another piece was refused for."""
        for other in others:
            self.add(other.reason, other.rows, other.examples)

    def listed(self) -> tuple[Refusal, ...]:
        """Each reason once, the most frequent first."""
        ordered = sorted(self.rows, key=lambda reason: (-self.rows[reason], reason))
        return tuple(Refusal(r, self.rows[r], tuple(self.examples[r])) for r in ordered)


class Checker:
    """The checks of one table on the pieces of one stream."""

    def __init__(self, table: Table, stream: Stream, connection: duckdb.DuckDBPyConnection) -> None:
        """Prepare for a stream whose columns were matched."""
        self._table = table
        self._stream = stream
        self._connection = connection

    def counted(self, held: pa.Table) -> dict[str, int]:
        """How many of the rows that hold have each trait of the table; those of none left out."""
        traits = self._table.traits
        if not traits or not held.num_rows:
            return {}
        relation = self._connection.from_arrow(held).project(self._full_row(held))
        counts = ", ".join(f"count(*) filter (where {trait.check})" for trait in traits)
        [found] = relation.aggregate(counts).fetchall()
        return {trait.rows: rows for trait, rows in zip(traits, found, strict=True) if rows}

    def checked(self, first_row: int) -> Iterator[tuple[int, pa.Table, tuple[Refusal, ...]]]:
        """For each piece its rows, those that hold in the table's columns, and why others do not.

        Raises FatalSource naming file, column and row where a value is of another type.
        """
        for piece in self._stream.pieces():
            held, refused = self._checked(piece, first_row)
            first_row += piece.num_rows
            yield piece.num_rows, held, refused

    def _checked(self, rows: pa.Table, first_row: int) -> tuple[pa.Table, tuple[Refusal, ...]]:
        held = self._typed(rows, first_row)
        bad = " or ".join(f"({check})" for check in self._conceivable(held))
        relation = self._connection.from_arrow(held).project(self._full_row(held))
        # A number and not the row: an instant with a zone becomes Python's by a package of its own.
        if not bad or not relation.filter(bad).project("1").limit(1).fetchall():
            return held, ()
        return self._sorted_out(held, relation, first_row)

    def _typed(self, rows: pa.Table, first_row: int) -> pa.Table:
        feeds, held = self._feeds(rows), rows.schema.types
        for column, indices in feeds:
            for index in indices:
                named = rows.column_names[index]
                refuse_type(column, held[index], f"{self._stream.where}: {named}")
        picked = {
            column.name: rows.column(indices[0])
            for column, indices in feeds
            if len(indices) == 1 and is_exact(column.kind, held[indices[0]]) and not column.default
        }
        rest = [(column, indices) for column, indices in feeds if column.name not in picked]
        # What is right already stays as it is, texts by dictionary above all.
        made = self._made(rows, picked, rest) if rest else rows
        for feed in rest:
            self._refuse_misfits(feed, rows, made, first_row=first_row)
        return pa.table(
            {c.name: picked[c.name] if c.name in picked else made.column(c.name) for c, _ in feeds}
        )

    def _made(
        self,
        rows: pa.Table,
        picked: dict[str, pa.ChunkedArray],
        rest: Sequence[tuple[Column, list[int]]],
    ) -> pa.Table:
        """The columns that need bringing to their kind; a default may look at those that do not."""
        anonymous = {f"c{index}": values for index, values in enumerate(rows.columns)}
        held = rows.schema.types
        expressions = (f'{_coalesced(c, indices, held)} as "{c.name}"' for c, indices in rest)
        seen = self._connection.from_arrow(pa.table({**anonymous, **picked}))
        return seen.project(", ".join(expressions)).to_arrow_table()

    def _feeds(self, rows: pa.Table) -> list[tuple[Column, list[int]]]:
        """The table's columns that the source speaks of, or that have a default, and from where."""
        names = rows.column_names
        found = (
            (column, [names.index(name) for name in self._stream.matching.feeds[column.name]])
            for column in self._table.columns
        )
        return [(column, indices) for column, indices in found if indices or column.default]

    def _refuse_misfits(
        self, feed: tuple[Column, list[int]], rows: pa.Table, made: pa.Table, *, first_row: int
    ) -> None:
        """Raise FatalSource for the first value that is not of its column's kind."""
        column, indices = feed
        unknown = made.column(column.name).null_count
        if (
            len(indices) == 1
            and not column.default
            and unknown == rows.column(indices[0]).null_count
        ):
            return
        for index in indices:
            self._refuse_misfit(column, rows, index, first_row)

    def _refuse_misfit(self, column: Column, rows: pa.Table, index: int, first_row: int) -> None:
        held, named = rows.schema.types[index], rows.column_names[index]
        if is_exact(column.kind, held):
            return
        values = self._connection.from_arrow(rows.select([index]).rename_columns(["value"]))
        misfits = f"value is not null and ({typed('value', column.kind, held)}) is null"
        found = values.project(f"({misfits}) as misfit")
        row = pc.index(found.to_arrow_table().column("misfit"), True).as_py()
        if row >= 0:
            where = f"{self._stream.place(first_row + row + 1)}: {named}"
            raise misfit(column.kind, where, f"is {_shown(str(rows.column(index)[row]))}")

    def _full_row(self, held: pa.Table) -> str:
        return ", ".join(
            f'"{column.name}"'
            if column.name in held.column_names
            else f'{self._absent(column)} as "{column.name}"'
            for column in self._table.columns
        )

    def _absent(self, column: Column) -> str:
        return f"cast(null as {SQL_TYPES[column.kind]})"

    def _conceivable(self, held: pa.Table) -> list[str]:
        """The checks of offences, but for those that a glance at a column rules out."""
        names = held.column_names
        ruled_out = {_missing(name) for name in names if not held.column(name).null_count}
        ruled_out |= {_too_long(name) for name in names if _is_short(held.column(name))}
        return [check for _, check in self._offences(held) if check not in ruled_out]

    def _offences(self, held: pa.Table) -> list[tuple[str, str]]:
        columns, rules = self._table.columns, self._table.rules
        needed = [c.name for c in columns if c.required or c.name in self._table.key]
        texts = [c.name for c in columns if c.kind is Kind.TEXT and c.name in held.column_names]
        numbers = [c.name for c in columns if c.kind is Kind.NUMBER]
        return [
            *((f"{name} is missing", _missing(name)) for name in needed),
            *((_TOO_LONG.format(name), _too_long(name)) for name in texts),
            *((f"{name} is not a finite number", f'not isfinite("{name}")') for name in numbers),
            *((rule.refusal, f"({rule.check}) is false") for rule in rules),
        ]

    def _sorted_out(
        self, held: pa.Table, relation: duckdb.DuckDBPyRelation, first_row: int
    ) -> tuple[pa.Table, tuple[Refusal, ...]]:
        offences = self._offences(held)
        cases = " ".join(f"when {check} then {i}" for i, (_, check) in enumerate(offences))
        reasons = relation.project(f"case {cases} end as {_REASON}").to_arrow_table()
        reason = reasons.column(_REASON)
        refusals = Refusals()
        for index in sorted(pc.unique(pc.drop_null(reason)).to_pylist()):
            at = pc.indices_nonzero(pc.equal(reason, index))
            some = at.slice(0, KEPT_EXAMPLES)
            shown = self._concerned(offences[index][1], held.column_names)
            examples = [
                f"{self._stream.place(first_row + row + 1)}: {_listed(values)}"
                for row, values in zip(
                    some.to_pylist(), held.select(shown).take(some).to_pylist(), strict=True
                )
            ]
            refusals.add(offences[index][0], len(at), examples)
        return held.filter(pc.is_null(reason)), refusals.listed()

    def _concerned(self, check: str, held: Sequence[str]) -> list[str]:
        """The columns that a check looks at, then the rest of the key."""
        named = [name for name in re.findall(r"\w+", check) if name in held]
        return list(dict.fromkeys([*named, *(name for name in self._table.key if name in held)]))


def _listed(values: dict[str, object]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in values.items())


def _shown(value: object) -> str:
    if value is None:
        return "missing"
    return repr(value[:_SHOWN_CHARACTERS]) if isinstance(value, str) else str(value)


def _missing(name: str) -> str:
    return f'"{name}" is null'


def _too_long(name: str) -> str:
    return f'strlen("{name}") > {LONGEST_TEXT_BYTES}'


def _is_short(texts: pa.ChunkedArray) -> bool:
    """Whether no text can be too long, as the few words they are made of are not."""
    if not pa.types.is_dictionary(texts.type):
        return False
    longest = (pc.max(pc.binary_length(chunk.dictionary)).as_py() for chunk in texts.chunks)
    return all((length or 0) <= LONGEST_TEXT_BYTES for length in longest)


def _coalesced(column: Column, indices: Sequence[int], held: Sequence[pa.DataType]) -> str:
    feeds = [typed(f"c{index}", column.kind, held[index]) for index in indices]
    return f"coalesce({', '.join([*feeds, column.default or 'null'])})"
