"""Stones along a time line: what happened on a day, as points one can hover over and choose."""

from collections.abc import Sequence
from typing import cast

import polars as pl

from dashboard.charts.columns import plain_values
from dashboard.charts.marks import Mark, MarkKind, plain_text
from dashboard.charts.numbers import long_day
from dashboard.charts.theme import Figure, Palette, Spec

_AXIS = {
    "overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True, "side": "right",
}  # fmt: skip
_LOW, _HIGH = 0.03, 0.97
_SYMBOLS = {
    "feature": "circle", "growth driver": "triangle-up", "challenge": "triangle-down",
    "stack": "square", "lesson": "star",
}  # fmt: skip


def with_stones(
    drawn: Figure, milestones: pl.DataFrame, *, marks: Sequence[Mark], palette: Palette
) -> Figure:
    """The figure with milestones (``kind``, ``day``, ``title``) along its foot, incidents on top.

    A chosen incident gives its key as ``customdata``.
    """
    spec = drawn.to_dict()
    layout = {**cast(Spec, spec["layout"]), "yaxis2": _AXIS, "clickmode": "event+select"}
    data = [
        *cast(list[Spec], spec["data"]),
        _milestones(milestones, palette),
        _incidents([mark for mark in marks if mark.kind is MarkKind.INCIDENT], palette),
    ]
    return Figure({"data": data, "layout": layout})


def _milestones(rows: pl.DataFrame, palette: Palette) -> Spec:
    kinds, titles = rows["kind"].to_list(), rows["title"].to_list()
    texts = [
        f"{plain_text(title)} ({plain_text(kind)})"
        for title, kind in zip(titles, kinds, strict=True)
    ]
    return {
        "type": "scatter", "mode": "markers", "yaxis": "y2", "name": "milestones",
        "cliponaxis": False,
        "x": plain_values(rows["day"]), "y": [_LOW] * rows.height,
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": [_SYMBOLS.get(kind, "circle") for kind in kinds], "size": 8,
            "color": palette.surface, "line": {"color": palette.muted, "width": 1.5},
        },
    }  # fmt: skip


def _incidents(marks: Sequence[Mark], palette: Palette) -> Spec:
    return {
        "type": "scatter", "mode": "markers", "yaxis": "y2", "name": "incidents",
        "cliponaxis": False,
        "x": [str(mark.since) for mark in marks], "y": [_HIGH] * len(marks),
        "customdata": [mark.key for mark in marks],
        "text": [f"{plain_text(mark.title)}, {long_day(mark.since)}" for mark in marks],
        "hovertemplate": "%{text}<br>Choose it to set the clock to that day.<extra></extra>",
        "marker": {"symbol": "diamond", "size": 11, "color": f"rgb({palette.incident})"},
    }  # fmt: skip
