"""The map of the world, shaded by a number of people."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from dashboard.charts.numbers import compact, exact, per_cent
from dashboard.charts.theme import FONT_SIZE_PX, PAIRED_PX, Figure, Palette, Spec, figure
from dashboard.countries import alpha_3, country_name

_LEGEND_PX = 62
_LEAST_POWERS = 2
TOPOJSON_URL = "/assets/topojson/"
"""Where this server keeps the shapes of countries; Plotly's own address is on the internet."""


class _Place(NamedTuple):
    """One country and the people in it."""

    country: str
    people: int
    share: float


def world_map(frame: pl.DataFrame, *, palette: Palette) -> Figure:
    """Countries by ``country``, ``people`` and ``share``, shaded on a logarithmic scale.

    Some sixty small countries have no shape at this scale; a table beside the map names them.
    """
    layout: Spec = {
        "margin": {"l": 0, "r": 0, "t": 0, "b": _LEGEND_PX},
        "geo": {
            "projection": {"type": "natural earth"}, "showframe": False, "showcoastlines": False,
            "showlakes": False, "bgcolor": "rgba(0,0,0,0)", "showland": True,
            "landcolor": palette.grid, "showcountries": True, "countrycolor": palette.surface,
            "countrywidth": 0.5, "lataxis": {"range": [-56, 84]},
        },
    }  # fmt: skip
    return figure([_shapes(frame, palette)], layout, palette=palette, height_px=PAIRED_PX)


def _shapes(frame: pl.DataFrame, palette: Palette) -> Spec:
    columns = (frame[name].to_list() for name in ("country", "people", "share"))
    drawn = [_Place(*row) for row in zip(*columns, strict=True) if row[1] > 0]
    sizes = [math.log10(place.people) for place in drawn]
    low, high = _range(sizes)
    ticks, tick_font = _ticks(low, high), {"color": palette.muted, "size": FONT_SIZE_PX - 1}
    return {
        "type": "choropleth",
        "locations": [alpha_3(place.country) for place in drawn],
        "locationmode": "ISO-3",
        "z": sizes,
        "zmin": low,
        "zmax": high,
        "colorscale": _told_from_land(palette),
        "marker": {"line": {"color": palette.surface, "width": 0.5}},
        "text": [_hover(place) for place in drawn],
        "hovertemplate": "%{text}<extra></extra>",
        "colorbar": {
            "tickvals": ticks, "ticktext": [compact(10**tick) for tick in ticks],
            "title": {"text": "people", "side": "top", "font": tick_font},
            "orientation": "h", "thickness": 8, "len": 0.4, "x": 0.02, "xanchor": "left",
            "y": 0.0, "yanchor": "top", "outlinewidth": 0, "tickfont": tick_font,
        },
    }  # fmt: skip


def _hover(place: _Place) -> str:
    people, share = exact(place.people), per_cent(place.share)
    return f"<b>{country_name(place.country)}</b><br>{people} people, {share} of the whole"


def _told_from_land(palette: Palette) -> list[list[object]]:
    """The colours of intensity without the palest, which is that of land where nobody is."""
    colours = [colour for _, colour in palette.intensity[1:]]
    return [[at / (len(colours) - 1), colour] for at, colour in enumerate(colours)]


def _range(sizes: Sequence[float]) -> tuple[float, float]:
    """From the smallest to the largest size; never so near that like countries look unlike."""
    high = max(sizes, default=0.0)
    return min([*sizes, high - _LEAST_POWERS]), high


def _ticks(low: float, high: float) -> list[int]:
    """The whole powers of ten between them."""
    return list(range(math.ceil(low), math.floor(high) + 1))
