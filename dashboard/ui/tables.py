"""Tables on screen: the twin of each chart, whole, with files to take away."""

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.charts.numbers import plural
from dashboard.exports import Export, as_csv, as_parquet

_COMPACT = frozenset({"claimed", "here", "here_last_quarter"})
"""Columns whose rows are figures of very different size."""
_SHORT = frozenset({"dau", "wau", "mau", "usd"})
_TO_THE_SECOND = frozenset({"acknowledged", "heard_of"})
"""Instants of which seconds decide: how far a machine is behind."""
_WIDE = frozenset({"stands"})
"""Columns whose sentence is cut at the width of its first rows."""
_HEADS = frozenset({"order", "point"})
"""Columns that say what a row is about, which stay while the rest is scrolled."""
_NOTHING = "—"
"""What stands for a null, in no program's words."""
_WIDE_PX = 240
_LARGE, _CENTS, _SMALL_PLACES = 100, 2, 6


def twin_table(frame: pl.DataFrame, *, name: str, title: str) -> None:
    """A chart's own data as a table, never cut, and the same as CSV and Parquet."""
    live_table(frame, title=title)
    downloads(frame, name)


def live_table(frame: pl.DataFrame, *, title: str) -> None:
    """A table whose rows move every moment: a file of it would be gone before it was taken away."""
    st.dataframe(
        frame, hide_index=True, lazy=False, alt=title, column_config=columns_of(frame),
        placeholder=_NOTHING,
    )  # fmt: skip


def downloads(frame: pl.DataFrame, name: str) -> None:
    """Buttons for the whole table as files, with its row count and their checksums."""
    exports = {"CSV": as_csv(frame, name), "Parquet": as_parquet(frame, name)}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, export in exports.items():
            _download(label, export)
        sums = [f"{label} sha256 {export.sha256[:12]}…" for label, export in exports.items()]
        st.caption(" · ".join([plural(frame.height, "row", "rows"), *sums]), width="content")


def columns_of(frame: pl.DataFrame) -> dict[str, ColumnConfig]:
    """How each column is written, told from its name and its type."""
    return {name: _column(name, frame[name]) for name in frame.columns}


def _column(name: str, values: pl.Series) -> ColumnConfig:
    dtype = values.dtype
    label = " ".join(word.upper() if word in _SHORT else word for word in name.split("_"))
    if name == "share" or name.startswith("share_") or name == "stickiness":
        return st.column_config.NumberColumn(label, format="percent")
    if name in _COMPACT:
        return st.column_config.NumberColumn(label, format="compact")
    if dtype.is_decimal() or (dtype == pl.Float64 and name.endswith("_usd")):
        return st.column_config.NumberColumn(label, format=f"%.{_places(values)}f")
    if dtype == pl.Float64:
        return st.column_config.NumberColumn(label, format="%.2f")
    if dtype == pl.Int64:
        return st.column_config.NumberColumn(label, format="localized")
    if isinstance(dtype, pl.Datetime):
        written = "YYYY-MM-DD HH:mm:ss" if name in _TO_THE_SECOND else "YYYY-MM-DD HH:mm"
        return st.column_config.DatetimeColumn(label, format=written)
    if dtype == pl.Date:
        return st.column_config.DateColumn(label, format="YYYY-MM-DD")
    return st.column_config.Column(
        label, width=_WIDE_PX if name in _WIDE else None, pinned=name in _HEADS or None
    )


def _places(amounts: pl.Series) -> int:
    """Cents where amounts are large; bills also have lines of millionths of a dollar."""
    largest = max((abs(amount) for amount in amounts.to_list() if amount is not None), default=0)
    return _CENTS if largest >= _LARGE else _SMALL_PLACES


def _download(label: str, export: Export) -> None:
    st.download_button(
        label, export.content, file_name=export.name, mime=export.mime, on_click="ignore",
        icon=":material/download:", help=f"sha256 {export.sha256}",
    )  # fmt: skip
