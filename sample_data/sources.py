"""Source files: the generated tables as Parquet, in the columns of the data contract."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.warehouse.contract import Kind
from dashboard.warehouse.tables import TABLES
from sample_data.arrays import Flags, Floats, Ints
from sample_data.timeline import FIRST_DAY

_EPOCH = np.datetime64("1970-01-01")
_FIRST = (np.datetime64(FIRST_DAY.isoformat()) - _EPOCH).astype(np.int64)
TYPES = {
    Kind.DAY: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.TEXT: pa.utf8(),
    Kind.TEXTS: pa.list_(pa.utf8()),
    Kind.WHOLE: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.MONEY: pa.decimal128(38, 12),
    Kind.PERSON: pa.int64(),
}
_SECONDS_OF_DAY = 86_400


class SourceFile:
    """One table's Parquet file while it is written, a batch of columns at a time."""

    def __init__(self, folder: Path, table: str) -> None:
        """Begin the file of a table of the contract."""
        self._table = TABLES[table]
        self._path = folder / f"{table}.parquet"
        self._writer: pq.ParquetWriter | None = None
        # Compressing takes a third of the time, and Python's lock is free meanwhile.
        self._pen = ThreadPoolExecutor(max_workers=1)
        self._strokes: list[Future[None]] = []
        self.rows = 0

    def __enter__(self) -> Self:
        """Take part in a with statement."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the file; raises what went wrong in writing it."""
        self._pen.shutdown()
        if self._writer is not None:
            self._writer.close()
        for stroke in self._strokes:
            stroke.result()

    def write(self, columns: Mapping[str, pa.Array]) -> None:
        """Add rows; the columns are those of the contract, in any order."""
        names = [column.name for column in self._table.columns if column.name in columns]
        batch = pa.table([columns[name] for name in names], names=names)
        self.rows += batch.num_rows
        self._strokes.append(self._pen.submit(self._put, batch))

    def _put(self, batch: pa.Table) -> None:
        if self._writer is None:
            self._writer = self._begun(batch.schema)
        self._writer.write_table(batch)

    def _begun(self, schema: pa.Schema) -> pq.ParquetWriter:
        repeated = {f.name for f in schema if pa.types.is_dictionary(f.type)}
        columns = [c for c in self._table.columns if c.name in schema.names]
        repeated |= {c.name for c in columns if c.kind in (Kind.DAY, Kind.WHOLE)}
        repeated |= {f"{c.name}.list.element" for c in columns if c.kind is Kind.TEXTS}
        # What hardly repeats is not worth a dictionary, and nobody asks for statistics.
        return pq.ParquetWriter(
            self._path,
            schema,
            use_dictionary=sorted(repeated),
            write_statistics=False,
            store_schema=False,
        )


def days(numbers: Ints) -> pa.Array:
    """Day numbers as calendar days."""
    return pa.array((numbers + _FIRST).astype(np.int32)).cast(pa.date32())


def instants(seconds: Ints | Floats, known: Flags | None = None) -> pa.Array:
    """Seconds since the sample's first instant as UTC instants; null where not ``known``."""
    micros = ((seconds + _FIRST * _SECONDS_OF_DAY) * 1_000_000).astype(np.int64)
    mask = None if known is None else ~known
    return pa.array(micros, mask=mask).cast(pa.timestamp("us", tz="UTC"))


def names(codes: Ints, words: Sequence[str]) -> pa.Array:
    """Words given by their places; null where the place is negative."""
    places = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(places, pa.array(words, pa.utf8()))


def runs(words: Sequence[str], lengths: Sequence[int]) -> pa.Array:
    """Each word as often as its run is long, one run after the other; null where it is empty."""
    known = sorted(set(words) - {""})
    places = {word: place for place, word in enumerate(known)}
    codes = np.array([places.get(word, -1) for word in words], dtype=np.int64)
    return names(np.repeat(codes, lengths), known)


def numbers(values: npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> pa.Array:
    """Numbers as they are."""
    return pa.array(values)


def name_lists(codes: Ints, counts: Ints, words: Sequence[str]) -> pa.Array:
    """Lists of words, one after the other; ``counts`` is how long each list is."""
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), names(codes, words).cast(pa.utf8()))


def video_ids(numbers: Ints) -> pa.Array:
    """Ids of videos, which are numbered from 1 in the order they were uploaded in."""
    digits = pa.array(numbers).cast(pa.utf8())
    return pc.binary_join_element_wise("v", pc.utf8_lpad(digits, 9, "0"), "")


def money(amounts: Floats) -> pa.Array:
    """Amounts to the cent."""
    cents = pa.array(np.rint(amounts * 100).astype(np.int64)).cast(pa.decimal128(38, 0))
    hundredth = pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))
    return pc.multiply(cents.cast(pa.decimal128(20, 0)), hundredth).cast(pa.decimal128(38, 12))
