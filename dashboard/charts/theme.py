"""How drawings look: colour roles for light and dark, and the one Plotly template."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from plotly.basedatatypes import BaseFigure

ColourScale: TypeAlias = tuple[tuple[float, str], ...]
Spec: TypeAlias = dict[str, object]

FONT = "'Source Sans', system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"
FONT_SIZE_PX = 13
PAIRED_PX = 353
"""How high figures are that stand beside each other: as high as eleven bars."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


class Role(StrEnum):
    """What a colour says. The series colours are Okabe and Ito's, told apart by all eyes."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    GAIN = "gain"
    RETURN = "return"
    LOSS = "loss"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one appearance. ``surface`` is what a hollow marker is filled with."""

    name: str
    ink: str
    muted: str
    grid: str
    surface: str
    incident: str
    roles: dict[Role, str]
    intensity: ColourScale

    def of(self, role: Role) -> str:
        """The colour of a role."""
        return self.roles[role]


LIGHT = Palette(
    name="dashboard-light",
    ink="#17212b",
    muted="#5f6b78",
    grid="#e6e9ed",
    surface="#ffffff",
    incident="213, 94, 0",
    roles={
        Role.FIRST: "#0072b2",
        Role.SECOND: "#e69f00",
        Role.THIRD: "#009e73",
        Role.FOURTH: "#cc79a7",
        Role.GAIN: "#009e73",
        Role.RETURN: "#56b4e9",
        Role.LOSS: "#d55e00",
        Role.TOTAL: "#8a94a0",
    },
    intensity=((0.0, "#eef4f9"), (0.25, "#c3dbec"), (0.5, "#84b6da"), (0.75, "#3b88bd"),
               (1.0, "#0b4f80")),
)  # fmt: skip

DARK = Palette(
    name="dashboard-dark",
    ink="#e4e9ed",
    muted="#98a3b0",
    grid="#2b323b",
    surface="#11161b",
    incident="240, 140, 60",
    roles={
        Role.FIRST: "#56b4e9",
        Role.SECOND: "#e69f00",
        Role.THIRD: "#2bb58d",
        Role.FOURTH: "#cc79a7",
        Role.GAIN: "#2bb58d",
        Role.RETURN: "#4a95c9",
        Role.LOSS: "#e0702a",
        Role.TOTAL: "#737e8b",
    },
    intensity=((0.0, "#1b2733"), (0.25, "#1f4460"), (0.5, "#2a6b97"), (0.75, "#4a9acb"),
               (1.0, "#a5d8f7")),
)  # fmt: skip


def _template(palette: Palette) -> Spec:
    """The look every figure starts from: no frame, quiet grid, no title.

    Each figure says how much room its words take: a browser that measures them draws twice.
    """
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zerolinecolor": palette.muted,
        "tickfont": {"color": palette.muted},
        "ticks": "",
        "title": {"font": {"color": palette.muted, "size": FONT_SIZE_PX - 1}, "standoff": 8},
    }
    font = {"family": FONT, "size": FONT_SIZE_PX, "color": palette.ink}
    layout = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": font,
        "margin": {"l": 8, "r": 8, "t": 16, "b": 28, "autoexpand": False},
        "showlegend": False,
        "hoverlabel": {"bgcolor": palette.surface, "bordercolor": palette.grid, "font": font},
        "legend": {"orientation": "h", "font": {"color": palette.muted}, "itemclick": False,
                   "itemdoubleclick": False},
        "dragmode": False,
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, "fixedrange": True},
    }  # fmt: skip
    return {"layout": layout}


_TEMPLATES = {palette.name: _template(palette) for palette in (LIGHT, DARK)}


# Plotly ships no types, so its base class is unknown to the checker.
class Figure(BaseFigure):  # type: ignore[misc]
    """A figure as it goes to the browser; nothing can be added to it.

    Plotly's own figures check and copy every value, twice, which takes several times as long as the
    rest of a drawing. So values are checked where figures are tested, and not where they are drawn.
    """

    def __init__(self, spec: Spec) -> None:
        """Take over a whole specification: ``data`` and ``layout``."""
        # Plotly's own beginning is left out: it is what copies.
        self._spec = spec

    def to_dict(self) -> Spec:
        """The specification itself."""
        return self._spec


def figure(traces: Sequence[Spec], layout: Spec, *, palette: Palette, height_px: int) -> Figure:
    """A figure in the house's look."""
    whole = {"template": _TEMPLATES[palette.name], "height": height_px} | layout
    return Figure({"data": list(traces), "layout": whole})
