"""The briefing on screen: each sentence with the way to what it speaks of."""

from dataclasses import replace
from datetime import date
from html import escape
from typing import TypedDict, cast
from urllib.parse import urlencode

import streamlit as st

from dashboard.navigation import Screen, page_of
from dashboard.overview.reads import briefing
from dashboard.slices import Slice, Span
from dashboard.ui.failures import told
from dashboard.ui.links import choice_query
from dashboard.ui.memory import remembered
from dashboard.ui.page import Page
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
    place = st.empty()
    with told(), place.skeleton(height=_HEIGHT_PX):
        said = _asked(page)
    with place.container(border=True, gap="xsmall", key="briefing"):
        for row in said:
            _sentence(page, row)


def _asked(page: Page) -> list[_Said]:
    """The sentences as of the choice; the span changes nothing, so it is no part of this."""
    day = page.warehouse.complete_until(page.chosen.as_of)
    chosen = replace(page.chosen, span=Span(day, day))
    frame = remembered(
        briefing, page.warehouse, page.folder, chosen=chosen, reach=page.reader.reach
    )
    return cast(list[_Said], frame.to_dicts())


def _sentence(page: Page, row: _Said) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        icon = ":material/check_circle:" if row["metric"] is None else ":material/error_outline:"
        st.markdown(f"{icon} {plain(row['text'])}", width="stretch")
        if row["metric"] is not None:
            _way(page, row, page_of(row["metric"]))


def _way(page: Page, row: _Said, screen: Screen) -> None:
    """A plain link, which loads the page anew: within a session the filters in force would win."""
    address = f"{screen.url_path}?{urlencode(choice_query(_slice(page, row)))}"
    label = f"Open in {escape(screen.title)} \N{RIGHTWARDS ARROW}"
    # The browser's own blue cannot be read on a dark page.
    st.html(f'<a style="color: inherit" href="{escape(address)}">{label}</a>', width="content")


def _slice(page: Page, row: _Said) -> Slice:
    return replace(
        page.chosen,
        span=Span(row["since"], row["until"]),
        countries=frozenset(row["countries"]) if row["countries"] else None,
        platforms=frozenset(row["platforms"]) if row["platforms"] else None,
    )
