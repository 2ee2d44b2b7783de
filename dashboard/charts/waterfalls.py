"""A waterfall: how one total became another, step by step."""

from collections.abc import Sequence
from itertools import accumulate

from dashboard.charts.axes import left_px, value_axis
from dashboard.charts.bars import Bar
from dashboard.charts.numbers import Unit
from dashboard.charts.theme import PAIRED_PX, Figure, Palette, Role, Spec, figure

_SMALLEST_STEPS = 0.35
_HEADROOM = 0.1


def waterfall(
    start: Bar, steps: Sequence[Bar], end: Bar, *, palette: Palette, unit: Unit = Unit.PEOPLE
) -> Figure:
    """From ``start`` by signed ``steps`` to ``end``, exact values on hover.

    The axis begins above zero when the steps would be too small to see beside the totals, and its
    title says so.
    """
    levels = [*accumulate((step.value for step in steps), initial=start.value), end.value]
    low, high = _foot(levels), max(levels)
    counted = "US dollars" if unit is Unit.USD else unit.value
    title = counted if low == 0 else f"{counted}; the axis does not begin at zero"
    axis = value_axis(low, high, unit, title)
    axis |= {"range": [low, high + (high - low) * _HEADROOM]}
    traces = [_bars([start, *steps, end], palette)]
    layout: Spec = {"yaxis": axis, "margin": {"l": left_px(axis)}}
    return figure(traces, layout, palette=palette, height_px=PAIRED_PX)


def _bars(bars: Sequence[Bar], palette: Palette) -> Spec:
    return {
        "type": "waterfall",
        "x": [bar.name for bar in bars],
        "y": [bar.value for bar in bars],
        "measure": ["absolute", *["relative"] * (len(bars) - 2), "total"],
        "text": [bar.note for bar in bars],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [bar.value for bar in bars],
        "hovertemplate": "%{x}: %{customdata:,.0f}<extra></extra>",
        "increasing": {"marker": {"color": palette.of(Role.GAIN)}},
        "decreasing": {"marker": {"color": palette.of(Role.LOSS)}},
        "totals": {"marker": {"color": palette.of(Role.TOTAL)}},
        "connector": {"line": {"color": palette.muted, "width": 0.8}},
        "textfont": {"color": palette.ink},
    }


def _foot(levels: Sequence[float]) -> float:
    low, high = min(levels), max(levels)
    if high - low > _SMALLEST_STEPS * high:
        return 0.0
    return max(0.0, low - 0.6 * (high - low or high))
