"""The clock: days of the past that a reader can set it to, on a time line and as buttons."""

from datetime import date, timedelta

import streamlit as st

from dashboard.charts.marks import Mark, MarkKind
from dashboard.charts.numbers import long_day
from dashboard.overview.figures import timeline as draw_timeline
from dashboard.overview.reads import timeline
from dashboard.ui.failures import told
from dashboard.ui.filters import choose_day
from dashboard.ui.page import Page
from dashboard.ui.panels import CONFIG, heading
from dashboard.ui.patience import frames
from dashboard.ui.tables import twin_table
from dashboard.ui.words import plain

_KEY = "life"
_HEIGHT_PX = 320
_ONE_DAY = timedelta(days=1)


@st.fragment
def timeline_panel(page: Page, title: str, *, definition: str) -> None:
    """The platform's life; an incident chosen on it, or by its button, sets the clock."""
    with st.container(border=True, gap="xsmall"), told():
        shows_table = heading(_KEY, title, definition)
        [frame] = frames(page, [timeline], height_px=_HEIGHT_PX)
        drawing = draw_timeline(frame, page.life)
        if drawing is None:
            st.caption("There is no complete month of people to draw yet.")
        elif shows_table:
            twin_table(frame, name="timeline", title=title)
        else:
            st.caption(plain(drawing.takeaway))
            st.plotly_chart(
                drawing.figure, theme=None, config=CONFIG, alt=drawing.description, key=_KEY,
                on_select=lambda: _choose(page), selection_mode="points",
            )  # fmt: skip
        _buttons(page)


def first_whole_day(incident: Mark) -> date:
    """The first day that an incident filled from midnight to midnight."""
    return incident.since + _ONE_DAY if incident.begins_inside_day else incident.since


def _buttons(page: Page) -> None:
    incidents = [mark for mark in page.life.marks if mark.kind is MarkKind.INCIDENT]
    if not incidents:
        return
    st.caption("Set the clock to the first whole day of an incident, and see what was known then:")
    with st.container(horizontal=True, gap="small"):
        for mark in incidents:
            day = first_whole_day(mark)
            st.button(
                f"{long_day(day)}: {plain(mark.title)}", key=f"{_KEY} {mark.key}",
                icon=":material/history:", on_click=_set, args=(day,),
            )  # fmt: skip
        st.button("Now", key=f"{_KEY} now", icon=":material/update:", on_click=_set, args=(None,))


def _choose(page: Page) -> None:
    points = st.session_state[_KEY].selection.points
    keys = {str(point.get("customdata", "")) for point in points}
    chosen = [mark for mark in page.life.marks if mark.key in keys]
    if chosen:
        _set(first_whole_day(chosen[0]))


def _set(day: date | None) -> None:
    choose_day(day)
    # The filter stands above this panel: the whole page has to be drawn anew.
    st.rerun(scope="app")
