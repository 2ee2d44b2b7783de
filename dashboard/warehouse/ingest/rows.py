"""Rows: tables of any key, merged by DuckDB within its memory limit and written span by span."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.warehouse.contract import Kind, Table
from dashboard.warehouse.ingest.ahead import ahead
from dashboard.warehouse.ingest.columns import ARROW_TYPES
from dashboard.warehouse.ingest.person_days import day_number
from dashboard.warehouse.ingest.spans import Target, targets
from dashboard.warehouse.ingest.staging import settle
from dashboard.warehouse.ingest.statements import Restatement, Statement
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import DataFile, describe

_MICROSECONDS_A_DAY = 86_400_000_000
_ROW_GROUP_ROWS = 122_880
_STAGED_ROWS = 16_384
_SORTED_ROWS = 500_000
_STAGED_WORDS = 1_024


def whole_rows(table: Table, rows: pa.Table) -> tuple[pa.Table, dict[int, int]]:
    """Numbered rows with all of the table's columns, and the rows of each UTC day."""
    whole = {
        column.name: _whole(rows.column(column.name), ARROW_TYPES[column.kind])
        if column.name in rows.column_names
        else pa.nulls(rows.num_rows, ARROW_TYPES[column.kind])
        for column in table.columns
    }
    event = rows.column(table.event)
    if table.column(table.event).kind is Kind.DAY:
        day = event.cast(pa.int32()).to_numpy()
    else:
        day = (
            event.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy() // _MICROSECONDS_A_DAY
        )
    days, counts = np.unique(day, return_counts=True)
    if table.replaces_group:
        # A statement's rows have no order of their own; in that of time a day's lie together.
        order = pc.sort_indices(whole[table.event])
        # By column: a whole table takes twice as long.
        whole = {name: values.take(order) for name, values in whole.items()}
    return pa.table(whole), dict(zip(days.tolist(), counts.tolist(), strict=True))


def _whole(values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Values of the kind that is stored; few texts stay by dictionary, which is quick to write."""
    if not pa.types.is_dictionary(values.type):
        return values.cast(kind)
    words = max(len(chunk.dictionary) for chunk in values.chunks)
    # Every row group repeats the whole dictionary.
    return values if words <= _STAGED_WORDS else values.cast(kind)


def stage_rows(rows: pa.Table, path: Path) -> None:
    """Write rows to be read again soon, and once or twice."""
    by_dictionary = [f.name for f in rows.schema if pa.types.is_dictionary(f.type)]
    by_dictionary += [f"{f.name}.list.element" for f in rows.schema if pa.types.is_list(f.type)]
    pq.write_table(
        rows,
        path,
        compression="lz4",
        use_dictionary=by_dictionary,
        row_group_size=_STAGED_ROWS,
        store_schema=False,
    )


class RowMerge:
    """The arriving rows of one table against the files it has."""

    def __init__(self, task: Task, connection: duckdb.DuckDBPyConnection) -> None:
        """Merge on a connection of our own."""
        self._task = task
        self._table = task.table
        self._connection = connection
        self._days: dict[date, int] = {}
        self._pieces: list[tuple[Path, int, int]] = []
        self._has_latest = False
        instant = self._table.column(self._table.event).kind is Kind.INSTANT
        self._event = f'"{self._table.event}"'
        self._day = f"cast({self._event} as date)" if instant else self._event
        self._same_key = " and ".join(
            f'kept."{name}" = arriving."{name}"' for name in self._table.key
        )
        self._restatement: Restatement | None = None

    def arrive(self, pieces: Sequence[tuple[Path, Collection[int]]]) -> None:
        """Take in the staged rows; of rows with one key the last stays, unless it names a group.

        Each piece comes with the days, since 1970, that it holds.
        """
        self._pieces = [(path, min(days), max(days)) for path, days in pieces]
        files = self._task.stored.files if self._task.stored else ()
        if self._table.kept_until and files:
            self._restatement = Restatement(self._table, self._connection, self._task.now_before)
            self._restatement.begin(self.arrived, self.stored(files))
        if self._table.replaces_group or not self._has_twins():
            return
        rows = self._staged().project("*, row_number() over () as _arrival")
        rows.create("numbered")
        key = ", ".join(_quoted(self._table.key))
        latest = f"row_number() over (partition by {key} order by _arrival desc) = 1 as _latest"
        rows = self._connection.table("numbered").project(f"*, {latest}").filter("_latest")
        # In the order of days, each span's rows lie together and the rest need not be looked at.
        rows.project("* exclude (_arrival, _latest)").order("_day").create("latest")
        self._connection.execute("drop table numbered")
        self._has_latest = True

    def _has_twins(self) -> bool:
        """Whether two arriving rows may have one key."""
        key = ", ".join(_quoted(self._table.key))
        rows, keys = (
            self._staged().aggregate(f"count(*), count(distinct hash({key}))").fetchall()[0]
        )
        return bool(rows != keys)

    def _staged(self, days: Sequence[date] | None = None) -> duckdb.DuckDBPyRelation:
        """The staged rows in their order, each with its day, of the pieces that hold these days."""
        paths = [
            str(path)
            for path, first, last in self._pieces
            if days is None or (day_number(days[0]) <= last and first <= day_number(days[-1]))
        ]
        return self._connection.read_parquet(paths).project(f"*, {self._day} as _day")

    @property
    def arrived(self) -> duckdb.DuckDBPyRelation:
        """The rows that arrive, in the table's columns."""
        rows = self._connection.table("latest") if self._has_latest else self._staged()
        return rows.set_alias("arriving")

    def statement(self) -> Statement | None:
        """What arrived as groups, where the table replaces them whole."""
        if not self._table.replaces_group:
            return None
        groups = self._arriving_keys().distinct().count("*").fetchall()[0][0]
        return Statement(groups, self._restatement.rows_replaced if self._restatement else 0)

    def days(self) -> dict[date, int]:
        """The days that arrive, each with how many rows."""
        return dict(self.arrived.aggregate("_day, count(*)", "_day").fetchall())

    def beaten(self, files: Sequence[DataFile]) -> duckdb.DuckDBPyRelation:
        """The rows of files that arriving rows take the place of."""
        kept = self.stored(files).set_alias("kept")
        return kept.join(self._arriving_keys(), self._same_key, how="semi")

    def written(self) -> list[DataFile]:
        """The table's files once the arriving rows are in them."""
        files = self._task.stored.files if self._task.stored else ()
        self._days = self.days()
        planned = targets(files, self._days)
        gone = {file.path for target in planned for file in target.replaced}
        planned += [
            target for target in self._touched(files) if target.replaced[0].path not in gone
        ]
        gone |= {file.path for target in planned for file in target.replaced}
        new = [self._write(target) for target in planned]
        return [file for file in (*files, *new) if file and file.path not in gone]

    def _touched(self, files: Sequence[DataFile]) -> list[Target]:
        if self._table.event in self._table.key or not files:
            return []
        names = self.beaten(files).project("filename").distinct().fetchall()
        held = {Path(name).relative_to(self._task.folder).as_posix() for (name,) in names}
        return [Target((file,), ()) for file in files if file.path in held]

    def _write(self, target: Target) -> DataFile | None:
        """One span's rows in order; None when they have all moved to other spans."""
        rows = self._rows_of(target)
        span = self._span(rows) if target.replaced else (target.days[0], target.days[-1])
        if span is None:
            return None
        first, last = span
        path = self._task.rows_path(f"{first}_{last}")
        path.parent.mkdir(parents=True, exist_ok=True)
        runs = [target.days] if target.replaced else self._runs(target.days)
        if len(runs) > 1:
            self._write_runs(runs, path)
        else:
            rows.order(self._order()).to_parquet(
                str(path), compression="zstd", row_group_size=_ROW_GROUP_ROWS, overwrite=True
            )
        settle(path)
        count = pq.read_metadata(path).num_rows
        return describe(self._task.folder, path, count, (first, last + timedelta(days=1)))

    def _runs(self, days: Sequence[date]) -> list[tuple[date, ...]]:
        """The days in order, together as long as their rows can be sorted in little memory."""
        runs: list[tuple[date, ...]] = []
        held = _SORTED_ROWS
        for day in sorted(days):
            held += self._days[day]
            if held > _SORTED_ROWS:
                runs.append(())
                held = self._days[day]
            runs[-1] += (day,)
        return runs

    def _write_runs(self, runs: Sequence[tuple[date, ...]], path: Path) -> None:
        """Write arriving days run by run, the next one sorted while one is written."""
        batches = (batch for days in runs for batch in self._in_order(days))
        with ExitStack() as stack:
            writer: pq.ParquetWriter | None = None
            for batch in ahead(batches):
                writer = writer or stack.enter_context(self._writer(path, batch.schema))
                writer.write_batch(batch)

    def _writer(self, path: Path, schema: pa.Schema) -> pq.ParquetWriter:
        """A file in which amounts have no dictionary, and only days and instants statistics."""
        columns = self._table.columns
        amounts = (Kind.MONEY, Kind.NUMBER)
        return pq.ParquetWriter(
            path, schema, compression="zstd", store_schema=False,
            use_dictionary=[column.name for column in columns if column.kind not in amounts],
            write_statistics=[c.name for c in columns if c.kind in (Kind.DAY, Kind.INSTANT)],
        )  # fmt: skip

    def _in_order(self, days: tuple[date, ...]) -> Iterator[pa.RecordBatch]:
        rows = self._rows_of(Target((), days)).order(self._order())
        yield from rows.to_arrow_reader(_ROW_GROUP_ROWS)

    def _rows_of(self, target: Target) -> duckdb.DuckDBPyRelation:
        """The rows of one span: those that arrive, those that stay, those put aside."""
        columns = ", ".join(_quoted(column.name for column in self._table.columns))
        rows = self._arriving_on(target.days)
        if self._restatement is not None:
            rows = self._restatement.stated(rows)
        rows = rows.project(columns)
        if not target.replaced:
            return rows
        stored = self.stored(target.replaced)
        kept = stored.set_alias("kept").join(self._arriving_keys(), self._same_key, how="anti")
        rows = kept.project(columns).union(rows)
        if self._restatement is None:
            return rows
        return rows.union(self._restatement.put_aside(stored).project(columns))

    def _span(self, rows: duckdb.DuckDBPyRelation) -> tuple[date, date] | None:
        """The first and the last day of the rows; None when there are none."""
        first, last = rows.aggregate(f"min({self._day}), max({self._day})").fetchall()[0]
        return None if first is None else (first, last)

    def latest_instant(self) -> datetime:
        """The latest event that arrives, for a table of instants."""
        instant = f'epoch_us(max("{self._table.event}"))'
        microseconds = self.arrived.aggregate(instant).fetchall()[0][0]
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)

    def _arriving_keys(self) -> duckdb.DuckDBPyRelation:
        return self.arrived.project(", ".join(_quoted(self._table.key))).set_alias("arriving")

    def _arriving_on(self, days: Sequence[date]) -> duckdb.DuckDBPyRelation:
        if not days:
            return self.arrived.filter("false")
        listed = ", ".join(f"date '{day}'" for day in days)
        rows = self.arrived if self._has_latest else self._staged(sorted(days))
        # Compared as stored first, so that row groups of other days are passed over.
        return rows.filter(f"{self._within(min(days), max(days))} and _day in ({listed})")

    def _within(self, first: date, last: date) -> str:
        after = last + timedelta(days=1)
        if self._table.column(self._table.event).kind is Kind.DAY:
            return f"{self._event} >= date '{first}' and {self._event} < date '{after}'"
        since, until = (f"timestamptz '{day} 00:00:00+00'" for day in (first, after))
        return f"{self._event} >= {since} and {self._event} < {until}"

    def stored(self, files: Sequence[DataFile]) -> duckdb.DuckDBPyRelation:
        """The rows of files of this warehouse, each with the ``filename`` it is from."""
        paths = [str(self._task.folder / file.path) for file in files]
        return self._connection.read_parquet(paths, filename=True)

    def _order(self) -> str:
        first = [name for name in (self._table.event, self._table.country) if name]
        return ", ".join(_quoted(dict.fromkeys([*first, *self._table.key])))


def our_connection(spill: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB for files of our own making, with little memory and room to spill."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "384MB"})
    connection.execute("set TimeZone = 'UTC'")
    # A worker's output is its messages; DuckDB would draw its own progress between them.
    connection.execute("set enable_progress_bar = false")
    connection.execute("set temp_directory = ?", [str(spill)])
    connection.execute("set parquet_metadata_cache = true")
    return connection


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in names]
