"""Cards: a number with its change, its span, its course, its definition and its certainty."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias

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
from dashboard.charts.sparklines import sparkline
from dashboard.ui.emptiness import why_empty
from dashboard.ui.failures import told
from dashboard.ui.freshness import can_compare, freshness, has_complete_day
from dashboard.ui.memory import Read
from dashboard.ui.page import Page
from dashboard.ui.panels import definition_of
from dashboard.ui.patience import frames
from dashboard.ui.reachable import reachable_in_words
from dashboard.ui.words import plain

_TABLE = "user_days"
_BILLS = "bills"
_HEIGHT_PX = 150
_MOST_IN_A_ROW = 5
_RELATIVE = frozenset({Unit.PEOPLE, Unit.VIDEOS, Unit.VIEWS, Unit.SECONDS, Unit.USD, Unit.BYTES})
"""Units whose change is told in per cent of what it was."""


Row: TypeAlias = Mapping[str, float | str | date | None]


def headline_cards(
    page: Page,
    headlines: Sequence[Headline],
    read: Read,
    *,
    course: Read,
    reachable: Read | None = None,
) -> None:
    """One card for each headline of a read; ``course`` has some of them over time, by name.

    ``reachable`` tells whom no block keeps out, in a sentence below them where there is a block.
    """
    with told():
        reads = [read, course, *([reachable] if reachable else [])]
        figures, over_time, *months = frames(page, reads, height_px=_HEIGHT_PX)
        rows = {row["metric"]: row for row in figures.iter_rows(named=True)}
        with st.grid(_in_a_row(len(headlines)), min_column_width=195, gap="small"):
            for headline in headlines:
                values = _course(over_time, headline.metric)
                number_card(page, headline, rows[headline.metric], values)
        for sentence in filter(None, map(reachable_in_words, months)):
            st.markdown(plain(sentence))
        if not any(row["value"] or row.get("note") for row in rows.values()):
            st.info(plain(why_empty(page.warehouse, page.chosen, page.happened)))


def scale_cards(page: Page, headlines: Sequence[Headline], read: Read, *, course: Read) -> None:
    """One card for each figure that is stated rather than counted, with who states it."""
    with told():
        figures, over_time = frames(page, [read, course], height_px=_HEIGHT_PX)
        rows = {row["metric"]: row for row in figures.iter_rows(named=True)}
        with st.grid(4, min_column_width=195, gap="small"):
            for headline in headlines:
                row = rows.get(headline.metric)
                stated = _stated(row["source"], row["since"]) if row else "not stated yet"
                known = row or {"value": None, "before": None}
                values = _course(over_time, headline.metric)
                number_card(page, headline, {**known, "stated": stated}, values)


def number_card(page: Page, headline: Headline, row: Row, course: Sequence[float]) -> None:
    """One number; ``row`` holds its value, the value before, and the ends of its interval.

    ``month_before`` in it is the month of the value before, where that is not the end of the
    compared span. ``stated`` says where the figure is from, and that nothing was sampled.
    """
    value, before = _number(row["value"]), _number(row["before"])
    change = _change(value, before, headline.unit)
    against = f"vs {_held_against(page, row)}"
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(
            headline.label,
            written(value, headline.unit),
            change,
            delta_color=_colour(headline, row),
            delta_description=against if change is not None else None,
            help=f"{definition_of(headline.definition)}\n\n{plain(_freshness(page))}",
        )
        drawn = sparkline(course, page.look.palette, label=f"{headline.label} over time")
        if drawn:
            st.image(drawn, width="stretch")
        st.caption(plain("; ".join(_certainties(page, row, headline))))


def _in_a_row(cards: int) -> int:
    """How many stand beside each other: all, or half where one would be left to stand alone."""
    return cards if cards <= _MOST_IN_A_ROW else -(-cards // 2)


def _course(frame: pl.DataFrame, metric: str) -> list[float]:
    """The metric at the end of each complete period, unknown ones left out.

    A frame has a column for each metric, or the metrics below each other.
    """
    if "metric" in frame.columns:
        return frame.filter(pl.col("metric") == metric)["value"].to_list()
    return [value for _, value in known_days(frame, metric)] if metric in frame.columns else []


def _change(value: float | None, before: float | None, unit: Unit) -> str | int | None:
    """The change in letters; st.metric takes the number 0 for no change, and None for unknown."""
    if value is None or before is None:
        return None
    if value == before:
        return 0
    text = (
        signed_share(relative_change(value, before))
        if unit in _RELATIVE
        else signed(value - before, unit)
    )
    # st.metric tells a loss by a hyphen in front, not by the minus sign.
    return None if text == UNKNOWN else text.replace("\N{MINUS SIGN}", "-")


def _stated(source: str, since: date) -> str:
    if source == _BILLS:
        return f"billed for {since:%B %Y}"
    said = f"claim of the {source}" if "story" in source else "invented for the sample"
    return f"{said}, for {short_day(since)}"


def _colour(headline: Headline, row: Row) -> Literal["normal", "inverse", "off"]:
    """Green for the better and red for the worse; grey where the sampling alone could tell it."""
    before, low, high = (_number(row.get(name)) for name in ("before", "low", "high"))
    if before is not None and low is not None and high is not None and low <= before <= high:
        return "off"
    return "inverse" if headline.is_better_low else "normal"


def _held_against(page: Page, row: Row) -> str:
    """The month that a month is held against; else the end of the compared span."""
    month = row.get("month_before")
    if isinstance(month, date):
        return f"{month:%B %Y}"
    return short_day(page.chosen.compared.span.last_day)


def _number(value: float | str | date | None) -> float | None:
    return value if isinstance(value, float | int) else None


def _certainties(page: Page, row: Row, headline: Headline) -> Iterator[str]:
    if row.get("note"):
        yield str(row["note"])
    yield _certainty(page, row, headline)


def _certainty(page: Page, row: Row, headline: Headline) -> str:
    if "stated" in row:
        return str(row["stated"])
    weight, unit = page.warehouse.weight(headline.table), headline.unit
    low, high = _number(row["low"]), _number(row["high"])
    if weight == 1:
        return "exact"
    said = f"sample 1:{weight:,}"
    if headline.sampled:
        said = f"bill exact, {headline.sampled} {said}"
    if low is None or high is None:
        return said
    return f"{said} ({written(low, unit)} \N{EN DASH} {written(high, unit)})"


def _freshness(page: Page) -> str:
    if page.warehouse.first_day(_TABLE) is None:
        return "There is no activity yet."
    if not has_complete_day(page.chosen, page.warehouse):
        return "No day is complete yet."
    complete = freshness(page.chosen, page.warehouse)
    before = short_day(page.chosen.compared.span.last_day)
    against = f", against {before}" if can_compare(page.chosen, page.warehouse) else ""
    return (
        f"At the end of {short_day(page.chosen.span.last_day)}{against}; {complete}. "
        "In a sample, the range holds the true number with 95 per cent certainty."
    )
