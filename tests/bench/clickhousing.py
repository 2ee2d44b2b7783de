"""What the same questions cost in ClickHouse, at two sizes: how cost grows with the platform."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

from dashboard.settings import Server
from dashboard.slices import Scope
from dashboard.warehouse.clickhouse.connection import Connection, Purpose, connect
from dashboard.warehouse.clickhouse.engine import ClickHouseWarehouse
from dashboard.warehouse.clickhouse.loading import load_folder
from dashboard.warehouse.clickhouse.versions import open_database
from dashboard.warehouse.engine import Audience, AudienceKind
from tests.bench.figures import Figure, timed

_RUNS = 3
_DAYS = 60


def clickhouse_figures(small: Path, large: Path, scratch: Path) -> Iterator[Figure]:
    """Load both folders into ClickHouse inside this process, on disk, and ask of each."""
    took: list[dict[str, float]] = []
    for name, folder in (("small", small), ("large", large)):
        server = Server(f"chdb://{scratch / 'clickhouse'}", f"bench_{name}", name)
        yield from _loaded(folder, server)
        took.append(dict(_asked(open_database(server))))
        for what, seconds in took[-1].items():
            yield Figure(f"ClickHouse, {name} warehouse, {what}", f"{seconds * 1000:,.0f} ms")
    for what, seconds in took[1].items():
        times = seconds / took[0][what]
        yield Figure(f"ClickHouse, large over small, {what}", f"{times:,.1f} times")


def _loaded(folder: Path, server: Server) -> Iterator[Figure]:
    connection = connect(server, Purpose.LOAD)
    began = perf_counter()
    loaded = load_folder(folder, connection, server.database, lambda _share, _said: None)
    seconds = perf_counter() - began
    rate = loaded.rows_sent / seconds / 1e6
    size = _megabytes(connection, server.database)
    yield Figure(
        f"{loaded.rows_sent / 1e6:,.2f}M rows loaded into ClickHouse",
        f"{rate:.2f}M a second ({seconds:.1f} s), {size:,.0f} MB",
    )


def _megabytes(connection: Connection, database: str) -> float:
    found = connection.read(
        "select sum(data_compressed_bytes) as bytes from system.parts "
        "where active and database = {database:String}",
        {"database": database},
        what="the size",
    )
    return float(found["bytes"][0]) / 1e6


def _asked(house: ClickHouseWarehouse) -> Iterator[tuple[str, float]]:
    last = house.complete_until(house.now) - timedelta(days=1)
    days = [last - timedelta(days=back) for back in range(_DAYS - 1, -1, -1)]
    world = house.audience(AudienceKind.ACTIVE, Scope(house.now))
    for what, ask in _questions(world, days):
        yield what, timed(ask, _RUNS).p50


def _questions(world: Audience, days: Sequence[date]) -> Iterator[tuple[str, Callable[[], object]]]:
    yield f"{_DAYS} rolling MAUs", lambda: world.people(days, [28])
    yield f"{_DAYS} days of growth accounting", lambda: world.accounting(days, 28)
    yield "people by country on two days", lambda: world.by_country([days[0], days[-1]], 28)
    yield "eight weeks of retention", lambda: world.retention(days[-57::7])
