"""What was read before: frames remembered by question, data version, choice and reach."""

from collections.abc import Callable
from typing import TypeAlias

import polars as pl
import streamlit as st

from dashboard.access.reader import Reach
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse

Read: TypeAlias = Callable[[Warehouse, Slice, Reach], pl.DataFrame]
"""A named question of a subject's room; its name and room are part of what is remembered."""

_MOST_FRAMES = 1024


def remembered(
    read: Read, warehouse: Warehouse, folder: str, *, chosen: Slice, reach: Reach
) -> pl.DataFrame:
    """The frame a read answers, kept until newer answers need the room."""
    question = (
        f"{read.__module__}.{read.__qualname__}",
        folder,
        str(warehouse.version),
        spelled(chosen),
        _spelled_set(reach.countries),
    )
    return _frame(question, lambda: read(warehouse, chosen, reach))


def spelled(chosen: Slice) -> str:
    """A choice in letters: equal for equal choices, different for different ones."""
    parts = (
        chosen.span.since.isoformat(),
        chosen.span.until.isoformat(),
        chosen.as_of.isoformat(),
        _spelled_set(chosen.countries),
        _spelled_set(chosen.platforms),
        chosen.comparison.value,
        chosen.grain.value,
    )
    return "|".join(parts)


@st.cache_data(max_entries=_MOST_FRAMES, show_spinner=False)
def _frame(question: tuple[str, ...], _ask: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    return _ask()


def _spelled_set(members: frozenset[str] | None) -> str:
    return "all" if members is None else repr(sorted(members))
