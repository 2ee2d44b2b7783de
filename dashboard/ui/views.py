"""The views of a page: tabs of which only the open one is computed, kept in the URL."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.ui.choices import VIEW

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_tab_container import TabContainer


def views(*titles: str) -> Sequence["TabContainer"]:
    """One tab for each title; fill the one that is ``open``, and nothing is read for the others."""
    return st.tabs(titles, key=VIEW, bind="query-params", on_change="rerun")
