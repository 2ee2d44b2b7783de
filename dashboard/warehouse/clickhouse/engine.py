"""A warehouse in ClickHouse: the same questions, sets included, asked of a server.

A version is a manifest that was loaded, and each read names the parts of that version, so a load
that is going on is never seen half-way.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

import polars as pl

from dashboard.errors import QueryError
from dashboard.settings import ENGINE
from dashboard.slices import Scope
from dashboard.warehouse.clickhouse.audience import ClickHouseAudience
from dashboard.warehouse.clickhouse.connection import (
    Connection,
    Value,
)
from dashboard.warehouse.clickhouse.sets import SET_RELATIONS, set_relation
from dashboard.warehouse.contract import Table
from dashboard.warehouse.engine import AudienceKind, Parameter
from dashboard.warehouse.library import QUERIES, Query, Type, Word, fit, prelude, tuned_queries
from dashboard.warehouse.manifest import DataFile, Manifest
from dashboard.warehouse.pinned import PinnedVersion
from dashboard.warehouse.rollup import summed
from dashboard.warehouse.scoped import bindings, relation, table_of
from dashboard.warehouse.tables import TABLES

_NAMED = re.compile(r"\$([a-z][a-z0-9_]*)")
_SERVER_TYPES: dict[Word, str] = {
    Word.WHOLE: "Int64",
    Word.NUMBER: "Float64",
    Word.TEXT: "String",
    Word.DAY: "Date32",
    Word.INSTANT: "DateTime64(6, 'UTC')",
    Word.TRUTH: "Bool",
    Word.TEXTS: "Array(String)",
    Word.DAYS: "Array(Date32)",
}
# A list cannot be null in ClickHouse: one that is holds a null alone.
_NULLABLE_LIST = "Array(Nullable(String))"
_SCOPE_TYPES = {
    "scope_as_of": "DateTime64(6, 'UTC')",
    "scope_last_day": "Date32",
    "scope_countries": "Array(String)",
    "scope_reach": "Array(String)",
    "scope_platforms": "Array(String)",
    "scope_kind": "String",
}


class ClickHouseWarehouse(PinnedVersion):
    """One pinned version of a database."""

    def __init__(
        self,
        connection: Connection,
        database: str,
        manifest: Manifest,
        tuned: Mapping[str, Query] | None = None,
    ) -> None:
        """Pin the version; ``tuned`` are the queries with a text of their own, by default all."""
        self.connection = connection
        self.database = database
        super().__init__(manifest)
        self._tuned = tuned_queries(ENGINE) if tuned is None else tuned

    def read(self, query: str, scope: Scope, **parameters: Parameter) -> pl.DataFrame:
        """The frame a query answers inside a scope; raises QueryError for an unknown one."""
        return self.ask(query, scope, AudienceKind.ACTIVE, parameters)

    def audience(self, kind: AudienceKind, scope: Scope) -> ClickHouseAudience:
        """The sets of people of one kind inside a scope."""
        return ClickHouseAudience(self, kind, scope)

    def ask(
        self, query: str, scope: Scope, kind: AudienceKind, parameters: Mapping[str, Parameter]
    ) -> pl.DataFrame:
        """The frame of a query whose sets are those of one kind of audience."""
        if query not in QUERIES:
            raise QueryError(f"There is no query {query!r}.")
        asked = self._tuned.get(query, QUERIES[query])
        relations = ",\n".join(self._relation(name, scope, kind) for name in asked.source)
        text = _joined(_words(), relations, asked.text)
        values = {**parameters, **bindings(scope, self.cut(scope), text), "scope_kind": kind.value}
        types = {**_SCOPE_TYPES, **{name: _server_type(of) for name, of in asked.params.items()}}
        named = {name: _bound(values.get(name), types[name]) for name in _NAMED.findall(text)}
        frame = self.connection.read(_typed(text, types), named, what=query)
        return fit(_as_promised(frame, asked), asked)

    def _relation(self, name: str, scope: Scope, kind: AudienceKind) -> str:
        if name in SET_RELATIONS:
            return set_relation(name, self.database, self._set_parts(name, kind), scope)
        return relation(name, self._rows(table_of(name)), scope)

    def _rows(self, table: Table) -> str:
        """A table's rows in SQL; sums that no ingest has made yet are made as they are read."""
        stored = self.manifest.tables.get(table.name)
        if stored is None and table.sum_of:
            return f"({summed(table, self._rows(TABLES[table.sum_of]))})"
        parts = _in_parts(stored.files if stored else ())
        return f"(select * from {self.database}.{table.name} where {parts})"

    def _set_parts(self, name: str, kind: AudienceKind) -> str:
        audience = self.manifest.audiences.get(kind)
        if name == "first_sets":
            return _in_parts(audience.cohorts if audience else ())
        if name == "travels":
            return _in_parts(audience.travels if audience else ())
        table = "user_days" if kind is AudienceKind.ACTIVE else "uploads"
        stored = self.manifest.tables.get(table)
        return _in_parts(stored.files if stored else ())


def part_of(file: DataFile) -> str:
    """The name of a file's part: equal where path and content are.

    Content alone would not do: whoever publishes on their first day is in two equal cohort files.
    """
    return hashlib.sha256(f"{file.path} {file.sha256}".encode()).hexdigest()[:20]


@lru_cache(maxsize=1)
def _words() -> str:
    return _without_comments(prelude(ENGINE))


def _joined(words: str, relations: str, text: str) -> str:
    """Prelude and relations in front of a query, whose own table expressions then follow them."""
    body = _without_comments(text).lstrip()
    rest = body.removeprefix("with ")
    return f"with {words},\n{relations}{',' if rest != body else ''}\n{rest}"


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()


def _in_parts(files: tuple[DataFile, ...]) -> str:
    """The condition that a row came in one of these files."""
    listed = ", ".join(f"'{part_of(file)}'" for file in files)
    return f"part in ({listed})" if files else "false"


def _server_type(declared: Type) -> str:
    if declared.word is Word.TEXTS and declared.is_nullable:
        return _NULLABLE_LIST
    plain = _SERVER_TYPES[declared.word]
    return f"Nullable({plain})" if declared.is_nullable else plain


def _typed(text: str, types: Mapping[str, str]) -> str:
    """The text with each $name as the server's own bound parameter."""
    return _NAMED.sub(lambda found: f"{{{found[1]}:{types[found[1]]}}}", text)


def _bound(value: Parameter, server_type: str) -> Value:
    """A value in the spelling that the server reads without a zone of its own."""
    if value is None and server_type == _NULLABLE_LIST:
        return [None]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    return [each.isoformat() if isinstance(each, date) else each for each in value]


def _as_promised(frame: pl.DataFrame, asked: Query) -> pl.DataFrame:
    """The frame with what ClickHouse has no type for: truths, and lists that are unknown."""
    mended = []
    for name, promised in asked.columns.items():
        if name not in frame.columns:
            continue
        if promised.word is Word.TRUTH:
            mended.append(pl.col(name).cast(pl.Boolean))
        if promised.word is Word.TEXTS and promised.is_nullable:
            mended.append(pl.when(pl.col(name).list.len() > 0).then(pl.col(name)))
    return frame.with_columns(mended)
