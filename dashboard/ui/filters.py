"""The filter bar of all pages: span, comparison, countries, platforms, as-of, kept in the URL."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.charts.marks import Mark
from dashboard.countries import countries, country_name
from dashboard.errors import DashboardError, WarehouseMissing
from dashboard.settings import Server, read_settings
from dashboard.slices import Comparison, Slice, Span
from dashboard.ui.choices import COMPARISONS, CUSTOM, USUAL, VIEW, Calendar, Key
from dashboard.ui.control import present
from dashboard.ui.identity import reader
from dashboard.ui.links import pinned_link
from dashboard.ui.offers import happened, seen_platforms
from dashboard.ui.words import plain
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.manifest import KEPT_VERSIONS
from dashboard.warehouse.opening import open_warehouse

_CHOICE = "choice of the filter bar"
_USUAL_PLATFORMS = frozenset({"android", "ios", "web"})
_TABLE = "user_days"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the filter bar was set to, and the version of the data it was set over.

    ``marks`` is everything that happened up to the as-of instant, whatever the span; where that
    cannot be read there are none, and ``trouble`` says why.
    """

    warehouse: Warehouse
    folder: str
    chosen: Slice
    marks: tuple[Mark, ...]
    trouble: str


@dataclass(frozen=True, slots=True)
class _Slots:
    """Where each filter stands. They are filled in another order than they stand in."""

    span: DeltaGenerator
    dates: DeltaGenerator
    compare: DeltaGenerator
    countries: DeltaGenerator
    platforms: DeltaGenerator
    as_of: DeltaGenerator
    pin: DeltaGenerator
    reset: DeltaGenerator


def current_choice() -> Choice:
    """What the filter bar was set to; raises WarehouseMissing when it could not be drawn."""
    choice = last_choice()
    if choice is None:
        raise WarehouseMissing("There is no data to choose from yet.")
    return choice


def last_choice() -> Choice | None:
    """What the filter bar was last set to, on whichever page; None where it was never drawn."""
    choice = st.session_state.get(_CHOICE)
    return choice if isinstance(choice, Choice) else None


def choose_country(code: str) -> None:
    """Set the filter to one country, as if it had been chosen in the bar."""
    st.session_state[Key.COUNTRIES] = [code]


def choose_day(day: date | None) -> None:
    """Set the as-of filter to the end of a day, or to now, with the usual span before it."""
    st.session_state[Key.AS_OF] = day
    st.session_state[Key.SPAN] = USUAL


def clear_filters() -> None:
    """Set every filter back to what it is when nothing was chosen."""
    st.session_state[Key.SPAN] = USUAL
    st.session_state[Key.COMPARE] = Comparison.PREVIOUS
    st.session_state[Key.AS_OF] = None
    st.session_state[Key.VERSION] = ""
    clear_places()


def clear_places() -> None:
    """Set the filters of countries and platforms back to all of them."""
    st.session_state[Key.COUNTRIES] = []
    st.session_state[Key.PLATFORMS] = []


def filter_bar() -> None:
    """Draw the bar and keep what is chosen for the page; raises WarehouseError without data.

    The data version and the as-of day are read first: spans must not tell of what came later. The
    run ends here when the version is no longer kept: other figures are not what the link promised.
    """
    st.session_state.pop(_CHOICE, None)
    place = read_settings().warehouse
    # Without data there is nothing to choose from, so not even the bar's frame is drawn.
    newest = open_warehouse(place)
    slots = _slots()
    asked = _asked_version(slots.pin)
    pinned = _kept(place, asked) if asked else newest
    warehouse = pinned or newest
    as_of = _as_of(slots.as_of, warehouse)
    marks, trouble = _happened(warehouse, str(place), as_of)
    chosen = Slice(
        span=_span(slots, Calendar(_known(warehouse, as_of), marks)),
        as_of=as_of,
        countries=_countries(slots.countries),
        platforms=_platforms(slots.platforms, _seen_platforms(warehouse, str(place), as_of)),
        comparison=_comparison(slots.compare),
    )
    if pinned is None:
        _offer_newest(asked, newest.version)
        st.stop()
    _offer_link(slots.pin, chosen, warehouse)
    _offer_reset(slots.reset)
    st.session_state[_CHOICE] = Choice(warehouse, str(place), chosen, marks, trouble)


def _slots() -> _Slots:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="filters"):
        return _Slots(
            span=st.container(width=180),
            dates=st.container(width="content"),
            compare=st.container(width=140),
            countries=st.container(width=190),
            platforms=st.container(width=140),
            as_of=st.container(width=165),
            pin=st.popover("Link", icon=":material/link:", help="A link to these very figures"),
            reset=st.container(width="content"),
        )


def _asked_version(pin: DeltaGenerator) -> str:
    """The data version named in the URL; nothing for the newest."""
    return pin.text_input(
        "Data version", key=Key.VERSION, bind="query-params", placeholder="the newest",
        help="Empty shows the newest data. A pinned link fills it in.",
    ).strip()  # fmt: skip


def _kept(place: Path | Server, asked: str) -> Warehouse | None:
    """The version asked for, or None when it is not kept."""
    try:
        return open_warehouse(place, int(asked))
    except (ValueError, WarehouseMissing):
        return None


def _as_of(slot: DeltaGenerator, warehouse: Warehouse) -> datetime:
    """The end of the day chosen, in the reporting zone; now when none is."""
    now = present(warehouse)
    last = warehouse.complete_until(now) - _ONE_DAY
    first = warehouse.first_day(_TABLE) or last
    day = slot.date_input(
        "As of", value=None, min_value=min(first, last), max_value=last, key=Key.AS_OF,
        bind="query-params", format="YYYY-MM-DD",
        help="Shows what could be seen at the end of that day. Empty means now.",
    )  # fmt: skip
    if not isinstance(day, date):
        return now
    midnight = datetime.combine(day + _ONE_DAY, time(), ZoneInfo(warehouse.reporting_time_zone))
    return min(midnight, now)


def _known(warehouse: Warehouse, as_of: datetime) -> Span:
    until = warehouse.complete_until(as_of)
    return Span(min(warehouse.first_day(_TABLE) or until, until), until)


def _happened(warehouse: Warehouse, folder: str, as_of: datetime) -> tuple[tuple[Mark, ...], str]:
    """Everything that happened up to then, and what kept it from being read."""
    try:
        return happened(warehouse, folder, as_of=as_of, reach=reader().reach), ""
    except DashboardError as failure:
        # The filters and the charts go on without marks; the page's heading says so.
        return (), str(failure)


def _span(slots: _Slots, calendar: Calendar) -> Span:
    label = slots.span.selectbox(
        "Span", [*calendar.spans(), CUSTOM], key=Key.SPAN, bind="query-params"
    )
    if label != CUSTOM:
        return calendar.chosen(label, ())
    known = calendar.known
    dates = slots.dates.date_input(
        "Dates", value=[], min_value=known.since, max_value=max(known.since, known.last_day),
        key=Key.DATES,
        bind="query-params", format="YYYY-MM-DD", width=210,
    )  # fmt: skip
    return calendar.chosen(label, dates)


def _comparison(slot: DeltaGenerator) -> Comparison:
    return slot.selectbox(
        "Compared with", list(COMPARISONS), format_func=COMPARISONS.__getitem__, key=Key.COMPARE,
        bind="query-params",
    )  # fmt: skip


def _countries(slot: DeltaGenerator) -> frozenset[str] | None:
    reach = reader().reach.countries
    codes = [code for code in countries() if reach is None or code in reach]
    chosen = slot.multiselect(
        "Countries", codes, format_func=country_name, key=Key.COUNTRIES, bind="query-params",
        placeholder="All countries",
    )  # fmt: skip
    return frozenset(chosen) or None


def _platforms(slot: DeltaGenerator, seen: frozenset[str]) -> frozenset[str] | None:
    chosen = slot.multiselect(
        "Platforms", sorted(_USUAL_PLATFORMS | seen), key=Key.PLATFORMS, bind="query-params",
        placeholder="All platforms",
    )  # fmt: skip
    return frozenset(chosen) or None


def _seen_platforms(warehouse: Warehouse, folder: str, as_of: datetime) -> frozenset[str]:
    try:
        return seen_platforms(warehouse, folder, as_of=as_of, reach=reader().reach)
    except DashboardError:
        # The page tells what cannot be read where it is asked for; here the usual ones must do.
        return frozenset()


def _offer_newest(asked: str, newest: int) -> None:
    """Say that the version of a pinned link is gone, and lead on with everything else chosen."""
    st.warning(plain(
        f"This link is pinned to version {asked} of the data, which is not kept: only the last "
        f"{KEPT_VERSIONS} versions are. Open it with the newest data, version {newest}; its "
        "figures may differ from those the link was made for."
    ), icon=":material/link_off:")  # fmt: skip
    st.button("Open with the newest data", type="primary", on_click=_use_newest)


def _use_newest() -> None:
    st.session_state[Key.VERSION] = ""


def _offer_reset(slot: DeltaGenerator) -> None:
    slot.button(
        "", icon=":material/restart_alt:", key="reset", on_click=clear_filters,
        help="Reset: clear every filter",
    )  # fmt: skip


def _offer_link(pin: DeltaGenerator, chosen: Slice, warehouse: Warehouse) -> None:
    pin.caption(
        "This address shows these very figures while this version of the data is kept, whatever is "
        f"ingested meanwhile. The last {KEPT_VERSIONS} versions are kept; later it says that they "
        "are gone and offers the newest data."
    )
    url = st.context.url or ""
    view = st.query_params.get(VIEW, "")
    link = pinned_link(
        url, chosen, version=warehouse.version, view=view, zone=warehouse.reporting_time_zone
    )
    pin.code(link, language=None, wrap_lines=True)
