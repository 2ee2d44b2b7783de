"""The panels of places: countries as a table that is also the way into one, and its parts."""

import polars as pl
import streamlit as st

from dashboard.countries import country_name
from dashboard.ui.emptiness import why_empty
from dashboard.ui.failures import told
from dashboard.ui.filters import choose_country, clear_places
from dashboard.ui.memory import Read
from dashboard.ui.page import Page
from dashboard.ui.panels import Draw, definition_of, filled_panel
from dashboard.ui.patience import frames
from dashboard.ui.tables import columns_of, downloads
from dashboard.ui.words import plain

_KEY = "countries"
_HEIGHT_PX = 264


@st.fragment
def country_panel(page: Page, read: Read, *, definition: str) -> None:
    """Every country with anyone; choosing a row shows only that country, on every page."""
    with st.container(border=True, height="stretch", gap="xsmall"), told():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader("Countries", anchor=False, help=definition_of(definition))
            if page.chosen.countries:
                st.button("Show all", key=f"{_KEY} all", on_click=_show_all)
        [asked] = frames(page, [read], height_px=_HEIGHT_PX)
        frame = named(asked)
        if frame.is_empty():
            st.caption(plain(why_empty(page.warehouse, page.chosen, page.happened)))
        else:
            if frame.height > 1:
                st.caption("Choose a row to see one country alone.")
            _table(frame)
            downloads(frame, _KEY)


@st.fragment
def subdivision_panel(page: Page, read: Read, draw: Draw, *, definition: str) -> None:
    """The parts of the countries chosen; nothing at all where the data names none of them."""
    with told():
        [parts] = frames(page, [read], height_px=_HEIGHT_PX)
        if parts["subdivision"].null_count() < parts.height:
            filled_panel(page, "By subdivision", read, draw, definition=definition)


def named(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with each country's name before its code."""
    names = pl.Series("name", [country_name(code) for code in frame["country"]], dtype=pl.String)
    return pl.DataFrame([names, *frame.get_columns()])


def _table(frame: pl.DataFrame) -> None:
    def choose() -> None:
        rows = st.session_state[_KEY].selection.rows
        if rows:
            choose_country(frame["country"][rows[0]])
            # The filter stands above this panel: the whole page has to be drawn anew.
            st.rerun(scope="app")

    st.dataframe(
        frame, hide_index=True, lazy=False, key=_KEY, on_select=choose,
        selection_mode="single-row", column_config=columns_of(frame),
        alt="People by country; choosing a row shows only that country",
    )  # fmt: skip


def _show_all() -> None:
    clear_places()
    st.rerun(scope="app")
