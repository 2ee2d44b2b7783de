"""Columns as lists, which is how drawings take them.

A frame's own operation hops to another thread and back, which costs a hundred times what a list of
this length does.
"""

from datetime import date
from itertools import pairwise

import polars as pl

from dashboard.charts.theme import Spec

_DAY_MS = 86_400_000
_FILLED = 0.9


def plain_values(column: pl.Series) -> list[object]:
    """A column for a trace; days go as text, which is written much faster than dates."""
    return (column.cast(pl.String) if column.dtype == pl.Date else column).to_list()


def known(frame: pl.DataFrame, column: str) -> list[float]:
    """The values of a column that are known, in the order of the frame."""
    return [value for value in frame[column].to_list() if value is not None]


def total(frame: pl.DataFrame, column: str) -> int:
    """The sum of a column of counts, 0 for an empty one."""
    return int(frame[column].sum() or 0)


def has_any(frame: pl.DataFrame, column: str) -> bool:
    """Whether a column of counts counts anyone."""
    return total(frame, column) > 0


def are_complete(frame: pl.DataFrame) -> list[bool]:
    """For each row whether its period is over; all are where the frame does not say."""
    if "is_complete" not in frame.columns:
        return [True] * frame.height
    return [bool(whole) for whole in frame["is_complete"].to_list()]


def known_days(frame: pl.DataFrame, column: str) -> list[tuple[date, float]]:
    """The days of complete periods and a column's value on each, unknown ones left out."""
    rows = zip(frame["day"].to_list(), frame[column].to_list(), are_complete(frame), strict=True)
    return [(day, value) for day, value, whole in rows if whole and value is not None]


def bar_widths(days: pl.Series) -> Spec:
    """How wide bars of periods stand that end on these days, where they are of unequal length.

    Plotly makes all bars as narrow as the shortest gap, which one unfinished week has to the last
    whole one. Each bar stands over its own period instead, and ends with it.
    """
    ends: list[date] = days.to_list()
    gaps = [(later - end).days for end, later in pairwise(ends)]
    if len(set(gaps)) <= 1:
        return {}
    widths = [gap * _DAY_MS for gap in (gaps[0], *gaps)]
    return {"width": [width * _FILLED for width in widths], "offset": [-width for width in widths]}
