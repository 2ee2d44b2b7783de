"""The briefing on screen: each sentence with the way to what it speaks of."""

from dataclasses import replace
from datetime import date
from typing import TypedDict, cast
from urllib.parse import urlencode

import streamlit as st

from dashboard.navigation import Screen, page_of
from dashboard.overview.reads import briefing
from dashboard.slices import Slice, Span
from dashboard.ui.choices import Key
from dashboard.ui.failures import told
from dashboard.ui.links import choice_query
from dashboard.ui.page import Page
from dashboard.ui.patience import frames
from dashboard.ui.words import plain

_HEIGHT_PX = 120


class _Said(TypedDict):
    text: str
    metric: str | None
    since: date
    until: date
    countries: list[str] | None
    platforms: list[str] | None


@st.fragment
def briefing_panel(page: Page) -> None:
    """What surprised on the last complete day, largest first, each with a link to its slice."""
    with st.container(border=True, gap="small", key="briefing"), told():
        # The span changes nothing of what is said, so it is no part of the question.
        day = page.warehouse.complete_until(page.chosen.as_of)
        of_the_day = replace(page, chosen=replace(page.chosen, span=Span(day, day)))
        [frame] = frames(of_the_day, [briefing], height_px=_HEIGHT_PX)
        for row in cast(list[_Said], frame.to_dicts()):
            _sentence(page, row)


def _sentence(page: Page, row: _Said) -> None:
    # Nearer to each other than to the next sentence, below which a way would seem to belong.
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
        icon = ":material/check_circle:" if row["metric"] is None else ":material/error_outline:"
        st.markdown(f"{icon} {plain(row['text'])}", width="stretch")
        if row["metric"] is not None:
            _way(page, row, page_of(row["metric"]))


def _way(page: Page, row: _Said, screen: Screen) -> None:
    """A plain link, which opens anew: within a session the filters in force would win."""
    asked = choice_query(_slice(page, row), page.warehouse.reporting_time_zone)
    if Key.VERSION in st.query_params:
        asked.append((Key.VERSION.value, str(page.warehouse.version)))
    address = f"{screen.url_path}?{urlencode(asked)}"
    st.markdown(f"[Open in {screen.title} \N{RIGHTWARDS ARROW}]({address})", width="content")


def _slice(page: Page, row: _Said) -> Slice:
    return replace(
        page.chosen,
        span=Span(row["since"], row["until"]),
        countries=frozenset(row["countries"]) if row["countries"] else None,
        platforms=frozenset(row["platforms"]) if row["platforms"] else None,
    )
