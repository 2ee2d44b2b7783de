"""What a reader sees while the warehouse is asked: a skeleton, where the answer takes long."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, Timer
from typing import Protocol

import polars as pl
import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx

from dashboard.errors import WarehouseSilent
from dashboard.settings import read_settings
from dashboard.ui.memory import Read, Reading
from dashboard.ui.page import Page
from dashboard.ui.silence import age_of
from dashboard.ui.words import plain
from dashboard.warehouse.opening import trouble_at

PATIENCE_SECONDS = 0.3


class Place(Protocol):
    """A place on the page, as ``st.empty()`` gives one, that shows one thing at a time."""

    def skeleton(self, *, height: int) -> object:
        """Show a skeleton so many pixels high."""
        ...

    def empty(self) -> object:
        """Show nothing."""
        ...


def frames(page: Page, reads: Sequence[Read], *, height_px: int) -> list[pl.DataFrame]:
    """The frames of these reads, with a skeleton in their place while they are long in coming.

    While the server is silent, those read before with the same choice, under their age; raises
    WarehouseSilent where there are none.
    """
    place = st.empty()
    try:
        readings = _readings(page, reads, place, height_px=height_px)
        is_late = trouble_at(read_settings().warehouse) is not None
    except WarehouseSilent as silent:
        readings, is_late = _last_good(page, reads, silent), True
    if is_late:
        place.caption(plain(age_of(readings, page.warehouse.reporting_time_zone)))
    return [reading.frame for reading in readings]


def _readings(page: Page, reads: Sequence[Read], place: Place, *, height_px: int) -> list[Reading]:
    # Waiting takes a thread: dear where all is there already.
    if all(page.remembers(read) for read in reads):
        return [page.ask(read) for read in reads]
    with skeleton_when_slow(place, height_px=height_px):
        return [page.ask(read) for read in reads]


def _last_good(page: Page, reads: Sequence[Read], silent: WarehouseSilent) -> list[Reading]:
    found = [reading for read in reads if (reading := page.last_good(read)) is not None]
    if len(found) < len(reads):
        raise WarehouseSilent(
            f"{silent} These figures were not read before with this choice."
        ) from silent
    return found


@contextmanager
def skeleton_when_slow(place: Place, *, height_px: int) -> Iterator[None]:
    """Show a skeleton while what is inside takes longer than a reader waits without a sign.

    Streamlit's own ``with st.skeleton()`` does the same, but only after half a second.
    """
    is_shown, is_over, turn = False, False, Lock()

    def show() -> None:
        nonlocal is_shown
        with turn:
            if not is_over:
                place.skeleton(height=height_px)
                is_shown = True

    timer = Timer(PATIENCE_SECONDS, show)
    add_script_run_ctx(timer)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with turn:
            is_over = True
        if is_shown:
            place.empty()
