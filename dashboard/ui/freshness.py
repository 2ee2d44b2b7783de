"""The heading of a page: what is looked at, how fresh it is, and whether it is the whole truth."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.charts.numbers import plural, short_day, span_text
from dashboard.countries import country_name
from dashboard.errors import ControlError, DashboardError
from dashboard.settings import read_settings
from dashboard.slices import Comparison, Slice
from dashboard.ui.control import control_silent_since, demo_clock, present
from dashboard.ui.filters import Choice
from dashboard.ui.identity import me
from dashboard.ui.silence import minutes_of_trouble
from dashboard.ui.words import plain
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.opening import open_warehouse

NOTICE_EVERY = timedelta(seconds=1)
"""How often newer data is looked for. Followed, a file takes up to two seconds to be in the
warehouse, and has to be on the screen five seconds after it landed."""
_TABLE = "user_days"
_STREAM = "uploads"
_FEW = 3


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What may change around a page: who reads it, silences, the full hour of a demo's clock."""

    reader: str
    silent_minutes: int | None
    control_silent_since: datetime | None
    clock_hour: str | None


def page_heading(title: str, choice: Choice) -> None:
    """The title, and beside it the span, what it is held against, the scope and the watermark."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title(title, anchor=False, width="content")
        _demo_badge()
        st.caption(plain(" · ".join(_facts(choice))), width="stretch")
    if choice.trouble:
        st.warning(plain(f"Incidents and phases are not drawn. {choice.trouble}"))
    is_pinned = "version" in st.query_params
    _notice_change(None if is_pinned else choice.warehouse.version, _surroundings())


def desk_heading(title: str) -> None:
    """The title of a page of operations, and the clock that its deadlines follow."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title(title, anchor=False, width="content")
        _demo_badge()
        st.caption(plain(" · ".join(_clock())), width="stretch")
    _notice_change(None, _surroundings())


def can_compare(chosen: Slice, warehouse: Warehouse) -> bool:
    """Whether there is any data up to the end of the span that the choice is held against."""
    first = warehouse.first_day(_TABLE)
    return first is not None and chosen.compared.span.last_day >= first


def has_complete_day(chosen: Slice, warehouse: Warehouse) -> bool:
    """Whether any day of the data was complete at the instant looked from."""
    first = warehouse.first_day(_TABLE)
    return first is not None and warehouse.complete_until(chosen.as_of) > first


@st.fragment(run_every=NOTICE_EVERY)
def _notice_change(version: int | None, seen: _Surroundings) -> None:
    """Run the page again when newer data is there, or what surrounds the page has changed.

    Without a version the page stays at its own. The ages on it move on with each minute.
    """
    if _is_outdated(version) or seen != _surroundings():
        st.rerun()


def _is_outdated(version: int | None) -> bool:
    if version is None:
        return False
    try:
        return open_warehouse(read_settings().warehouse).version != version
    except DashboardError:
        # What cannot be read brings no news; whoever asks it something is told why.
        return False


def _surroundings() -> _Surroundings:
    clock = demo_clock()
    return _Surroundings(
        _reader(),
        minutes_of_trouble(),
        control_silent_since(),
        None if clock is None else f"{clock:%F %H}",
    )


def _demo_badge() -> None:
    if me().is_demo:
        st.badge("DEMO", color="orange")


def _reader() -> str:
    """Who is signed in; nobody once it is over, wherever it was ended."""
    try:
        return me(is_unattended=True).person
    except ControlError:
        return ""


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
        *_arriving(chosen, warehouse),
        _truth(warehouse),
        *_clock(),
    ]


def _arriving(chosen: Slice, warehouse: Warehouse) -> list[str]:
    """Up to when uploads are in, while they run ahead of the last complete day."""
    reached = warehouse.watermarks.get(_STREAM)
    if reached is None or reached <= warehouse.now or chosen.as_of < warehouse.now:
        return []
    there = reached.astimezone(ZoneInfo(warehouse.reporting_time_zone))
    return [f"uploads are in up to {there:%H:%M} on {short_day(there.date())}"]


def _clock() -> list[str]:
    clock = demo_clock()
    return [] if clock is None else [f"demo clock {short_day(clock.date())}, {clock:%H:%M} UTC"]


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
    if chosen.as_of < present(warehouse):
        return f"as of {last}, complete to that day"
    return f"data complete to {last}"


def _truth(warehouse: Warehouse) -> str:
    weight = warehouse.weight(_TABLE)
    exactness = "every person counted" if weight == 1 else f"sample 1:{weight:,}"
    return f"{exactness}, {warehouse.synthetic}" if warehouse.synthetic else exactness
