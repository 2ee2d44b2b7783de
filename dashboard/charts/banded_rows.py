"""Several lines below each other over the same days, each inside the band it usually lies in."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dashboard.charts.axes import DAYS_PX, day_axis, text_px, value_axis
from dashboard.charts.columns import known, plain_values
from dashboard.charts.marks import Mark, marks_layout, plain_text
from dashboard.charts.numbers import Unit, written
from dashboard.charts.theme import Figure, Palette, Role, Spec, figure
from dashboard.slices import Span

_ROW_PX = 96
_NAME_PX = 22
"""Room above each line for its name."""
_GAP_PX = 12
_FAINT = 0.16


@dataclass(frozen=True, slots=True)
class BandedRow:
    """One line: its name, and ``day``, ``value``, ``low``, ``high`` and ``is_outside`` of it.

    ``low`` and ``high`` are null where nothing is expected.
    """

    name: str
    frame: pl.DataFrame
    unit: Unit


def banded_rows(rows: Sequence[BandedRow], *, marks: Sequence[Mark], palette: Palette) -> Figure:
    """The first row on top; days outside their band carry a marker in the colour of a loss.

    Each row has a scale of its own, which need not begin at nothing: only its own days compare.
    """
    days = rows[0].frame["day"]
    scales = [_scale(row) for row in rows]
    left = _left_px(scales)
    drawn = marks_layout(marks, Span(days[0], days[-1]), palette=palette, beside_px=left)
    layout: Spec = {
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "xaxis": day_axis()
        | {"range": [str(days[0]), str(days[-1])], "anchor": f"y{_number(len(rows) - 1)}"},
        "margin": {"t": drawn.top_px, "b": DAYS_PX, "l": left},
        "shapes": drawn.shapes,
        "annotations": [*drawn.words, *(_name(row, at, len(rows)) for at, row in enumerate(rows))],
    }
    for at, scale in enumerate(scales):
        layout[f"yaxis{_number(at)}"] = scale | {"domain": _place(at, len(rows))}
    traces = [
        trace | {"yaxis": f"y{_number(at)}"}
        for at, row in enumerate(rows)
        for trace in (*_band(row, palette), _line(row, palette), _outside(row, palette))
    ]
    height_px = drawn.top_px + DAYS_PX + len(rows) * _ROW_PX
    return figure(traces, layout, palette=palette, height_px=height_px)


def _number(at: int) -> str:
    """How Plotly numbers its axes: from two on."""
    return str(at + 1) if at else ""


def _place(at: int, count: int) -> list[float]:
    """From where to where a row reaches, of the height of all, its name left out."""
    bottom = (count - 1 - at) / count
    return [bottom, bottom + (1 - _NAME_PX / _ROW_PX) / count]


def _scale(row: BandedRow) -> Spec:
    """An axis with every other of its round ticks: a row is low."""
    shown = [value for name in ("value", "low", "high") for value in known(row.frame, name)]
    axis = value_axis(min(shown), max(shown), row.unit)
    ticks, texts = axis["tickvals"], axis["ticktext"]
    if isinstance(ticks, list) and isinstance(texts, list):
        axis |= {"tickvals": ticks[::2], "ticktext": texts[::2]}
    return axis | {"title": {"text": ""}, "zeroline": False}


def _left_px(scales: Sequence[Spec]) -> int:
    labels = [ticks for scale in scales if isinstance(ticks := scale["ticktext"], list)]
    return _GAP_PX + max(map(text_px, labels), default=0)


def _name(row: BandedRow, at: int, count: int) -> Spec:
    last = row.frame["value"][-1]
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": _place(at, count)[1], "yref": "paper",
        "yanchor": "bottom", "showarrow": False,
        "text": f"<b>{plain_text(row.name)}</b> {written(last, row.unit)}",
    }  # fmt: skip


def _band(row: BandedRow, palette: Palette) -> list[Spec]:
    """The edges of the band, the room between them filled."""
    judged = row.frame.filter(pl.col("low").is_not_null())
    edge: Spec = {
        "type": "scatter", "mode": "lines", "x": plain_values(judged["day"]),
        "line": {"width": 0}, "hoverinfo": "skip",
    }  # fmt: skip
    return [
        edge | {"y": judged["low"].to_list()},
        edge
        | {"y": judged["high"].to_list(), "fill": "tonexty", "fillcolor": _faint(palette.muted)},
    ]


def _line(row: BandedRow, palette: Palette) -> Spec:
    low, high = (row.frame[name].to_list() for name in ("low", "high"))
    expected = [
        ""
        if least is None
        else f", expected {written(least, row.unit)} to {written(most, row.unit)}"
        for least, most in zip(low, high, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": plain_values(row.frame["day"]),
        "y": row.frame["value"].to_list(),
        "text": [
            written(value, row.unit) + usual
            for value, usual in zip(row.frame["value"].to_list(), expected, strict=True)
        ],
        "name": plain_text(row.name),
        "hovertemplate": "%{text}",
        "line": {"color": palette.of(Role.FIRST), "width": 2},
    }


def _outside(row: BandedRow, palette: Palette) -> Spec:
    beyond = row.frame.filter("is_outside")
    return {
        "type": "scatter",
        "mode": "markers",
        "x": plain_values(beyond["day"]),
        "y": beyond["value"].to_list(),
        "hoverinfo": "skip",
        "marker": {"color": palette.of(Role.LOSS), "size": 7, "symbol": "diamond"},
    }


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {_FAINT})"
