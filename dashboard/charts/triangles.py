"""The triangle of cohorts: one row per cohort, one column per step since its start."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.theme import Palette, Spec, figure

_ROW_PX = 18
_MOST_WRITTEN = 14
_FAINT = 0.35


def cohort_triangle(frame: pl.DataFrame, *, title: str, palette: Palette) -> go.Figure:
    """Shares by ``cohort`` (as it is written) and ``step``; cells not ``is_complete`` are faint.

    ``title`` names the steps. Step 0 is left out: by its definition everyone was there.
    """
    cells = frame.filter(pl.col("step") > 0)
    cohorts = cells["cohort"].unique(maintain_order=True).to_list()
    highest = float(cells.select(pl.col("share").max()).item() or 1)
    look = _look(highest, palette, written=len(cohorts) <= _MOST_WRITTEN)
    shared = look | {"y": cohorts, "customdata": _counts(cells)}
    # Letters are chosen against a full colour, so on a faint one they need their own.
    faint = {"opacity": _FAINT, "textfont": {"size": 10, "color": palette.ink}}
    traces = [
        shared | _shares(cells, complete=True) | {"showscale": True},
        shared | _shares(cells, complete=False) | faint,
    ]
    layout: Spec = {
        "xaxis": {"title": {"text": title}, "side": "top", "dtick": _round_step(cells)},
        "yaxis": {
            "autorange": "reversed",
            "showgrid": False,
            "type": "category",
            "nticks": 14,
            "ticklabelstandoff": 6,
        },
    }
    height_px = 80 + _ROW_PX * max(8, min(len(cohorts), 20))
    return figure(traces, layout, palette=palette, height_px=height_px)


def _look(highest: float, palette: Palette, *, written: bool) -> Spec:
    return {
        "type": "heatmap",
        "zmin": 0,
        "zmax": highest,
        "colorscale": [list(stop) for stop in palette.intensity],
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
        "hoverongaps": False,
        "texttemplate": "%{z:.0%}" if written else "",
        "textfont": {"size": 10},
        "colorbar": {"tickformat": ".0%", "thickness": 8, "outlinewidth": 0, "len": 0.9,
                     "tickfont": {"color": palette.muted}},
        "hovertemplate": "cohort of %{y}, step %{x}: %{z:.1%}<br>%{customdata[0]:,.0f} of "
        "%{customdata[1]:,.0f} people<extra></extra>",
    }  # fmt: skip


def _shares(cells: pl.DataFrame, *, complete: bool) -> Spec:
    shown = pl.when(pl.col("is_complete") == complete).then(pl.col("share"))
    shares = _matrix(cells.with_columns(share=shown), "share").drop("cohort")
    return {"x": list(range(1, shares.width + 1)), "z": shares.rows()}


def _counts(cells: pl.DataFrame) -> list[list[tuple[int | None, int | None]]]:
    """For each cohort and step the people active and the size of the cohort."""
    people, sizes = (_matrix(cells, column).drop("cohort").rows() for column in ("people", "size"))
    return [list(zip(*rows, strict=True)) for rows in zip(people, sizes, strict=True)]


def _matrix(cells: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row per cohort and one column per step, from the first to the last of them."""
    steps = range(1, int(cells.select(pl.col("step").max()).item() or 1) + 1)
    return cells.pivot("step", on_columns=list(steps), index="cohort", values=column)


def _round_step(cells: pl.DataFrame) -> int:
    steps = int(cells.select(pl.col("step").max()).item() or 1)
    return max(1, round(steps / 12))
