"""A table as a file: CSV that no spreadsheet runs as a formula, and Parquet, both whole."""

import hashlib
import io
import re
from dataclasses import dataclass

import polars as pl

_FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
"""What a spreadsheet takes for the beginning of a formula, in plain and in full-width forms."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file made of a table: its name, its kind and its bytes."""

    name: str
    mime: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The checksum of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def as_csv(frame: pl.DataFrame, name: str) -> Export:
    """The whole table as CSV; a cell that begins like a formula gets an apostrophe before it.

    Numbers, days and instants are not touched: they are not text.
    """
    columns = [_listed(column) for column in frame.get_columns()]
    safe = pl.DataFrame([_neutral(column) for column in columns])
    return Export(f"{name}.csv", "text/csv", safe.write_csv().encode())


def as_parquet(frame: pl.DataFrame, name: str) -> Export:
    """The whole table as Parquet, its cells as they are."""
    file = io.BytesIO()
    frame.write_parquet(file)
    return Export(f"{name}.parquet", "application/vnd.apache.parquet", file.getvalue())


def _listed(column: pl.Series) -> pl.Series:
    """A list of words as one text, since CSV has no lists."""
    return column.list.join("; ") if column.dtype == pl.List(pl.String) else column


def _neutral(column: pl.Series) -> pl.Series:
    """The column under a harmless name, its texts harmless too."""
    name = _harmless(column.name)
    if column.dtype != pl.String:
        return column.alias(name)
    return pl.Series(name, [text and _harmless(text) for text in column], dtype=pl.String)


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
