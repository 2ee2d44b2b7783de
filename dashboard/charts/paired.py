"""Two measures of different units over the same time, one above the other on axes of their own."""

from collections.abc import Sequence

import polars as pl

from dashboard.charts.axes import DAYS_PX, LEGEND_BELOW, day_axis, left_px, value_axis
from dashboard.charts.columns import are_complete, bar_widths, known, plain_values
from dashboard.charts.drawing import Measure
from dashboard.charts.marks import Mark, marks_layout
from dashboard.charts.numbers import Unit
from dashboard.charts.theme import Figure, Palette, Spec, figure
from dashboard.slices import Span

_HEIGHT_PX = 380
_LEGEND_PX = 26
_FAINT = 0.4
_TITLES = {Unit.USD: "US dollars"}
_LOWER, _UPPER = [0.0, 0.44], [0.56, 1.0]


def bars_above_line(
    frame: pl.DataFrame,
    bars: Sequence[Measure],
    line: Measure,
    *,
    marks: Sequence[Mark],
    palette: Palette,
) -> Figure:
    """Stacked ``bars`` by ``day`` and, below them, ``line``; both begin at zero.

    Bars whose ``is_complete`` is false are faint.
    """
    days = frame["day"]
    columns = [frame[measure.column].to_list() for measure in bars]
    highest = max(map(sum, zip(*columns, strict=True)), default=0.0) or 1.0
    above = value_axis(0, highest, bars[0].unit, _TITLES.get(bars[0].unit, ""))
    below = value_axis(0, max(known(frame, line.column), default=0.0) or 1.0, line.unit)
    left = max(left_px(above), left_px(below))
    drawn = marks_layout(marks, Span(days[0], days[-1]), palette=palette, beside_px=left)
    layout: Spec = {
        "barmode": "stack",
        "bargap": 0.1,
        "hovermode": "x unified",
        **LEGEND_BELOW,
        "xaxis": day_axis() | {"anchor": "y2"},
        "yaxis": above | {"domain": _UPPER},
        "yaxis2": below | {"domain": _LOWER},
        "margin": {"t": drawn.top_px, "b": DAYS_PX + _LEGEND_PX, "l": left},
        "shapes": drawn.shapes,
        "annotations": drawn.words,
    }  # fmt: skip
    traces = [*(_bars(frame, each, palette) for each in bars), _line(frame, line, palette)]
    return figure(traces, layout, palette=palette, height_px=_HEIGHT_PX + drawn.taller_px)


def _bars(frame: pl.DataFrame, measure: Measure, palette: Palette) -> Spec:
    return bar_widths(frame["day"]) | {
        "type": "bar",
        "x": plain_values(frame["day"]),
        "y": frame[measure.column].to_list(),
        "name": measure.label,
        "hovertemplate": "%{y:,.4~s}",
        "marker": {
            "color": palette.of(measure.role),
            "opacity": [1.0 if whole else _FAINT for whole in are_complete(frame)],
        },
    }


def _line(frame: pl.DataFrame, measure: Measure, palette: Palette) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": plain_values(frame["day"]),
        "y": frame[measure.column].to_list(),
        "yaxis": "y2",
        "name": measure.label,
        "hovertemplate": "%{y:,.4~s}",
        "line": {"color": palette.of(measure.role), "width": 2},
    }
