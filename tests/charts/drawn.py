"""What was drawn, checked by Plotly itself, which production leaves to these tests."""

from datetime import date, timedelta

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.drawing import Drawing, Look
from dashboard.charts.marks import Mark, MarkKind
from dashboard.charts.theme import LIGHT, Figure

LOOK = Look(LIGHT)
FIRST = date(2020, 6, 1)


def days(count: int) -> list[date]:
    """So many days from the first of June 2020."""
    return [FIRST + timedelta(days=n) for n in range(count)]


def checked(drawing: Drawing | None) -> go.Figure:
    """The drawing's figure, every value of it held against Plotly's own schema."""
    assert drawing is not None
    return valid(drawing.figure)


def valid(figure: Figure) -> go.Figure:
    """The figure as Plotly accepts it; ValueError where it does not."""
    return go.Figure(figure.to_dict())


def incident(title: str, since: date, until: date | None = None, *countries: str) -> Mark:
    """An incident over these days in these countries, none meaning all."""
    kind = MarkKind.INCIDENT
    return Mark(kind, title, title, since, until, frozenset(countries) or None, "what was felt")


def active_people(count: int, *, complete: int | None = None) -> pl.DataFrame:
    """A frame as the read of that name gives it, MAU rising by a million a day."""
    whole = count if complete is None else complete
    return pl.DataFrame(
        {
            "day": days(count),
            "dau": [500_000_000 + n for n in range(count)],
            "wau": [600_000_000 + n for n in range(count)],
            "mau_28": [800_000_000 + n * 1_000_000 for n in range(count)],
            "mau_30": [810_000_000] * count,
            "stickiness": [0.6] * count,
            "is_complete": [n < whole for n in range(count)],
        }
    )
