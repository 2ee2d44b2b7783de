"""A table as a file: CSV that no spreadsheet runs as a formula, and Parquet, both whole."""

import hashlib
import io
from dataclasses import dataclass

import polars as pl

_FORMULA = r"^[\s]*[=+\-@\t\r\n＝＋－＠]"
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
    listed = frame.with_columns(pl.col(pl.List(pl.String)).list.join("; "))
    safe = listed.with_columns(_neutral(pl.col(pl.String))).rename(_neutral_name)
    return Export(f"{name}.csv", "text/csv", safe.write_csv().encode())


def as_parquet(frame: pl.DataFrame, name: str) -> Export:
    """The whole table as Parquet, its cells as they are."""
    file = io.BytesIO()
    frame.write_parquet(file)
    return Export(f"{name}.parquet", "application/vnd.apache.parquet", file.getvalue())


def _neutral(cells: pl.Expr) -> pl.Expr:
    return pl.when(cells.str.contains(_FORMULA)).then("'" + cells).otherwise(cells).name.keep()


def _neutral_name(name: str) -> str:
    risky = bool(pl.Series([name]).str.contains(_FORMULA)[0])
    return f"'{name}" if risky else name
