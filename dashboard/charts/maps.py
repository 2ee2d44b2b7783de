"""Maps of the world: shaded by a number of people, or coloured by what is said of countries."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from dashboard.charts.marks import plain_text
from dashboard.charts.numbers import compact, exact, per_cent
from dashboard.charts.theme import FONT_SIZE_PX, PAIRED_PX, Figure, Palette, Role, Spec, figure
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


class Marked(NamedTuple):
    """A country that something is said of; ``detail`` is what more there is to hear."""

    country: str
    said: str
    role: Role
    detail: str = ""


def world_map(frame: pl.DataFrame, *, palette: Palette) -> Figure:
    """Countries by ``country``, ``people`` and ``share``, shaded on a logarithmic scale.

    Some sixty small countries have no shape at this scale; a table beside the map names them.
    """
    layout: Spec = {
        "margin": {"l": 0, "r": 0, "t": 0, "b": _LEGEND_PX},
        "geo": _world(palette),
    }  # fmt: skip
    return figure([_shapes(frame, palette)], layout, palette=palette, height_px=PAIRED_PX)


def marked_map(places: Sequence[Marked], *, palette: Palette) -> Figure:
    """Countries in the colour of what is said of each, with a legend of what is said.

    What comes first in ``places`` comes first in the legend.
    """
    said = list(dict.fromkeys(place.said for place in places))
    traces = [_marked(one, [p for p in places if p.said == one], palette) for one in said]
    layout: Spec = {
        "margin": {"l": 0, "r": 0, "t": 0, "b": _LEGEND_PX // 2}, "geo": _world(palette),
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0.0, "y": 0.0, "xanchor": "left", "yanchor": "top",
                   "font": {"color": palette.muted}, "itemclick": False,
                   "itemdoubleclick": False},
    }  # fmt: skip
    # Land where nothing is said is drawn all the same: an empty map would be no map.
    ground: Spec = {"type": "choropleth", "locations": [], "z": [], "showscale": False}
    return figure(traces or [ground], layout, palette=palette, height_px=PAIRED_PX)


def _marked(said: str, places: Sequence[Marked], palette: Palette) -> Spec:
    colour = palette.of(places[0].role)
    return {
        "type": "choropleth", "name": said, "showlegend": True, "showscale": False,
        "locations": [alpha_3(place.country) for place in places], "locationmode": "ISO-3",
        "z": [1] * len(places), "colorscale": [[0, colour], [1, colour]],
        "marker": {"line": {"color": palette.surface, "width": 0.5}},
        "text": [f"<b>{country_name(place.country)}</b><br>{plain_text(place.detail)}"
                 for place in places],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def _world(palette: Palette) -> Spec:
    return {
        "projection": {"type": "natural earth"}, "showframe": False, "showcoastlines": False,
        "showlakes": False, "bgcolor": "rgba(0,0,0,0)", "showland": True,
        "landcolor": palette.grid, "showcountries": True, "countrycolor": palette.surface,
        "countrywidth": 0.5, "lataxis": {"range": [-56, 84]},
    }  # fmt: skip


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
