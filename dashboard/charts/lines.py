"""Lines over time or over steps: gaps for what is unknown, hollow for what is not over yet."""

import re
from collections.abc import Sequence

import polars as pl

from dashboard.charts.axes import (
    DAYS_PX,
    TITLED_PX,
    day_axis,
    left_px,
    round_ticks,
    text_px,
    value_axis,
)
from dashboard.charts.columns import are_complete, known, plain_values
from dashboard.charts.drawing import Measure
from dashboard.charts.marks import Mark, marks_layout
from dashboard.charts.numbers import Unit, written
from dashboard.charts.theme import DASHES, Figure, Palette, Spec, figure
from dashboard.slices import Span

_HEIGHT_PX = 300
_LABEL_PX = 16
_MARKUP = re.compile(r"<[^>]*>")
_STROKES = {
    "solid": "\N{EM DASH}",
    "dash": "\N{EN DASH}\N{THIN SPACE}\N{EN DASH}",
    "dot": "\N{MIDDLE DOT}" * 3,
}
_HOVER = {
    Unit.PEOPLE: "%{y:,.0f}",
    Unit.VIDEOS: "%{y:,.3~r}",
    Unit.SECONDS: "%{y:,.0f} s",
    Unit.USD: "$%{y:,.0f}",
    Unit.SHARE: "%{y:.2%}",
    Unit.RATIO: "%{y:.2f}",
    Unit.DAYS: "%{y:.0f}",
    Unit.USD: "$%{y:,.4~f}",
}


def lines_over_time(
    frame: pl.DataFrame,
    measures: Sequence[Measure],
    *,
    marks: Sequence[Mark],
    palette: Palette,
) -> Figure:
    """Lines of ``measures`` over the column ``day``, the marks behind them.

    Rows whose ``is_complete`` is false are drawn dashed and hollow.
    """
    days = frame["day"]
    span = Span(days[0], days[-1])
    names = _names(frame, measures, palette)
    axis = value_axis(0, _highest(frame, measures), measures[0].unit)
    left, right = left_px(axis), _room_px(names)
    drawn = marks_layout(marks, span, palette=palette, beside_px=left + right)
    layout: Spec = {
        "hovermode": "x unified",
        "xaxis": day_axis() | {"range": [str(days[0]), str(days[-1])]},
        "yaxis": axis,
        "margin": {"t": drawn.top_px, "r": right, "b": DAYS_PX, "l": left},
        "shapes": drawn.shapes,
        "annotations": [*drawn.words, *names],
    }
    traces = _traces(frame, measures, "day", palette)
    return figure(traces, layout, palette=palette, height_px=_HEIGHT_PX + drawn.taller_px)


def lines_over_steps(
    frame: pl.DataFrame, measures: Sequence[Measure], *, title: str, palette: Palette
) -> Figure:
    """Lines of ``measures`` over the column ``step``, which is named by ``title``."""
    names = _names(frame, measures, palette)
    axis = value_axis(0, _highest(frame, measures), measures[0].unit, "share of the cohort")
    layout: Spec = {
        "hovermode": "x unified",
        "xaxis": {"title": {"text": title}},
        "yaxis": axis,
        "margin": {"r": _room_px(names), "b": TITLED_PX, "l": left_px(axis)},
        "annotations": names,
    }
    traces = _traces(frame, measures, "step", palette)
    return figure(traces, layout, palette=palette, height_px=_HEIGHT_PX)


def _highest(frame: pl.DataFrame, measures: Sequence[Measure]) -> float:
    return float(max((max(known(frame, m.column), default=0) for m in measures), default=0)) or 1.0


def _traces(
    frame: pl.DataFrame, measures: Sequence[Measure], over: str, palette: Palette
) -> list[Spec]:
    ends = _last_complete(frame)
    styled = list(zip(measures, DASHES, strict=False))
    whole = [_line(frame[:ends], m, over, dash=dash, palette=palette) for m, dash in styled]
    if ends == frame.height:
        return whole
    rest = frame[max(0, ends - 1) :]
    return whole + [_unfinished(rest, m, over, frame.height - ends, palette) for m in measures]


def _line(frame: pl.DataFrame, measure: Measure, over: str, *, dash: str, palette: Palette) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": plain_values(frame[over]),
        "y": frame[measure.column].to_list(),
        "name": measure.label,
        "hovertemplate": _HOVER[measure.unit],
        "line": {"color": palette.of(measure.role), "width": 2, "dash": dash},
    }


def _unfinished(
    rest: pl.DataFrame, measure: Measure, over: str, count: int, palette: Palette
) -> Spec:
    """The last ``count`` points, hollow, joined to the point before them by a dotted line."""
    line = _line(rest, measure, over, dash="dot", palette=palette)
    outline = {"color": palette.of(measure.role), "width": 1.5}
    sizes = [0] * (rest.height - count) + [7] * count
    return line | {
        "mode": "lines+markers",
        "name": f"{measure.label}, not complete",
        "marker": {"size": sizes, "color": palette.surface, "line": outline},
    }


def _last_complete(frame: pl.DataFrame) -> int:
    """How many rows there are up to the last one that is complete."""
    return max((row for row, whole in enumerate(are_complete(frame), 1) if whole), default=0)


def _names(frame: pl.DataFrame, measures: Sequence[Measure], palette: Palette) -> list[Spec]:
    """A name where each line ends, moved up where it would touch the one below.

    The figure in it is the last one that is complete: two days of a month are no month.
    """
    whole = frame[: _last_complete(frame)]
    keys = {m: _key(m, dash, palette) for m, dash in zip(measures, DASHES, strict=False)}
    values = {m: known(whole, m.column) or known(frame, m.column) for m in measures}
    ended = sorted((float(values[m][-1]), m.label, m) for m in measures if values[m])
    apart = round_ticks(0, _highest(frame, measures))[-1] * _LABEL_PX / (_HEIGHT_PX - 70)
    names: list[Spec] = []
    lowest_free = 0.0
    for value, label, measure in ended:
        place = max(value, lowest_free)
        lowest_free = place + apart
        names.append({
            "x": 1, "xref": "paper", "y": place, "yref": "y", "xanchor": "left", "xshift": 6,
            "text": f"{keys[measure]} <b>{label}</b> {written(value, measure.unit)}",
            "showarrow": False,
            "font": {"color": palette.ink}, "align": "left",
        })  # fmt: skip
    return names


def _key(measure: Measure, dash: str, palette: Palette) -> str:
    """A stroke as the line has it: names tell lines apart even where these end together."""
    return f'<span style="color:{palette.of(measure.role)}">{_STROKES.get(dash, "")}</span>'


def _room_px(names: Sequence[Spec]) -> int:
    """How much room the longest name takes to the right of the plot; markup takes none."""
    return text_px([_MARKUP.sub("", str(name["text"])) for name in names]) + 14
