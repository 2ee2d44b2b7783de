"""Panels of the bill: bars that open their lines, and what it would come to otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import cast

import polars as pl
import streamlit as st

from dashboard.charts.numbers import dollars, plural
from dashboard.cost.allocation import AMOUNT
from dashboard.cost.drivers import MOST_LINES, lines_of
from dashboard.cost.figures import imagined_month
from dashboard.cost.what_if import (
    ASSUMPTIONS,
    BASE_AUTOMATION,
    BASE_CACHE_HIT,
    Levers,
    imagined,
)
from dashboard.periods import next_period
from dashboard.slices import Grain, Span
from dashboard.ui.choices import VIEW
from dashboard.ui.emptiness import why_empty
from dashboard.ui.failures import told
from dashboard.ui.memory import Read
from dashboard.ui.page import Page
from dashboard.ui.panels import CONFIG, Draw, chart_key, definition_of, drawing_of
from dashboard.ui.patience import frames
from dashboard.ui.tables import twin_table
from dashboard.ui.words import plain

_HEIGHT_PX = 264
_WHAT_IF = "what_if"
_LINES_MONTH, _LINES_DRIVER = "lines month", "lines driver"
"""Where the month and the driver are kept whose lines are shown."""
_CLICKED = "a bar was clicked"


def scope_note(page: Page) -> None:
    """What the figures of cost hold and what they leave out."""
    said = (
        "Effective cost of the machines that serve the platform, from its bills; payouts to "
        "creators and salaries lie outside it."
    )
    if page.chosen.countries or page.chosen.platforms:
        said += (
            " A bill names no countries and no platforms, so that a choice of them has no cost of "
            "its own: clear it, or see Countries, where the cost is split by use."
        )
    st.caption(plain(said))


@st.fragment
def bar_panel(page: Page, title: str, read: Read, draw: Draw, *, definition: str) -> None:
    """A panel of bars by month whose click opens the lines of that bar, in the view Record.

    The drawing's bars stand at the first day of their month and carry their driver's name.
    """
    if st.session_state.pop(_CLICKED, False):
        # The view belongs to the page, which this part of it alone does not run.
        st.rerun()
    with st.container(border=True, height="stretch", gap="xsmall"), told():
        drawing = drawing_of(page, title, read, draw, definition=definition)
        if drawing is not None:
            st.caption(plain("Click a bar to see its lines of the bill; Record has them too."))
            st.plotly_chart(
                drawing.figure, theme=None, config=CONFIG, alt=drawing.description,
                key=chart_key(draw), on_select=lambda: _open_lines(chart_key(draw)),
                selection_mode="points",
            )  # fmt: skip


@st.fragment
def lines_panel(page: Page, title: str, costs: Read, *, definition: str) -> None:
    """The bill's own lines behind what one driver cost in one month, as ``costs`` has it."""
    with st.container(border=True, height="stretch", gap="xsmall"), told():
        st.subheader(title, anchor=False, help=definition_of(definition))
        [frame] = frames(page, [costs], height_px=_HEIGHT_PX)
        cells = frame.filter(pl.col("lines") > 0)
        if cells.is_empty():
            st.caption(plain(why_empty(page.warehouse, page.chosen, page.happened)))
            return
        month, driver = _chosen_cell(cells)
        span = Span(month, next_period(month, Grain.MONTH))
        of_month = replace(page, chosen=page.chosen.over(span))
        [lines] = frames(of_month, [lines_of(driver)], height_px=_HEIGHT_PX)
        st.caption(plain(_behind(cells, month, driver, lines.height)))
        twin_table(lines, name="bill_lines", title=title)


def _behind(cells: pl.DataFrame, month: date, driver: str, shown: int) -> str:
    """How many lines stand behind a figure and what they come to, as the figure has it."""
    [cell] = cells.filter(month=month, driver=driver).rows(named=True)
    counted = f"{plural(cell['lines'], 'line', 'lines')} of the bill"
    cost = dollars(float(cell["cost_usd"]))
    if cell["lines"] == shown:
        return f"{counted} come to {cost}."
    until = next_period(month, Grain.MONTH)
    return (
        f"The dearest {shown:,} of {counted}, which come to {cost}. The table and its files hold "
        f"these {shown:,}; the dearest {MOST_LINES:,} of the month are given by "
        f"python -m dashboard read cost/bill_lines --since {month} --until {until}."
    )


@st.fragment
def what_if_panel(page: Page, title: str, costs: Read) -> None:
    """What the last complete month would cost at other prices and shares, as assumed."""
    with st.container(border=True, height="stretch", gap="xsmall"), told():
        st.subheader(title, anchor=False, help=plain(" ".join(ASSUMPTIONS)))
        [frame] = frames(page, [costs], height_px=_HEIGHT_PX)
        month = frame.filter("is_complete").filter(pl.col("month") == pl.col("month").max())
        with st.grid(4, min_column_width=195, gap="small"):
            levers = _levers()
        drawing = imagined_month(_beside(month, levers), page.look)
        if drawing is None:
            st.caption(plain(why_empty(page.warehouse, page.chosen, page.happened)))
            return
        st.caption(plain(f"{drawing.takeaway} Assumed, not measured: {' '.join(ASSUMPTIONS)}"))
        st.plotly_chart(drawing.figure, theme=None, config=CONFIG, alt=drawing.description,
                        key=f"{_WHAT_IF} chart")  # fmt: skip


def _beside(month: pl.DataFrame, levers: Levers) -> pl.DataFrame:
    """What each driver cost in a month, and what it would cost."""
    would = imagined(dict(month.select("driver", "cost_usd").iter_rows()), levers)
    amounts = pl.Series("imagined_usd", list(would.values()), dtype=AMOUNT)
    return month.select("driver", "cost_usd").with_columns(amounts)


def _chosen_cell(cells: pl.DataFrame) -> tuple[date, str]:
    """The month and the driver to look into, the latest and the dearest unless chosen."""
    with st.container(horizontal=True, gap="small"):
        months = sorted(set(cells["month"].to_list()), reverse=True)
        month = st.selectbox("Month", months, format_func=_month, key=_LINES_MONTH, width=220)
        of_month = cells.filter(pl.col("month") == month)
        drivers = of_month.sort("cost_usd", descending=True)["driver"].to_list()
        driver = st.selectbox("For", drivers, key=_LINES_DRIVER, width=280)
    return month, driver


def _open_lines(key: str) -> None:
    """Choose the clicked month and driver; a click beside the bars chooses nothing."""
    points = cast("list[Mapping[str, str]]", st.session_state[key].selection.points)
    if points:
        st.session_state[_LINES_MONTH] = date.fromisoformat(points[0]["x"][:10])
        st.session_state[_LINES_DRIVER] = points[0]["customdata"]
        st.session_state[VIEW] = "Record"
        st.session_state[_CLICKED] = True


def _levers() -> Levers:
    def lever(label: str, low: int, high: int, at: float) -> float:
        value = st.slider(label, low, high, round(at * 100), format="%d%%", key=f"lever {label}")
        return value / 100

    return Levers(
        egress_price_change=lever("Egress price", -50, 50, 0.0),
        bitrate_change=lever("Bitrate", -50, 50, 0.0),
        automation_share=lever("Automation", 50, 99, BASE_AUTOMATION),
        cache_hit_share=lever("Cache hits", 70, 99, BASE_CACHE_HIT),
    )


def _month(month: date) -> str:
    return f"{month:%B %Y}"
