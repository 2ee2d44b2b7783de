"""The triangle of cohorts: one row per cohort, one column per step since its start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import polars as pl

from dashboard.charts.axes import TITLED_PX, text_px
from dashboard.charts.columns import are_complete
from dashboard.charts.numbers import short_day
from dashboard.charts.theme import Figure, Palette, Spec, figure

_ROW_PX = 18
_MOST_WRITTEN = 14
_FAINT = 0.35
_SCALE_PX = 76


class _Cell(NamedTuple):
    """One cohort in one later period."""

    share: float
    people: int
    size: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class _Triangle:
    """The cells by cohort and step, and the cohorts and steps there are, in order."""

    cells: Mapping[tuple[date, int], _Cell]
    cohorts: list[date]
    steps: list[int]

    def rows(self, of: Callable[[_Cell], object]) -> list[list[object]]:
        """What ``of`` takes from each cell, one row per cohort, None where there is no cell."""
        found = {place: of(cell) for place, cell in self.cells.items()}
        return [[found.get((cohort, step)) for step in self.steps] for cohort in self.cohorts]


def cohort_triangle(frame: pl.DataFrame, *, title: str, palette: Palette) -> Figure:
    """Shares by ``cohort`` and ``step``; cells whose ``is_complete`` is false are faint.

    ``title`` names the steps. Step 0 is left out: by its definition everyone was there. Cohorts of
    no ``size`` are left out too.
    """
    drawn = _triangle(frame)
    shared = _look(drawn, palette)
    # Letters are chosen against a full colour, so on a faint one they need their own.
    faint = {"opacity": _FAINT, "textfont": {"size": 10, "color": palette.ink}}
    traces = [
        shared | {"z": drawn.rows(_share_when(complete=True)), "showscale": True},
        shared | {"z": drawn.rows(_share_when(complete=False))} | faint,
    ]
    named = text_px([short_day(cohort) for cohort in drawn.cohorts])
    dtick = max(1, round(len(drawn.steps) / 12))
    layout: Spec = {
        "xaxis": {"title": {"text": title}, "side": "top", "dtick": dtick},
        "yaxis": {"autorange": "reversed", "showgrid": False, "type": "category", "nticks": 14,
                  "ticklabelstandoff": 6},
        "margin": {"t": TITLED_PX, "r": _SCALE_PX, "b": 8, "l": 16 + named},
    }  # fmt: skip
    height_px = 80 + _ROW_PX * max(8, min(len(drawn.cohorts), 20))
    return figure(traces, layout, palette=palette, height_px=height_px)


def _triangle(frame: pl.DataFrame) -> _Triangle:
    columns = [frame[name].to_list() for name in ("cohort", "step", "share", "people", "size")]
    cells = {
        (cohort, step): _Cell(share, people, size, whole)
        for cohort, step, share, people, size, whole in zip(
            *columns, are_complete(frame), strict=True
        )
        if step > 0 and size > 0
    }
    last = max((step for _, step in cells), default=1)
    return _Triangle(cells, sorted({cohort for cohort, _ in cells}), list(range(1, last + 1)))


def _share_when(*, complete: bool) -> Callable[[_Cell], float | None]:
    return lambda cell: cell.share if cell.is_complete is complete else None


def _look(drawn: _Triangle, palette: Palette) -> Spec:
    return {
        "type": "heatmap",
        "x": drawn.steps,
        "y": [short_day(cohort) for cohort in drawn.cohorts],
        "customdata": drawn.rows(lambda cell: (cell.people, cell.size)),
        "zmin": 0,
        "zmax": max((cell.share for cell in drawn.cells.values()), default=0) or 1,
        "colorscale": [list(stop) for stop in palette.intensity],
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
        "hoverongaps": False,
        "texttemplate": "%{z:.0%}" if len(drawn.cohorts) <= _MOST_WRITTEN else "",
        "textfont": {"size": 10},
        "colorbar": {"tickformat": ".0%", "thickness": 8, "outlinewidth": 0, "len": 0.9,
                     "tickfont": {"color": palette.muted}},
        "hovertemplate": "cohort of %{y}, step %{x}: %{z:.1%}<br>%{customdata[0]:,.0f} of "
        "%{customdata[1]:,.0f} people<extra></extra>",
    }  # fmt: skip
