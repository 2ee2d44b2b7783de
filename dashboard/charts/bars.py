"""Bars: stacked over time, ranked by size, contributions to a change, and a histogram."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dashboard.charts.axes import (
    DAYS_PX,
    LEGEND_BELOW,
    TITLED_PX,
    day_axis,
    left_px,
    month_axis,
    text_px,
    value_axis,
)
from dashboard.charts.columns import are_complete, bar_widths, known, plain_values
from dashboard.charts.drawing import Measure
from dashboard.charts.marks import NARROWEST_PX, Mark, marks_layout, plain_text, short_label
from dashboard.charts.numbers import Unit
from dashboard.charts.theme import PAIRED_PX, Figure, Palette, Role, Spec, figure
from dashboard.slices import Span

_ROW_PX = 27
_FEWEST_PLACES = 3
_NOTE_ROOM = 0.45
_GAP_PX = 6
_WIDENINGS = 20
_FAINT = 0.4
_LEGEND_PX = 26
_ON_ONE_LINE = 4
_MONTH_HOVER = "%{x|%B %Y}: $%{y:,.0f}"


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

    Rows whose ``is_complete`` is false are drawn faint. Where the frame has a column ``month``, the
    bars stand over the first day of their month, so that its name is below them, and each of them
    answers the pointer for itself, by the name of its column.
    """
    days = frame[_over(frame)]
    axis = value_axis(*_stacked_range(frame, measures), measures[0].unit)
    span, left = Span(days[0], days[-1]), left_px(axis)
    drawn = marks_layout(marks, span, palette=palette, beside_px=left)
    layout: Spec = {
        "barmode": "relative",
        "bargap": 0.1,
        "hovermode": "closest" if _is_monthly(frame) else "x unified",
        **LEGEND_BELOW,
        "xaxis": _days_or_months(frame) | {"fixedrange": True},
        "yaxis": axis,
        "margin": {"t": drawn.top_px, "b": DAYS_PX + _legend_px(measures), "l": left},
        "shapes": drawn.shapes,
        "annotations": drawn.words,
    }
    traces = [_stack(frame, measure, palette) for measure in measures]
    if net is not None:
        traces.append(_net_line(frame, net, palette))
    return figure(traces, layout, palette=palette, height_px=320 + drawn.taller_px)


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
    title = "change in people" if unit is Unit.PEOPLE else ""
    axis = value_axis(low, high, unit, title)
    axis |= {"range": _room_for_notes(bars), "showgrid": True}
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


def _room_for_notes(bars: Sequence[Bar]) -> list[float]:
    """The ends of an axis on which each bar's note has room beyond the bar, on a narrow page too.

    How much room a note takes depends on the ends, so that they are widened until all notes fit.
    """
    plot_px = NARROWEST_PX - 16 - text_px(_labels(bars))
    ends = [min(0.0, *(bar.value for bar in bars)), max(0.0, *(bar.value for bar in bars))]
    for _ in range(_WIDENINGS):
        a_px = (ends[1] - ends[0] or 1.0) / plot_px
        beyond = [
            bar.value + (1 if bar.value >= 0 else -1) * a_px * (text_px([bar.note]) + _GAP_PX)
            for bar in bars
        ]
        ends = [min(0.0, *beyond), max(0.0, *beyond)]
    return ends


def _is_monthly(frame: pl.DataFrame) -> bool:
    return "month" in frame.columns


def _days_or_months(frame: pl.DataFrame) -> Spec:
    return month_axis(frame["month"].to_list()) if _is_monthly(frame) else day_axis()


def _over(frame: pl.DataFrame) -> str:
    return "month" if _is_monthly(frame) else "day"


def _legend_px(measures: Sequence[Measure]) -> int:
    """Room for the legend, which takes two lines on a narrow page where it names many."""
    return _LEGEND_PX if len(measures) <= _ON_ONE_LINE else 2 * _LEGEND_PX


def _stack(frame: pl.DataFrame, measure: Measure, palette: Palette) -> Spec:
    widths = {} if _is_monthly(frame) else bar_widths(frame["day"])
    return widths | {
        "type": "bar",
        "x": plain_values(frame[_over(frame)]),
        "y": [people * measure.sign for people in frame[measure.column].to_list()],
        "customdata": [measure.column] * frame.height,
        "name": measure.label,
        "hovertemplate": _MONTH_HOVER if _is_monthly(frame) else "%{y:+,.0f}",
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
        "x": plain_values(frame[_over(frame)]),
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
    names = [plain_text(bar.name) for bar in bars]
    trace: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": [bar.value for bar in bars],
        "y": names,
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
                  "ticklabelstandoff": 6, "tickvals": names,
                  "ticktext": [plain_text(label) for label in _labels(bars)]},
        "margin": {"b": TITLED_PX, "l": 16 + text_px(_labels(bars))},
    }  # fmt: skip
    height_px = max(PAIRED_PX, 56 + _ROW_PX * len(bars))
    return figure([trace], layout, palette=palette, height_px=height_px)


def _labels(bars: Sequence[Bar]) -> list[str]:
    """What stands beside each bar; the whole name shows on hover."""
    return [short_label(bar.name) for bar in bars]
