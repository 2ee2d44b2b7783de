"""Bars: stacked over time, ranked by size, contributions to a change, and a histogram."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dashboard.charts.axes import (
    DAYS_PX,
    TITLED_PX,
    day_axis,
    left_px,
    text_px,
    value_axis,
)
from dashboard.charts.columns import are_complete, known, plain_values
from dashboard.charts.drawing import Measure
from dashboard.charts.marks import Mark, marks_layout, plain_text
from dashboard.charts.numbers import Unit
from dashboard.charts.theme import PAIRED_PX, Figure, Palette, Role, Spec, figure
from dashboard.slices import Span

_ROW_PX = 27
_FEWEST_PLACES = 3
_NOTE_ROOM = 0.45
_FAINT = 0.4
_LEGEND_PX = 26
_ON_ONE_LINE = 4
_WIDTH_PX = 1200


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, how long it is, and what stands beside it."""

    name: str
    value: float
    note: str = ""


def stacked_bars_over_time(
    frame: pl.DataFrame,
    measures: Sequence[Measure],
    *,
    net: Measure | None,
    marks: Sequence[Mark],
    palette: Palette,
) -> Figure:
    """Gains stacked above the line and losses below it by ``day``, and their net as a line,
    where one is given.

    Rows whose ``is_complete`` is false are drawn faint.
    """
    days = frame["day"]
    drawn = marks_layout(marks, Span(days[0], days[-1]), palette=palette, width_px=_WIDTH_PX)
    axis = value_axis(*_stacked_range(frame, measures), measures[0].unit)
    layout: Spec = {
        "barmode": "relative",
        "bargap": 0.1,
        "hovermode": "x unified",
        "showlegend": True,
        "legend": {"yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        "xaxis": day_axis(),
        "yaxis": axis,
        "margin": {"t": drawn.top_px, "b": DAYS_PX + _legend_px(measures), "l": left_px(axis)},
        "shapes": drawn.shapes,
        "annotations": drawn.words,
    }
    traces = [_stack(frame, measure, palette) for measure in measures]
    if net is not None:
        traces.append(_net_line(frame, net, palette))
    return figure(traces, layout, palette=palette, height_px=320)


def ranked_bars(
    bars: Sequence[Bar], *, role: Role, palette: Palette, unit: Unit = Unit.PEOPLE, title: str = ""
) -> Figure:
    """Horizontal bars in the order given, the first on top, a note beside each."""
    longest = max((bar.value for bar in bars), default=0.0) or 1.0
    axis = value_axis(0, longest, unit, title)
    axis |= {"range": [0, longest * (1 + _NOTE_ROOM)], "showgrid": True}
    return _horizontal(bars, [palette.of(role)] * len(bars), axis, palette)


def contribution_bars(bars: Sequence[Bar], *, palette: Palette, unit: Unit = Unit.PEOPLE) -> Figure:
    """What each part added to or took from a change: gains to the right, losses to the left."""
    colours = [palette.of(Role.GAIN if bar.value >= 0 else Role.LOSS) for bar in bars]
    low = min(0.0, *(bar.value for bar in bars))
    high = max(0.0, *(bar.value for bar in bars))
    room = _NOTE_ROOM * ((high - low) or 1.0)
    title = "change in people" if unit is Unit.PEOPLE else ""
    axis = value_axis(low, high, unit, title)
    axis |= {"range": [low - room * (low < 0), high + room * (high > 0)], "showgrid": True}
    return _horizontal(bars, colours, axis, palette)


def histogram(
    frame: pl.DataFrame, *, over: str, palette: Palette, titles: tuple[str, str]
) -> Figure:
    """One bar for each value of ``over``, as high as its ``share``; ``people`` shows on hover.

    ``titles`` name the two axes, the one of values first.
    """
    highest = max(known(frame, "share"), default=0.0) or 1.0
    trace: Spec = {
        "type": "bar",
        "x": frame[over].to_list(),
        "y": frame["share"].to_list(),
        "customdata": frame["people"].to_list(),
        "marker": {"color": palette.of(Role.FIRST)},
        "hovertemplate": "%{x}: %{y:.1%}, %{customdata:,.0f} people<extra></extra>",
    }
    axis = value_axis(0, highest, Unit.SHARE, titles[1])
    layout: Spec = {
        "bargap": 0.2,
        "xaxis": {"title": {"text": titles[0]}, "dtick": 7, "tick0": 0},
        "yaxis": axis,
        "margin": {"b": TITLED_PX, "l": left_px(axis)},
    }
    return figure([trace], layout, palette=palette, height_px=300)


def _legend_px(measures: Sequence[Measure]) -> int:
    """Room for the legend, which takes two lines on a narrow page where it names many."""
    return _LEGEND_PX if len(measures) <= _ON_ONE_LINE else 2 * _LEGEND_PX


def _stack(frame: pl.DataFrame, measure: Measure, palette: Palette) -> Spec:
    return {
        "type": "bar",
        "x": plain_values(frame["day"]),
        "y": [people * measure.sign for people in frame[measure.column].to_list()],
        "name": measure.label,
        "hovertemplate": "%{y:+,.0f}",
        "marker": {
            "color": palette.of(measure.role),
            "opacity": [1.0 if whole else _FAINT for whole in are_complete(frame)],
            "line": {"width": 0},
            "pattern": {"shape": "/" if measure.hatched else "", "size": 5, "solidity": 0.35},
        },
    }


def _net_line(frame: pl.DataFrame, net: Measure, palette: Palette) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": plain_values(frame["day"]),
        "y": frame[net.column].to_list(),
        "name": net.label,
        "hovertemplate": "%{y:+,.0f}",
        "line": {"color": palette.ink, "width": 1.2},
    }


def _stacked_range(frame: pl.DataFrame, measures: Sequence[Measure]) -> tuple[float, float]:
    return -_highest_stack(frame, measures, sign=-1), _highest_stack(frame, measures, sign=1)


def _highest_stack(frame: pl.DataFrame, measures: Sequence[Measure], *, sign: int) -> float:
    columns = [frame[m.column].to_list() for m in measures if m.sign == sign]
    return float(max(map(sum, zip(*columns, strict=True)), default=0))


def _horizontal(bars: Sequence[Bar], colours: list[str], axis: Spec, palette: Palette) -> Figure:
    trace: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": [bar.value for bar in bars],
        "y": [plain_text(bar.name) for bar in bars],
        "text": [plain_text(bar.note) for bar in bars],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"color": palette.ink},
        "marker": {"color": colours},
        "hovertemplate": "%{y}: %{x:,.0f}<extra></extra>",
    }
    places = max(_FEWEST_PLACES, len(bars))
    layout: Spec = {
        "bargap": 0.3 if places > _FEWEST_PLACES else 0.55,
        "xaxis": axis,
        # A lone bar keeps the thickness it would have in company.
        "yaxis": {"range": [places - 0.5, -0.5], "showgrid": False, "type": "category",
                  "ticklabelstandoff": 6},
        "margin": {"b": TITLED_PX, "l": 16 + text_px([bar.name for bar in bars])},
    }  # fmt: skip
    height_px = max(PAIRED_PX, 56 + _ROW_PX * len(bars))
    return figure([trace], layout, palette=palette, height_px=height_px)
