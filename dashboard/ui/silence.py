"""What a reader sees while the warehouse's server is silent: a banner, and how old figures are."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.charts.numbers import plural, short_day
from dashboard.errors import DashboardError
from dashboard.settings import read_settings
from dashboard.ui.control import control_silent_since
from dashboard.ui.memory import Reading
from dashboard.ui.words import plain
from dashboard.warehouse.opening import open_warehouse, trouble_at
from dashboard.warehouse.silence import Trouble

LOOK_EVERY = timedelta(seconds=2)
_ONE_MINUTE, _ONE_HOUR, _ONE_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@contextmanager
def trouble_on_top() -> Iterator[None]:
    """Keep a place above what is inside for the banner, whenever the trouble is found."""
    place = st.empty()
    _show(place)
    try:
        yield
    finally:
        _show(place)


def minutes_of_trouble() -> int | None:
    """For how many whole minutes the server has been silent; None while it answers."""
    trouble = trouble_at(read_settings().warehouse)
    return None if trouble is None else (datetime.now(UTC) - trouble.since) // _ONE_MINUTE


def age_of(readings: Sequence[Reading], zone: str) -> str:
    """When the oldest of these was read, in a zone, and how long ago."""
    oldest = min(reading.read_at for reading in readings)
    return f"Figures of {_clock(oldest, zone)}, {_old(datetime.now(UTC) - oldest)}."


def wait_for_server() -> None:
    """Say that there is nothing to show yet, and open the page as soon as there is."""
    st.title("Waiting for the warehouse", anchor=False)
    st.write(
        "No figures were read before that could be shown meanwhile. This page opens by itself "
        "within seconds of the warehouse's first answer."
    )
    st.button("Try again", icon=":material/refresh:")
    _look(trouble_at(read_settings().warehouse))


@st.fragment(run_every=LOOK_EVERY)
def _look(seen: Trouble | None) -> None:
    place = read_settings().warehouse
    # What else is wrong with the warehouse is told by the page that is then run.
    with suppress(DashboardError):
        open_warehouse(place)
    if trouble_at(place) != seen:
        st.rerun()


def _show(place: DeltaGenerator) -> None:
    said = [*_of_the_warehouse(), *_of_the_control_plane()]
    if said:
        place.warning(plain(" ".join(said)), icon=":material/cloud_off:")
    else:
        place.empty()


def _of_the_warehouse() -> Iterator[str]:
    trouble = trouble_at(read_settings().warehouse)
    if trouble is not None:
        yield (
            f"{trouble.what} It has been so since {_clock(trouble.since, 'UTC')}. Figures read "
            "before are shown with their age; the page goes on by itself when the warehouse "
            "answers."
        )


def _of_the_control_plane() -> Iterator[str]:
    since = control_silent_since()
    if since is not None:
        yield (
            f"The control plane has not answered since {_clock(since, 'UTC')}. Reading goes on; "
            "nothing can be changed until it answers."
        )


def _clock(instant: datetime, zone: str) -> str:
    there = instant.astimezone(ZoneInfo(zone))
    is_old = datetime.now(UTC) - instant >= _ONE_DAY
    return f"{f'{short_day(there.date())}, ' if is_old else ''}{there:%H:%M %Z}"


def _old(age: timedelta) -> str:
    if age < _ONE_MINUTE:
        return "less than a minute old"
    if age < _ONE_HOUR:
        return f"{plural(age // _ONE_MINUTE, 'minute', 'minutes')} old"
    if age < _ONE_DAY:
        return f"{plural(age // _ONE_HOUR, 'hour', 'hours')} old"
    return f"{plural(age // _ONE_DAY, 'day', 'days')} old"
