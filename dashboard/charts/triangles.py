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

    @property
    def is_written(self) -> bool:
        """Whether there is room to write each share in its cell."""
        return len(self.cohorts) <= _MOST_WRITTEN

    def rows(self, of: Callable[[_Cell], object]) -> list[list[object]]:
        """What ``of`` takes from each cell, one row per cohort, None where there is no cell."""
        found = {place: of(cell) for place, cell in self.cells.items()}
        return [[found.get((cohort, step)) for step in self.steps] for cohort in self.cohorts]


def cohort_triangle(frame: pl.DataFrame, *, title: str, palette: Palette) -> Figure:
    """Shares by ``cohort`` and ``step``; cells whose ``is_complete`` is false are faint.

    ``title`` names the steps. Step 0 is left out: by its definition everyone was there. Cohorts of
    no ``size`` are left out too. Where there is room, each share is written in its cell; else a
    scale beside them says what the colours mean.
    """
    drawn = _triangle(frame)
    shared = _look(drawn, palette)
    is_scaled = not drawn.is_written
    traces = [
        shared | {"z": drawn.rows(_share_when(complete=True)), "showscale": is_scaled},
        shared | {"z": drawn.rows(_share_when(complete=False)), "opacity": _FAINT},
    ]
    named = text_px([short_day(cohort) for cohort in drawn.cohorts])
    dtick = max(1, round(len(drawn.steps) / 12))
    layout: Spec = {
        "xaxis": {"title": {"text": title}, "side": "top", "dtick": dtick},
        "yaxis": {"autorange": "reversed", "showgrid": False, "type": "category", "nticks": 14,
                  "ticklabelstandoff": 6},
        "margin": {"t": TITLED_PX, "r": _SCALE_PX if is_scaled else 8, "b": 8, "l": 16 + named},
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
    highest = max((cell.share for cell in drawn.cells.values()), default=0) or 1
    return {
        "type": "heatmap",
        "x": drawn.steps,
        "y": [short_day(cohort) for cohort in drawn.cohorts],
        "customdata": drawn.rows(lambda cell: (cell.people, cell.size)),
        "zmin": 0,
        # Under letters only the lighter half of the colours is used, which letters stand out from.
        "zmax": highest * (2 if drawn.is_written else 1),
        "colorscale": [list(stop) for stop in palette.intensity],
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
        "hoverongaps": False,
        "texttemplate": "%{z:.0%}" if drawn.is_written else "",
        "textfont": {"size": 11, "color": palette.ink},
        "colorbar": {"tickformat": ".0%", "thickness": 8, "outlinewidth": 0, "len": 0.9,
                     "tickfont": {"color": palette.muted}},
        "hovertemplate": "cohort of %{y}, step %{x}: %{z:.1%}<br>%{customdata[0]:,.0f} of "
        "%{customdata[1]:,.0f} people<extra></extra>",
    }  # fmt: skip
