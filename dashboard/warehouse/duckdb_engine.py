"""A warehouse on one machine: DuckDB over the files of one manifest version, and sets beside it.

No database file is shared between processes: each opens its own in-memory DuckDB over immutable
Parquet, and sees the next version when the manifest is replaced.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq

from dashboard.errors import BrokenContract, QueryError, WarehouseError
from dashboard.slices import Scope
from dashboard.warehouse.audience import SetAudience
from dashboard.warehouse.contract import Kind, Table
from dashboard.warehouse.day_sets import DaySets, FileShelf
from dashboard.warehouse.engine import AudienceKind, Parameter, Warehouse
from dashboard.warehouse.library import QUERIES, fit, prelude
from dashboard.warehouse.manifest import (
    MANIFEST_NAME,
    DataFile,
    Manifest,
    StoredAudience,
    read_manifest,
    verify,
)
from dashboard.warehouse.pinned import PinnedVersion
from dashboard.warehouse.rollup import summed
from dashboard.warehouse.scoped import bindings, relation, table_of
from dashboard.warehouse.tables import TABLES

_TYPES: dict[Kind, str] = {
    Kind.DAY: "date",
    Kind.INSTANT: "timestamptz",
    Kind.TEXT: "varchar",
    Kind.TEXTS: "varchar[]",
    Kind.WHOLE: "bigint",
    Kind.NUMBER: "double",
    Kind.MONEY: "decimal(38, 12)",
    Kind.PERSON: "uinteger",
}


class DuckDBWarehouse(PinnedVersion):
    """One pinned version of a folder."""

    def __init__(self, folder: Path, manifest: Manifest, shelf: FileShelf) -> None:
        """Pin the version; its files are held against the manifest when first read."""
        self._folder = folder
        super().__init__(manifest)
        self._shelf = shelf
        self._root = _connect(folder)
        self._sound: set[str] = set()
        self._sets = {
            kind: DaySets(shelf, manifest.audiences.get(kind, StoredAudience((), ())))
            for kind in AudienceKind
        }

    def read(self, query: str, scope: Scope, **parameters: Parameter) -> pl.DataFrame:
        """The frame a query answers inside a scope; raises QueryError for an unknown one."""
        if query not in QUERIES:
            raise QueryError(f"There is no query {query!r}.")
        asked = QUERIES[query]
        relations = ",\n".join(self._relation(name, scope) for name in asked.source)
        values = {**parameters, **bindings(scope, self.cut(scope), relations)}
        return fit(self._run(_joined(relations, asked.text), values, query), asked)

    def audience(self, kind: AudienceKind, scope: Scope) -> SetAudience:
        """The sets of people of one kind inside a scope."""
        return SetAudience(self._sets[kind], scope, self.cut(scope)[1])

    def _relation(self, name: str, scope: Scope) -> str:
        return relation(name, self._rows(table_of(name)), scope)

    def _rows(self, table: Table) -> str:
        """A table's rows in SQL; sums that no ingest has made yet are made as they are read."""
        stored = self.manifest.tables.get(table.name)
        if stored is None and table.sum_of:
            return f"({summed(table, self._rows(TABLES[table.sum_of]))})"
        files = stored.files if stored else ()
        for file in files:
            self._check(file, table)
        return _stored(table, [str(self._folder / file.path) for file in files])

    def _check(self, file: DataFile, table: Table) -> None:
        """Hold a file against the manifest and the contract, the first time it is read."""
        if file.path in self._sound:
            return
        verify(self._folder, file)
        stored = set(pq.read_schema(self._folder / file.path).names)
        for column in table.columns:
            if column.name not in stored:
                raise BrokenContract(file.path, column.name, "is not in the file")
        self._sound.add(file.path)

    def _run(self, text: str, values: dict[str, Parameter], query: str) -> pl.DataFrame:
        with self._root.cursor() as cursor:
            try:
                answer: pl.DataFrame = cursor.sql(text, params=values).pl()
            except duckdb.Error as failed:
                raise WarehouseError(f"{query}: {str(failed).splitlines()[0]}") from failed
            return answer


class _Pins:
    """The version of a folder in force, pinned anew when its manifest is replaced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shelf = FileShelf(folder)
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._pinned: DuckDBWarehouse | None = None

    def current(self) -> DuckDBWarehouse:
        """The newest version; raises WarehouseMissing when there is none."""
        with self._lock:
            seen = self._stamp()
            if self._pinned is None or seen != self._seen:
                self._pinned = DuckDBWarehouse(
                    self._folder, read_manifest(self._folder), self._shelf
                )
                self._seen = seen
            return self._pinned

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = (self._folder / MANIFEST_NAME).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns


@lru_cache(maxsize=8)
def _pins(folder: Path) -> _Pins:
    return _Pins(folder)


def open_folder(folder: Path, version: int | None = None) -> Warehouse:
    """The folder's newest version, or an earlier one that is still kept.

    Cheap to call at each use: a version is opened once. Raises WarehouseMissing when the folder
    holds no manifest, or none of that version.
    """
    current = _pins(folder.resolve()).current()
    if version is None or version == current.version:
        return current
    return _earlier(folder.resolve(), version)


@lru_cache(maxsize=4)
def _earlier(folder: Path, version: int) -> DuckDBWarehouse:
    return DuckDBWarehouse(folder, read_manifest(folder, version), FileShelf(folder))


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    root = duckdb.connect(":memory:")
    root.execute(prelude("duckdb"))
    root.execute("set TimeZone = 'UTC'")
    root.execute("set allowed_directories = $folders", {"folders": [str(folder)]})
    root.execute("set enable_external_access = false")
    root.execute("set lock_configuration = true")
    return root


def _stored(table: Table, files: Sequence[str]) -> str:
    if files:
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        return f"read_parquet([{listed}])"
    nulls = ", ".join(f"null::{_TYPES[column.kind]} as {column.name}" for column in table.columns)
    return f"(select {nulls} where false)"


def _joined(relations: str, text: str) -> str:
    """The relations in front of a query, whose own common table expressions then follow them."""
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--")).lstrip()
    rest = body.removeprefix("with ")
    return f"with {relations}{',' if rest != body else ''}\n{rest}"
