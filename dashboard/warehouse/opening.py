"""Opening a warehouse: whichever engine the settings name."""

from pathlib import Path

from dashboard.settings import Server
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.silence import Trouble


def open_warehouse(place: Path | Server, version: int | None = None) -> Warehouse:
    """The newest version of a warehouse, or an earlier one that is still kept.

    Cheap to call at each use. While its server is silent, the last version read goes on. Raises
    WarehouseMissing when there is none, WarehouseSilent when none was read before the silence.
    """
    if isinstance(place, Path):
        return open_folder(place, version)
    # A warehouse in a folder starts without the client of a server it never asks.
    from dashboard.warehouse.clickhouse.versions import open_database

    return open_database(place, version)


def trouble_at(place: Path | Server) -> Trouble | None:
    """What is wrong with the server of a warehouse; None while it answers, and for a folder."""
    if isinstance(place, Path):
        return None
    from dashboard.warehouse.clickhouse.connection import silence_of

    return silence_of(place).trouble
