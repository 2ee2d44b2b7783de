"""Readings: the sources of one load read, checked, numbered and staged, piece by piece."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from dashboard.warehouse.contract import Table
from dashboard.warehouse.ingest.ahead import ahead
from dashboard.warehouse.ingest.allocation import give_back
from dashboard.warehouse.ingest.checks import Checker
from dashboard.warehouse.ingest.numbering import People
from dashboard.warehouse.ingest.person_days import by_day, has_person_days, stage_days
from dashboard.warehouse.ingest.pieces import Stream, file_stream, locked_connection, sql_stream
from dashboard.warehouse.ingest.places import Places
from dashboard.warehouse.ingest.report import Progress, Refusal
from dashboard.warehouse.ingest.rows import stage_rows, whole_rows
from dashboard.warehouse.ingest.sources import SourceFile
from dashboard.warehouse.ingest.staging import Staging
from dashboard.warehouse.manifest import Numbering


@dataclass(frozen=True)
class Piece:
    """One finished piece: where in its stream it ends, what it held, and how things stood then.

    ``days`` maps days since 1970 to rows that landed; ``places`` and ``numbering`` are as they
    were after it; ``counted`` is how many of its rows have each trait.
    """

    stream: int
    end_row: int
    rows: int
    days: dict[int, int]
    refused: tuple[Refusal, ...]
    counted: dict[str, int]
    ignored: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    numbering: Numbering


_PIECE = TypeAdapter(Piece)


@dataclasses.dataclass(frozen=True, slots=True)
class _Checked:
    """The rows of one piece that hold, where in which stream they end, and why others do not."""

    index: int
    stream: Stream
    end_row: int
    rows: int
    held: pa.Table
    refused: tuple[Refusal, ...]
    counted: dict[str, int]


class Reading:
    """The reading of one load's sources into a staging room, resumed where it was cut off."""

    def __init__(
        self, table: Table, files: Sequence[SourceFile], *, sql: str, zone: str, room: Staging
    ) -> None:
        """Prepare to read the files in order, or what ``sql`` makes of them all.

        ``sql`` counts its days in ``zone``.
        """
        self.table = table
        self.pieces: list[Piece] = []
        self.places = Places()
        self._files = files
        self._sql = sql
        self._zone = zone
        self._room = room

    @property
    def staged(self) -> list[tuple[Path, Piece]]:
        """The staged files, in the order in which later rows beat earlier ones."""
        listed = enumerate(self.pieces)
        return [(self._path("rows", index), piece) for index, piece in listed if piece.days]

    @property
    def people_files(self) -> list[Path]:
        """The files of people met for the first time."""
        paths = (self._path("people", index) for index in range(len(self.pieces)))
        return [path for path in paths if path.exists()]

    def read(self, people: People, progress: Progress) -> None:
        """Read what is left; raises FatalSource or HostileFile."""
        self._resume(people)
        if self._room.recall("read") is not None:
            return
        spill = self._room.folder / "spill"
        with locked_connection(self._files, spill, zone=self._zone) as connection:
            # While one piece is written the next is numbered, and the one after read and checked.
            numbered = self._numbered(ahead(self._checked(connection)), people, len(self.pieces))
            for stream, piece, rows in ahead(numbered):
                self._stage(piece, rows)
                share = self._share(piece.stream, piece.end_row, stream.rows)
                progress(share, f"{stream.where}: {piece.end_row:,} rows read")
        self._room.remember("read", str(len(self.pieces)))
        give_back()

    def _resume(self, people: People) -> None:
        done = self._room.recall("read")
        if self._sql and done is None:
            return
        while done is None or len(self.pieces) < int(done):
            text = self._room.recall(f"piece-{len(self.pieces):06d}")
            if text is None:
                break
            self.pieces.append(_PIECE.validate_json(text))
        if self.pieces:
            self.places = Places(self.pieces[-1].places)
            people.resume(self.people_files, self.pieces[-1].numbering)

    def _left(self) -> Iterator[tuple[int, int]]:
        streams = 1 if self._sql else len(self._files)
        begin, skip = (self.pieces[-1].stream, self.pieces[-1].end_row) if self.pieces else (0, 0)
        for index in range(begin, streams):
            yield index, skip if index == begin else 0

    def _stream(self, connection: duckdb.DuckDBPyConnection, index: int, skip: int) -> Stream:
        if self._sql:
            return sql_stream(self.table, self._files, connection, self._sql)
        return file_stream(self.table, self._files[index], connection, skip=skip)

    def _checked(self, connection: duckdb.DuckDBPyConnection) -> Iterator[_Checked]:
        checking = connection.cursor()
        for index, row in list(self._left()):
            stream = self._stream(connection, index, row)
            checker = Checker(self.table, stream, checking)
            for rows, held, refused in checker.checked(row):
                row += rows
                counted = checker.counted(held)
                yield _Checked(index, stream, row, rows, held, refused, counted)

    def _numbered(
        self, checked: Iterator[_Checked], people: People, first: int
    ) -> Iterator[tuple[Stream, Piece, pa.Table]]:
        for number, found in enumerate(checked, first):
            rows, days = found.held, dict[int, int]()
            if rows.num_rows:
                rows = self._with_numbers(rows, people, self._path("people", number))
                rows, days = self._by_day(rows)
            piece = Piece(
                stream=found.index,
                end_row=found.end_row,
                rows=found.rows,
                days=days,
                refused=found.refused,
                counted=found.counted,
                ignored=found.stream.matching.ignored,
                places=tuple(self.places.pairs),
                numbering=people.numbering,
            )
            yield found.stream, piece, rows

    def _with_numbers(self, rows: pa.Table, people: People, path: Path) -> pa.Table:
        for person in self.table.persons:
            ids = pl.Series(rows.column(person))
            countries = pl.Series(rows.column(self.table.country))
            numbers = people.numbered(ids, countries, path)
            at = rows.column_names.index(person)
            rows = rows.set_column(at, person, numbers.to_arrow())
        return rows

    def _by_day(self, rows: pa.Table) -> tuple[pa.Table, dict[int, int]]:
        if has_person_days(self.table):
            return by_day(self.table, rows, self.places)
        return whole_rows(self.table, rows)

    def _stage(self, piece: Piece, rows: pa.Table) -> None:
        """Write a piece, and remember it once it is written."""
        path = self._path("rows", len(self.pieces))
        if piece.days and has_person_days(self.table):
            stage_days(rows, piece.days, path)
        elif piece.days:
            stage_rows(rows, path)
        text = _PIECE.dump_json(piece).decode()
        self._room.remember(f"piece-{len(self.pieces):06d}", text)
        self.pieces.append(piece)

    def _path(self, what: str, index: int) -> Path:
        return self._room.folder / f"{what}-{index:06d}"

    def _share(self, index: int, row: int, rows: int | None) -> float:
        sizes = [file.size_bytes for file in self._files]
        part = row / rows if rows else 0.5
        return (sum(sizes[:index]) + part * sizes[index]) / max(1, sum(sizes))
