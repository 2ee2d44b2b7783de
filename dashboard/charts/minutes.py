"""Minutes: what became of requests, minute by minute, over a short while of wall time."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from dashboard.charts.axes import TITLED_PX, left_px, value_axis
from dashboard.charts.columns import are_complete
from dashboard.charts.drawing import Drawing, Measure
from dashboard.charts.numbers import Unit, compact
from dashboard.charts.theme import Figure, Palette, Role, Spec, figure

_HEIGHT_PX = 240
_MINUTE_MS = 60_000
_MOST_TICKS = 8
_MEASURES = (
    Measure("served", "served", Role.FIRST, Unit.COUNT),
    Measure("blocked", "blocked", Role.LOSS, Unit.COUNT),
    Measure("redirected", "redirected", Role.SECOND, Unit.COUNT),
)


def requests_by_minute(frame: pl.DataFrame, place: str, palette: Palette) -> Drawing | None:
    """Requests served, blocked and redirected by ``minute``; None while no minute is over.

    Minutes that nothing is known of are null and drawn as gaps; the one that is not over is left
    out, since it would look like a fall.
    """
    whole = frame.filter(pl.Series(are_complete(frame), dtype=pl.Boolean))
    if whole.is_empty():
        return None
    last = whole.row(-1, named=True)
    at: datetime = last["minute"]
    said = ", ".join(f"{compact(last[each.column])} {each.label}" for each in _MEASURES)
    return Drawing(_drawn(whole, _MEASURES, palette), f"{place} in the minute of {at:%H:%M} UTC: "
                   f"{said}.", "Gaps are minutes that no point of presence told of.")  # fmt: skip


def _drawn(frame: pl.DataFrame, measures: Sequence[Measure], palette: Palette) -> Figure:
    columns = [each.column for each in measures]
    highest = max(
        (value or 0 for column in columns for value in frame[column].to_list()), default=0
    )
    axis = value_axis(0, highest or 1, Unit.COUNT, "requests a minute")
    layout: Spec = {
        "hovermode": "x unified",
        "xaxis": {
            "title": {"text": "UTC, by this machine's clock"},
            "tickformat": "%H:%M",
            "dtick": _MINUTE_MS * max(1, frame.height // _MOST_TICKS),
        },
        "yaxis": axis,
        "margin": {"t": 28, "r": 14, "b": TITLED_PX, "l": left_px(axis)},
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
    }
    return figure([_line(frame, each, palette) for each in measures], layout, palette=palette,
                  height_px=_HEIGHT_PX)  # fmt: skip


def _line(frame: pl.DataFrame, measure: Measure, palette: Palette) -> Spec:
    return {
        "type": "scatter",
        # A minute between two gaps is no line, and would not be seen without a marker.
        "mode": "lines+markers",
        "x": frame["minute"].to_list(),
        "y": frame[measure.column].to_list(),
        "name": measure.label,
        "connectgaps": False,
        "line": {"color": palette.of(measure.role), "width": 2},
        "marker": {"size": 5},
        "hovertemplate": "%{y:,.0f}",
    }
