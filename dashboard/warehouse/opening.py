"""Opening a warehouse: whichever engine the settings name."""

from pathlib import Path

from dashboard.settings import Server
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse


def open_warehouse(place: Path | Server, version: int | None = None) -> Warehouse:
    """The newest version of a warehouse, or an earlier one that is still kept.

    Cheap to call at each use. Raises WarehouseMissing when there is none, WarehouseSilent when its
    server does not answer.
    """
    if isinstance(place, Path):
        return open_folder(place, version)
    # A warehouse in a folder starts without the client of a server it never asks.
    from dashboard.warehouse.clickhouse.engine import open_database

    return open_database(place, version)
