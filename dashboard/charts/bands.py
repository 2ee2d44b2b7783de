"""A line inside the band it usually lies in, and what lies outside it set apart."""

from collections.abc import Sequence

import polars as pl

from dashboard.charts.axes import DAYS_PX, day_axis, left_px, text_px, value_axis
from dashboard.charts.columns import known, plain_values
from dashboard.charts.drawing import Measure
from dashboard.charts.marks import Mark, marks_layout
from dashboard.charts.numbers import written
from dashboard.charts.theme import Figure, Palette, Role, Spec, figure
from dashboard.slices import Span

_HEIGHT_PX = 300
_FAINT = 0.16


def line_in_band(
    frame: pl.DataFrame, measure: Measure, *, marks: Sequence[Mark], palette: Palette
) -> Figure:
    """``measure`` over ``day``, behind it the band from ``low`` to ``high`` where it is known.

    Days whose ``is_outside`` is true carry a marker in the colour of a loss.
    """
    days = frame["day"]
    values = known(frame, measure.column)
    name = f"<b>{measure.label}</b> {written(values[-1] if values else None, measure.unit)}"
    room = max(text_px([name]) - 30, 60)
    highest = max([*values, *known(frame, "high")], default=0.0) or 1.0
    axis = value_axis(0, highest, measure.unit)
    span, left = Span(days[0], days[-1]), left_px(axis)
    drawn = marks_layout(marks, span, palette=palette, beside_px=left + room)
    layout: Spec = {
        "hovermode": "x unified",
        "xaxis": day_axis() | {"range": [str(days[0]), str(days[-1])]},
        "yaxis": axis,
        "margin": {"t": drawn.top_px, "r": room, "b": DAYS_PX, "l": left},
        "shapes": drawn.shapes,
        "annotations": [*drawn.words, _ending(values, name, palette)],
    }
    traces = [
        *_band(frame, palette),
        _line(frame, measure, palette),
        _outside(frame, measure, palette),
    ]
    return figure(traces, layout, palette=palette, height_px=_HEIGHT_PX + drawn.taller_px)


def _band(frame: pl.DataFrame, palette: Palette) -> list[Spec]:
    edge: Spec = {
        "type": "scatter", "mode": "lines", "x": plain_values(frame["day"]),
        "line": {"width": 0}, "hovertemplate": "%{y:,.3~s}",
    }  # fmt: skip
    return [
        edge | {"y": frame["low"].to_list(), "name": "band from"},
        edge | {"y": frame["high"].to_list(), "name": "band to", "fill": "tonexty",
                "fillcolor": _transparent(palette.muted)},
    ]  # fmt: skip


def _line(frame: pl.DataFrame, measure: Measure, palette: Palette) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": plain_values(frame["day"]),
        "y": frame[measure.column].to_list(),
        "name": measure.label,
        "hovertemplate": "%{y:,.3~s}",
        "line": {"color": palette.of(measure.role), "width": 2},
    }


def _outside(frame: pl.DataFrame, measure: Measure, palette: Palette) -> Spec:
    beyond = frame.filter("is_outside")
    return {
        "type": "scatter",
        "mode": "markers",
        "x": plain_values(beyond["day"]),
        "y": beyond[measure.column].to_list(),
        "name": "outside the band",
        "cliponaxis": False,
        "hovertemplate": "%{y:,.3~s}",
        "marker": {"color": palette.of(Role.LOSS), "size": 7, "symbol": "diamond"},
    }


def _ending(values: Sequence[float], name: str, palette: Palette) -> Spec:
    return {
        "x": 1, "xref": "paper", "y": values[-1] if values else 0, "yref": "y", "xanchor": "left",
        "xshift": 6, "text": name, "showarrow": False, "font": {"color": palette.ink},
        "align": "left",
    }  # fmt: skip


def _transparent(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {_FAINT})"
