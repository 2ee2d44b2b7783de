"""The map of the world, shaded by a number of people."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.numbers import compact, exact, per_cent
from dashboard.charts.theme import Palette, Spec, figure
from dashboard.countries import alpha_3, country_name

TOPOJSON_URL = "/assets/topojson/"
"""Where this server keeps the shapes of countries; Plotly's own address is on the internet."""


def world_map(frame: pl.DataFrame, *, palette: Palette) -> go.Figure:
    """Countries by ``country``, ``people`` and ``share``, shaded on a logarithmic scale.

    Some sixty small countries have no shape at this scale; a table beside the map names them.
    """
    drawn = frame.filter(pl.col("people") > 0)
    layout: Spec = {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "geo": {
            "projection": {"type": "natural earth"}, "showframe": False, "showcoastlines": False,
            "showlakes": False, "bgcolor": "rgba(0,0,0,0)", "showland": True,
            "landcolor": palette.grid, "showcountries": True, "countrycolor": palette.surface,
            "countrywidth": 0.5, "lataxis": {"range": [-56, 84]},
        },
    }  # fmt: skip
    return figure([_shapes(drawn, palette)], layout, palette=palette, height_px=353)


def _shapes(drawn: pl.DataFrame, palette: Palette) -> Spec:
    sizes = [math.log10(people) for people in drawn["people"]]
    ticks = _ticks(sizes)
    return {
        "type": "choropleth",
        "locations": [alpha_3(code) for code in drawn["country"]],
        "locationmode": "ISO-3",
        "z": sizes,
        "colorscale": [list(stop) for stop in palette.intensity],
        "marker": {"line": {"color": palette.surface, "width": 0.5}},
        "text": _hover(drawn),
        "hovertemplate": "%{text}<extra></extra>",
        "colorbar": {
            "tickvals": ticks, "ticktext": [_rounded(tick) for tick in ticks],
            "orientation": "h", "thickness": 8, "len": 0.4, "x": 0.0, "xanchor": "left",
            "y": 0.0, "yanchor": "bottom", "outlinewidth": 0, "tickfont": {"color": palette.muted},
        },
    }  # fmt: skip


def _hover(drawn: pl.DataFrame) -> list[str]:
    return [
        f"<b>{country_name(code)}</b><br>{exact(people)} people, {per_cent(share)} of the whole"
        for code, people, share in drawn.select("country", "people", "share").iter_rows()
    ]


def _rounded(power: float) -> str:
    return compact(float(f"{10**power:.1g}"))


def _ticks(sizes: Sequence[float]) -> list[float]:
    """The smallest and the largest size and the one half-way, fewer where they are the same."""
    if not sizes:
        return []
    low, high = min(sizes), max(sizes)
    return sorted({low, (low + high) / 2, high})
