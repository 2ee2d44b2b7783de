"""A panel: one question drawn, described, and shown as a table; its failures stay inside it."""

from collections.abc import Callable
from typing import TypeAlias

import polars as pl
import streamlit as st

from dashboard.charts.drawing import Drawing, Look
from dashboard.charts.maps import TOPOJSON_URL
from dashboard.ui.emptiness import why_empty
from dashboard.ui.failures import told
from dashboard.ui.memory import Read
from dashboard.ui.page import Page
from dashboard.ui.patience import frames
from dashboard.ui.tables import twin_table
from dashboard.ui.words import plain
from dashboard.warehouse.library import QUERIES

Draw: TypeAlias = Callable[[pl.DataFrame, Look], Drawing | None]

_CHART, _TABLE = ":material/bar_chart:", ":material/table:"
CONFIG = {"displayModeBar": False, "topojsonURL": TOPOJSON_URL, "scrollZoom": False}
_HEIGHT_PX = 320
NARROWEST_PX = 420
"""A panel narrower than this stands alone in its row."""


@st.fragment
def panel(page: Page, title: str, read: Read, draw: Draw, *, definition: str) -> None:
    """Ask, draw and describe; ``definition`` names the query whose header defines the numbers."""
    filled_panel(page, title, read, draw, definition=definition)


def filled_panel(page: Page, title: str, read: Read, draw: Draw, *, definition: str) -> None:
    """The same as ``panel``, as a part of a fragment that is there already."""
    with st.container(border=True, height="stretch", gap="xsmall"), told():
        drawing = drawing_of(page, title, read, draw, definition=definition)
        if drawing is not None:
            st.plotly_chart(drawing.figure, theme=None, config=CONFIG, alt=drawing.description,
                            key=chart_key(draw))  # fmt: skip


def drawing_of(
    page: Page, title: str, read: Read, draw: Draw, *, definition: str
) -> Drawing | None:
    """Head the panel and ask; the drawing to show, or None where a table or a sentence stands."""
    name = draw.__name__
    shows_table = heading(name, title, definition)
    [frame] = frames(page, [read], height_px=_HEIGHT_PX)
    drawing = draw(frame, page.look)
    if drawing is None:
        st.caption(plain(why_empty(page.warehouse, page.chosen, page.happened)))
        return None
    if shows_table:
        twin_table(frame, name=name, title=title)
        return None
    st.caption(plain(drawing.takeaway))
    return drawing


def chart_key(draw: Draw) -> str:
    """The key of a panel's chart, by which its selection is known."""
    return f"{draw.__name__} chart"


@st.fragment
def table_panel(page: Page, title: str, read: Read, *, definition: str) -> None:
    """A question whose answer is best read as a table; the same as files."""
    with st.container(border=True, height="stretch", gap="xsmall"), told():
        st.subheader(title, anchor=False, help=definition_of(definition))
        [frame] = frames(page, [read], height_px=_HEIGHT_PX)
        if frame.is_empty():
            st.caption(plain(why_empty(page.warehouse, page.chosen, page.happened)))
        else:
            twin_table(frame, name=read.__name__, title=title)


def definition_of(query: str) -> str:
    """What a query's header says about its numbers, safe to stand in Markdown."""
    return plain(QUERIES[query].note or QUERIES[query].metric)


def heading(name: str, title: str, definition: str) -> bool:
    """The title with its definition and the switch beside it; whether the table is wanted."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(title, anchor=False, help=definition_of(definition))
        shown = st.segmented_control(
            f"{title} as", [_CHART, _TABLE], default=_CHART, required=True, key=f"{name} view",
            label_visibility="collapsed",
        )  # fmt: skip
    return shown == _TABLE
