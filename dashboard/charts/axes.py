"""Axes: round ticks written as the unit is written."""

import math
from collections.abc import Sequence
from datetime import date

from dashboard.charts.numbers import MINUS, Unit, compact, per_cent
from dashboard.charts.theme import Spec

DAYS_PX = 44
"""Room below an axis of days, whose labels have up to two lines."""
TITLED_PX = 48
"""Room below an axis with one line of labels and a title."""
LEGEND_BELOW: Spec = {
    "showlegend": True,
    "legend": {"yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
}
"""The names of what is drawn, along the bottom edge of the figure."""
_LETTER_PX = 7.2
_SIZES = ((1e9, "B"), (1e6, "M"), (1e3, "K"))
_TITLE_PX = 34
_YEAR_MONTHS = 12
_TIMES = (("days", 86_400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


def text_px(texts: Sequence[str]) -> int:
    """About how wide the longest of these texts stands."""
    return round(max((len(text) for text in texts), default=0) * _LETTER_PX)


def left_px(axis: Spec) -> int:
    """Room to the left of a plot for an axis of values: its numbers and its title."""
    ticks = axis["ticktext"]
    return _TITLE_PX + (text_px(ticks) if isinstance(ticks, list) else 0)


def round_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About ``count`` round values from at or below ``low`` to at or above ``high``."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    step = _round_step((high - low) / max(1, count - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, last + 1)]


def value_axis(low: float, high: float, unit: Unit, title: str = "") -> Spec:
    """An axis of values whose round ticks hold everything from ``low`` to ``high``."""
    if unit is Unit.SECONDS:
        return _time_axis(low, high, title)
    ticks = round_ticks(low, high)
    if unit is Unit.SHARE:
        figures = 0 if all(abs(tick * 100 - round(tick * 100)) < 1e-6 for tick in ticks) else 1
        texts = [per_cent(tick, figures) for tick in ticks]
    elif unit is Unit.USD:
        texts = _dollars(ticks)
    else:
        texts = [compact(tick) for tick in ticks]
    return {
        "tickvals": ticks,
        "ticktext": texts,
        "range": [ticks[0], ticks[-1]],
        "title": {"text": title or ("US dollars" if unit is Unit.USD else unit.value)},
    }


def _time_axis(low: float, high: float, title: str) -> Spec:
    """An axis of lengths of time, in the largest unit that its upper end has two of."""
    name, scale = next((each for each in _TIMES if high >= 2 * each[1]), _TIMES[-1])
    ticks = round_ticks(low / scale, high / scale)
    return {
        "tickvals": [tick * scale for tick in ticks],
        "ticktext": [compact(tick) for tick in ticks],
        "range": [ticks[0] * scale, ticks[-1] * scale],
        "title": {"text": f"{title}, {name}" if title else name},
    }


def _dollars(ticks: Sequence[float]) -> list[str]:
    """Amounts in one unit, with as many decimals as tell neighbours apart."""
    largest, step = max(abs(tick) for tick in ticks), ticks[1] - ticks[0]
    size, letter = next((s for s in _SIZES if largest >= s[0]), (1.0, ""))
    places = max(0, math.ceil(-math.log10(step / size) - 1e-9))
    texts = [f"${abs(tick) / size:.{places}f}{letter}" for tick in ticks]
    signs = [MINUS if tick < 0 else "" for tick in ticks]
    return [f"{sign}{text}" for sign, text in zip(signs, texts, strict=True)]


def day_axis() -> Spec:
    """An axis of days: day and month, month, or year, by how far apart its ticks stand."""
    formats = ((None, "M1", "%-d %b\n%Y"), ("M1", "M6", "%b\n%Y"), ("M12", None, "%Y"))
    stops = [{"dtickrange": [low, high], "value": text} for low, high, text in formats]
    return {"tickformatstops": stops, "hoverformat": "%-d %b %Y"}


def month_axis(months: Sequence[date]) -> Spec:
    """An axis of months by their first days, as many of them named as have room in half a page."""
    steps = ((7, 1), (14, 2), (24, 3), (48, 6))
    step = next((step for most, step in steps if len(months) <= most), _YEAR_MONTHS)
    first = months[0] if step < _YEAR_MONTHS else months[0].replace(month=1)
    text = "%Y" if step == _YEAR_MONTHS else "%b\n%Y"
    return {"tick0": str(first), "dtick": f"M{step}", "tickformat": text, "tickangle": 0}


def _round_step(rough: float) -> float:
    magnitude = float(10.0 ** math.floor(math.log10(rough)))
    return next(m for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough - 1e-12 * rough) * magnitude
