"""What is done once, before the first page: modules, files and the warehouse are made ready."""

import gc
import importlib
import logging
import pkgutil
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import streamlit as st

import dashboard
from dashboard.errors import DashboardError
from dashboard.periods import MONTH_DAYS
from dashboard.settings import read_settings
from dashboard.slices import Scope
from dashboard.ui import first_start
from dashboard.ui.control import start_control, stop_control
from dashboard.ui.server import browser_files
from dashboard.ui.server.quiet_looks import look_quietly
from dashboard.ui.server.whole_runs import tell_whole_runs
from dashboard.warehouse.engine import AudienceKind
from dashboard.warehouse.opening import open_warehouse

_LOG = logging.getLogger(__name__)
_RUN_NOT_IMPORTED = {"dashboard.__main__", "dashboard.ui.main"}
_OTHER_PROGRAM = "dashboard.backend"


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncGenerator[None]:
    """Make ready, serve, and let go."""
    threading.Thread(target=browser_files.load_first, name="compress", daemon=True).start()
    import_everything()
    try:
        _make_ready()
    except DashboardError as failure:
        # The pages tell their readers, and they may be right again by then.
        _LOG.warning("The warehouse cannot be read: %s", failure)
    # What is alive now stays alive: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    tell_whole_runs()
    look_quietly()
    start_control()
    yield
    stop_control()
    gc.unfreeze()


def import_everything() -> None:
    """Import the product, and with it the libraries it stands on, before a reader waits for it."""
    for module in pkgutil.walk_packages(dashboard.__path__, "dashboard."):
        if module.name not in _RUN_NOT_IMPORTED and not module.name.startswith(_OTHER_PROGRAM):
            importlib.import_module(module.name)


def _make_ready() -> None:
    """Open the warehouse and its newest sets, or begin to build the sample where it is missing."""
    settings = read_settings()
    if first_start.sample_is_missing(settings):
        first_start.sample_build().start()
        return
    warehouse = open_warehouse(settings.warehouse)
    last_day = warehouse.complete_until(warehouse.now) - timedelta(days=1)
    warehouse.audience(AudienceKind.ACTIVE, Scope(warehouse.now)).by_country([last_day], MONTH_DAYS)
