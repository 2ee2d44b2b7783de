"""Cards: a number with its change, its span, its course, its definition and its certainty."""

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from dashboard.charts.columns import known_days
from dashboard.charts.drawing import Headline
from dashboard.charts.numbers import (
    UNKNOWN,
    Unit,
    relative_change,
    short_day,
    signed,
    signed_share,
    written,
)
from dashboard.ui.emptiness import why_empty
from dashboard.ui.failures import told
from dashboard.ui.freshness import can_compare, freshness
from dashboard.ui.memory import Read
from dashboard.ui.page import Page
from dashboard.ui.panels import definition_of
from dashboard.ui.patience import frames
from dashboard.ui.words import plain

_TABLE = "user_days"
_HEIGHT_PX = 150


def headline_cards(page: Page, headlines: Sequence[Headline], read: Read, *, course: Read) -> None:
    """One card for each headline of a read; ``course`` has some of them over time, by name."""
    with told():
        figures, over_time = frames(page, [read, course], height_px=_HEIGHT_PX)
        rows = {row["metric"]: row for row in figures.iter_rows(named=True)}
        with st.grid(len(headlines), min_column_width=195, gap="small"):
            for headline in headlines:
                values = _course(over_time, headline.metric)
                number_card(page, headline, rows[headline.metric], values)
        if not any(row["value"] for row in rows.values()):
            st.info(plain(why_empty(page.warehouse, page.chosen, page.happened)))


def number_card(
    page: Page, headline: Headline, row: Mapping[str, float | None], course: Sequence[float]
) -> None:
    """One number; ``row`` holds its value, the value before, and the ends of its interval."""
    value, before = row["value"], row["before"]
    change = _change(value, before, headline.unit)
    day_before = short_day(page.chosen.compared.span.last_day)
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(
            headline.label,
            written(value, headline.unit),
            change,
            delta_description=f"vs {day_before}" if change is not None else None,
            help=f"{definition_of(headline.definition)}\n\n{plain(_freshness(page))}",
            chart_data=list(course) or None,
            chart_type="line",
        )
        st.caption(plain(_certainty(page, row, headline.unit)))


def _course(frame: pl.DataFrame, metric: str) -> list[float]:
    """The metric at the end of each complete period, unknown ones left out."""
    return [value for _, value in known_days(frame, metric)] if metric in frame.columns else []


def _change(value: float | None, before: float | None, unit: Unit) -> str | int | None:
    """The change in letters; st.metric takes the number 0 for no change, and None for unknown."""
    if value is None or before is None:
        return None
    if value == before:
        return 0
    text = (
        signed_share(relative_change(value, before))
        if unit is Unit.PEOPLE
        else signed(value - before, unit)
    )
    # st.metric tells a loss by a hyphen in front, not by the minus sign.
    return None if text == UNKNOWN else text.replace("\N{MINUS SIGN}", "-")


def _certainty(page: Page, row: Mapping[str, float | None], unit: Unit) -> str:
    weight = page.warehouse.weight(_TABLE)
    low, high = row["low"], row["high"]
    if weight == 1:
        return "exact"
    if low is None or high is None:
        return f"sample 1:{weight:,}"
    return f"sample 1:{weight:,} ({written(low, unit)} \N{EN DASH} {written(high, unit)})"


def _freshness(page: Page) -> str:
    if page.warehouse.first_day(_TABLE) is None:
        return "There is no activity yet."
    complete = freshness(page.chosen, page.warehouse)
    before = short_day(page.chosen.compared.span.last_day)
    against = f", against {before}" if can_compare(page.chosen, page.warehouse) else ""
    return (
        f"At the end of {short_day(page.chosen.span.last_day)}{against}; {complete}. "
        "In a sample, the range holds the true number with 95 per cent certainty."
    )
