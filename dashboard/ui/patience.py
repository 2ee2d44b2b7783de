"""What a reader sees while the warehouse is asked: a skeleton, where the answer takes long."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboard.ui.memory import Read
from dashboard.ui.page import Page


def frames(page: Page, reads: Sequence[Read], *, height_px: int) -> list[pl.DataFrame]:
    """The frames of these reads, with a skeleton in their place while they are long in coming."""
    place = st.empty()
    # A skeleton starts a thread that waits to show it: dear where all is there already.
    if all(page.remembers(read) for read in reads):
        return [page.ask(read) for read in reads]
    with place.skeleton(height=height_px):
        return [page.ask(read) for read in reads]
