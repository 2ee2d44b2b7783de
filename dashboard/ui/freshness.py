"""The heading of a page: what is looked at, how fresh it is, and whether it is the whole truth."""

from datetime import timedelta

import streamlit as st

from dashboard.charts.numbers import plural, short_day, span_text
from dashboard.countries import country_name
from dashboard.settings import read_settings
from dashboard.slices import Comparison, Slice
from dashboard.ui.filters import Choice
from dashboard.ui.silence import LOOK_EVERY, minutes_of_trouble
from dashboard.ui.words import plain
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.opening import open_warehouse

_TABLE = "user_days"
_FEW = 3


def page_heading(title: str, choice: Choice) -> None:
    """The title, and beside it the span, what it is held against, the scope and the watermark."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title(title, anchor=False, width="content")
        st.caption(plain(" · ".join(_facts(choice))), width="stretch")
    if choice.trouble:
        st.warning(plain(f"Incidents and phases are not drawn. {choice.trouble}"))
    is_pinned = "version" in st.query_params
    _notice_change(None if is_pinned else choice.warehouse.version, minutes_of_trouble())


def can_compare(chosen: Slice, warehouse: Warehouse) -> bool:
    """Whether there is any data up to the end of the span that the choice is held against."""
    first = warehouse.first_day(_TABLE)
    return first is not None and chosen.compared.span.last_day >= first


def has_complete_day(chosen: Slice, warehouse: Warehouse) -> bool:
    """Whether any day of the data was complete at the instant looked from."""
    first = warehouse.first_day(_TABLE)
    return first is not None and warehouse.complete_until(chosen.as_of) > first


@st.fragment(run_every=LOOK_EVERY)
def _notice_change(version: int | None, silent_minutes: int | None) -> None:
    """Run the page again when newer data is there, or the server fell silent or came back.

    Without a version the page stays at its own. The ages on it move on with each minute.
    """
    newest = open_warehouse(read_settings().warehouse).version
    if version not in {None, newest} or silent_minutes != minutes_of_trouble():
        st.rerun()


def _facts(choice: Choice) -> list[str]:
    chosen, warehouse = choice.chosen, choice.warehouse
    if warehouse.first_day(_TABLE) is None:
        return ["no activity yet"]
    if not has_complete_day(chosen, warehouse):
        return ["no complete day yet", _places(chosen), _truth(warehouse)]
    return [
        span_text(chosen.span.since, chosen.span.last_day),
        _compared(chosen, warehouse),
        _places(chosen),
        freshness(chosen, warehouse),
        _truth(warehouse),
    ]


def _compared(chosen: Slice, warehouse: Warehouse) -> str:
    if not can_compare(chosen, warehouse):
        return "no earlier data to compare with"
    other = chosen.compared.span
    named = "previous span" if chosen.comparison is Comparison.PREVIOUS else "year before"
    return f"against the {named}, {span_text(other.since, other.last_day)}"


def _places(chosen: Slice) -> str:
    codes, platforms = sorted(chosen.countries or ()), sorted(chosen.platforms or ())
    where = ", ".join(country_name(code) for code in codes) if codes else "the world"
    if len(codes) > _FEW:
        where = plural(len(codes), "country", "countries")
    return f"{where} on {' and '.join(platforms)}" if platforms else where


def freshness(chosen: Slice, warehouse: Warehouse) -> str:
    """The last day that is complete, or that was so at the instant in the past looked from."""
    last = short_day(warehouse.complete_until(chosen.as_of) - timedelta(days=1))
    if chosen.as_of < warehouse.now:
        return f"as of {last}, complete to that day"
    return f"data complete to {last}"


def _truth(warehouse: Warehouse) -> str:
    weight = warehouse.weight(_TABLE)
    exactness = "every person counted" if weight == 1 else f"sample 1:{weight:,}"
    return f"{exactness}, {warehouse.synthetic}" if warehouse.synthetic else exactness
