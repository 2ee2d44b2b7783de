"""The control plane as the screen sees it: where it is, its clock, whether it answers."""

from datetime import UTC, datetime, timedelta
from functools import cache

from dashboard.control.beside import Beside
from dashboard.control.client import ControlClient, control_at
from dashboard.control.companion import Companion
from dashboard.control.watch import Watch
from dashboard.control.wire import ClockMode
from dashboard.settings import ROOT_FOLDER, read_settings
from dashboard.ui.first_start import sample_is_missing
from dashboard.warehouse.engine import Warehouse

_LOOK_WITHIN_SECONDS = 1.0
_PATIENCE = timedelta(seconds=1)
_PATIENCE_AT_START = timedelta(seconds=25)


def control_of_nobody() -> ControlClient:
    """The control plane that the settings name, else the one beside this dashboard.

    Asked for nobody, it tells the time and whether it is there, and nothing that people did.
    """
    return control_at(read_settings().backend_url or _companion().url)


def start_control() -> None:
    """Begin to look after the control plane, and to run one where the settings name none.

    Where that one says that it is a demo, a dozen points of presence run beside it.
    """
    if not read_settings().backend_url:
        _companion().start()
        _edge().start()
    _watch().start()


def stop_control() -> None:
    """Look no more, and stop what runs beside this dashboard."""
    _watch().stop()
    if not read_settings().backend_url:
        _edge().stop()
        _companion().stop()


def demo_clock() -> datetime | None:
    """What a demo's clock shows; None where time runs as everywhere, or it was never heard."""
    heard = _watch().heard
    is_demo = heard.clock is not None and heard.clock.mode is ClockMode.DEMO
    return heard.now(datetime.now(UTC)) if is_demo else None


def present(warehouse: Warehouse) -> datetime:
    """The platform's now: as far as the data goes, in demo no further than the clock was set.

    By the full hour, because what was read is remembered for the instant it was read for.
    """
    heard, clock = _watch().heard.clock, demo_clock()
    if heard is None or clock is None or not heard.is_set:
        return warehouse.now
    return min(warehouse.now, clock.replace(minute=0, second=0, microsecond=0))


def control_silent_since() -> datetime | None:
    """Since when the control plane has been silent; None while it answers or only just starts."""
    heard = _watch().heard
    if heard.silent_since is None:
        return None
    patience = _PATIENCE if heard.clock is not None else _PATIENCE_AT_START
    is_over = datetime.now(UTC) - heard.silent_since >= patience
    return heard.silent_since if is_over else None


def hear_now() -> None:
    """Ask for the clock at once, as after it was set."""
    _watch().look()


@cache
def _companion() -> Companion:
    told_in = read_settings().audit_folder
    return Companion(ROOT_FOLDER, lambda: not sample_is_missing(read_settings()), told_in=told_in)


@cache
def _edge() -> Beside:
    folder = read_settings().audit_folder / "pops"
    command = ["pops", "--backend", _companion().url, "--folder", str(folder.resolve())]
    return Beside(ROOT_FOLDER, command, _is_demo_that_answers)


def _is_demo_that_answers() -> bool:
    heard = _watch().heard
    return heard.silent_since is None and demo_clock() is not None


@cache
def _watch() -> Watch:
    return Watch(lambda: control_of_nobody().clock(_LOOK_WITHIN_SECONDS))
