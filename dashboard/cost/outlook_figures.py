"""The outlook drawn: a forecast with its band and budget, and the slope of cost on people."""

from statistics import median

import polars as pl

from dashboard.charts.axes import (
    DAYS_PX,
    LEGEND_BELOW,
    TITLED_PX,
    day_axis,
    left_px,
    round_ticks,
    value_axis,
)
from dashboard.charts.columns import known, plain_values
from dashboard.charts.drawing import Drawing, Look
from dashboard.charts.numbers import Unit, compact, dollars, long_day, per_cent
from dashboard.charts.theme import Palette, Role, Spec, figure

_HEIGHT_PX = 300
_LEGEND_PX = 26
_NAMES = {
    "cost_usd": ("cost", Role.FIRST, "solid"),
    "forecast_usd": ("forecast", Role.SECOND, "dash"),
    "budget_usd": ("budget", Role.TOTAL, "dot"),
}


def forecast(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Cost so far, the months ahead with their band, and the budget."""
    ahead = frame.filter(pl.col("forecast_usd").is_not_null())
    if ahead.is_empty():
        return None
    names = ("cost_usd", "budget_usd", "low_usd", "high_usd")
    shown = [value for name in names for value in known(frame, name)]
    axis = value_axis(min(shown), max(shown), Unit.USD)
    layout: Spec = {
        "hovermode": "x unified",
        **LEGEND_BELOW,
        "xaxis": day_axis(),
        "yaxis": axis,
        "margin": {"b": DAYS_PX + _LEGEND_PX, "l": left_px(axis)},
    }
    lines = [_line(frame, name, look.palette) for name in _NAMES if known(frame, name)]
    traces = [*_band(ahead, look.palette), *lines]
    drawn = figure(traces, layout, palette=look.palette, height_px=_HEIGHT_PX)
    last = ahead.row(-1, named=True)
    return Drawing(
        drawn,
        f"{dollars(last['forecast_usd'])} in the month to {long_day(last['day'])}, between "
        f"{dollars(last['low_usd'])} and {dollars(last['high_usd'])} with 95 per cent certainty.",
        _beside_budget(last),
    )


def month_end(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Where the month under way will end, beside its budget."""
    if frame.is_empty():
        return None
    row = frame.row(0, named=True)
    bars = [("to date", row["to_date_usd"]), ("projected", row["projected_usd"])]
    bars += [("budget", row["budget_usd"])] if row["budget_usd"] else []
    axis = value_axis(0, max(value for _, value in bars), Unit.USD)
    trace: Spec = {
        "type": "bar",
        "x": [name for name, _ in bars],
        "y": [value for _, value in bars],
        "text": [dollars(value) for _, value in bars],
        "textposition": "auto",
        "insidetextanchor": "middle",
        "cliponaxis": False,
        "marker": {"color": [look.palette.of(r) for r in (Role.FIRST, Role.SECOND, Role.TOTAL)]},
        "hovertemplate": "%{x}: $%{y:,.0f}<extra></extra>",
    }
    layout: Spec = {"yaxis": axis, "margin": {"t": 30, "l": left_px(axis)}, "bargap": 0.5}
    traces = [trace, *_interval(row, look.palette)]
    drawn = figure(traces, layout, palette=look.palette, height_px=_HEIGHT_PX)
    known_days = f"{row['known_days']} of {row['days']} days of {row['month']:%B %Y} are known"
    said = f"{known_days}; it should end at {dollars(row['projected_usd'])}"
    if row["share_of_budget"] is not None:
        said += f", {per_cent(row['share_of_budget'])} of the budget"
    return Drawing(drawn, f"{said}.")


def slope(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Months by their people and cost, and the slope through them."""
    if frame.is_empty() or frame["slope_usd"][0] is None:
        return None
    people, costs = frame["mean_mau"].to_list(), frame["cost_usd"].to_list()
    rise, low, high = frame.select("slope_usd", "low_usd", "high_usd").row(0)
    axis = value_axis(min(costs), max(costs), Unit.USD, "cost a month")
    ticks = round_ticks(min(people), max(people))
    layout: Spec = {
        "xaxis": {"title": {"text": "MAU"}, "tickvals": ticks,
                  "ticktext": [compact(tick) for tick in ticks]},
        "yaxis": axis,
        "margin": {"b": TITLED_PX, "l": left_px(axis)},
    }  # fmt: skip
    traces = [_points(frame, look.palette), _slope_line(frame, rise, look.palette)]
    return Drawing(
        figure(traces, layout, palette=look.palette, height_px=_HEIGHT_PX),
        f"One more person costs {dollars(rise)} a month, between {dollars(low)} and "
        f"{dollars(high)} with 95 per cent certainty.",
        "The slope is the median of the slopes between all pairs of the last "
        f"{frame.height} months, so that single odd months do not bend it.",
    )


def _points(frame: pl.DataFrame, palette: Palette) -> Spec:
    return {
        "type": "scatter", "mode": "markers",
        "x": frame["mean_mau"].to_list(), "y": frame["cost_usd"].to_list(),
        "text": [f"{month:%B %Y}" for month in frame["month"].to_list()],
        "marker": {"color": palette.of(Role.FIRST), "size": 8},
        "hovertemplate": "%{text}: %{x:,.0f} people, $%{y:,.0f}<extra></extra>",
    }  # fmt: skip


def _slope_line(frame: pl.DataFrame, rise: float, palette: Palette) -> Spec:
    """The line of that slope that leaves as many months above it as below."""
    people = frame["mean_mau"].to_list()
    costs = frame["cost_usd"].to_list()
    offset = median(cost - rise * crowd for crowd, cost in zip(people, costs, strict=True))
    ends = [min(people), max(people)]
    return {
        "type": "scatter", "mode": "lines", "x": ends, "y": [offset + rise * x for x in ends],
        "line": {"color": palette.of(Role.SECOND), "width": 2, "dash": "dash"},
        "hoverinfo": "skip",
    }  # fmt: skip


def _line(frame: pl.DataFrame, name: str, palette: Palette) -> Spec:
    label, role, dash = _NAMES[name]
    return {
        "type": "scatter", "mode": "lines", "x": plain_values(frame["day"]),
        "y": frame[name].to_list(), "name": label, "hovertemplate": "$%{y:,.0f}",
        "line": {"color": palette.of(role), "width": 2, "dash": dash,
                 # A budget holds from its day until the next one.
                 "shape": "hv" if name == "budget_usd" else "linear"},
    }  # fmt: skip


def _band(ahead: pl.DataFrame, palette: Palette) -> list[Spec]:
    edge: Spec = {
        "type": "scatter", "mode": "lines", "x": plain_values(ahead["day"]), "line": {"width": 0},
        "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip
    filled: Spec = {"fill": "tonexty", "fillcolor": palette.grid, "showlegend": True,
                    "name": "95 per cent"}  # fmt: skip
    return [
        edge | {"y": ahead["low_usd"].to_list()},
        edge | {"y": ahead["high_usd"].to_list()} | filled,
    ]


def _interval(row: dict[str, float | None], palette: Palette) -> list[Spec]:
    """The interval of the projection alone: Plotly gives an end to bars without one too."""
    high, projected = row["high_usd"], row["projected_usd"]
    if high is None or projected is None:
        return []
    ends = {"type": "data", "array": [high - projected], "color": palette.ink, "thickness": 1}
    return [
        {
            "type": "scatter", "mode": "markers", "x": ["projected"], "y": [projected],
            "marker": {"opacity": 0}, "hoverinfo": "skip", "error_y": ends,
        }
    ]  # fmt: skip


def _beside_budget(row: dict[str, float | None]) -> str:
    if not row["budget_usd"]:
        return "No budget is stated."
    return f"The budget of that month is {dollars(row['budget_usd'])}."
