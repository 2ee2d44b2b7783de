"""The versions of a database: which one is in force, and which of them this process reads."""

import time
from collections import OrderedDict
from functools import lru_cache
from threading import Lock, Thread

from dashboard.errors import WarehouseMissing, WarehouseSilent
from dashboard.settings import Server
from dashboard.warehouse.clickhouse.connection import Connection, Purpose, connect, silence_of
from dashboard.warehouse.clickhouse.engine import ClickHouseWarehouse
from dashboard.warehouse.clickhouse.layout import MANIFESTS
from dashboard.warehouse.manifest import KEPT_VERSIONS, Manifest, parse_manifest

_SECONDS_BETWEEN_LOOKS = 2.0
_SECONDS_TO_LOOK = 0.25


class _Pins:
    """The versions of a database that this process reads, the newest looked for now and again.

    Whoever has a version never waits for a server that may not answer: the look goes on beside.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._turn = Lock()
        self._looked_at = -_SECONDS_BETWEEN_LOOKS
        self._pinned: ClickHouseWarehouse | None = None
        self._failure: Exception | None = None
        self._earlier: OrderedDict[int, ClickHouseWarehouse] = OrderedDict()

    def current(self) -> ClickHouseWarehouse:
        """The newest version known, the last one while the server is silent.

        Raises WarehouseMissing when nothing was loaded yet, WarehouseSilent when no version was
        ever read.
        """
        is_first = self._pinned is None
        if self._is_due() and self._turn.acquire(blocking=is_first):
            looking = Thread(target=self._look, name="look for a version", daemon=True)
            looking.start()
            looking.join(None if is_first else _SECONDS_TO_LOOK)
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        if self._pinned is None:
            raise WarehouseSilent(f"The warehouse at {self._server} was not read yet. Try again.")
        return self._pinned

    def of(self, version: int) -> ClickHouseWarehouse:
        """One version that is still kept; raises as ``current`` does."""
        current = self.current()
        if version == current.version:
            return current
        if version not in self._earlier:
            manifest = loaded_manifest(connect(self._server), self._server.database, version)
            self._keep(self._opened(manifest))
        return self._earlier[version]

    def _is_due(self) -> bool:
        # Where nothing is pinned, only a silence is worth waiting for before the next look.
        is_waiting = self._pinned is not None or isinstance(self._failure, WarehouseSilent)
        return not is_waiting or time.monotonic() - self._looked_at > _SECONDS_BETWEEN_LOOKS

    def _look(self) -> None:
        try:
            # Who waited for a turn finds that it was looked already.
            if self._is_due():
                self._looked_at = time.monotonic()
                self._pinned, self._failure = self._newest(self._pinned), None
        except WarehouseSilent as silent:
            self._failure = silent if self._pinned is None else None
        # Whatever ended it, those who wait must learn that it ended.
        except Exception as failure:  # noqa: BLE001
            self._failure = failure
        finally:
            self._turn.release()

    def _newest(self, known: ClickHouseWarehouse | None) -> ClickHouseWarehouse:
        database = self._server.database
        with silence_of(self._server).looking():
            versions = connect(self._server, Purpose.LOOK).read(
                f"select max(version) as version from {database}.{MANIFESTS}",
                {},
                what="the version in force",
            )
        if known is not None and known.version == int(versions["version"][0]):
            return known
        if known is not None:
            self._keep(known)
        return self._opened(loaded_manifest(connect(self._server), database))

    def _opened(self, manifest: Manifest) -> ClickHouseWarehouse:
        return ClickHouseWarehouse(connect(self._server), self._server.database, manifest)

    def _keep(self, earlier: ClickHouseWarehouse) -> None:
        self._earlier[earlier.version] = earlier
        if len(self._earlier) > KEPT_VERSIONS:
            self._earlier.popitem(last=False)


def loaded_manifest(connection: Connection, database: str, version: int | None = None) -> Manifest:
    """The newest manifest that was loaded, or that of a version.

    Raises WarehouseMissing when there is none.
    """
    wanted = "" if version is None else "where version = {version:UInt32}"
    found = connection.read(
        f"select manifest from {database}.{MANIFESTS} {wanted} order by version desc limit 1",
        {} if version is None else {"version": version},
        what="the manifest",
    )
    if found.is_empty():
        raise WarehouseMissing(
            f"The database {database} holds no such version. Load one with "
            "'python -m dashboard ingest --to clickhouse'."
        )
    return parse_manifest(str(found["manifest"][0]).encode(), f"{database}.{MANIFESTS}")


@lru_cache(maxsize=4)
def _pins(server: Server) -> _Pins:
    return _Pins(server)


def open_database(server: Server, version: int | None = None) -> ClickHouseWarehouse:
    """The newest version that was loaded into a database, or an earlier one that is still kept.

    While the server is silent, the last version that was read goes on. Raises WarehouseMissing when
    there is none, WarehouseSilent when the server does not answer and none was read before.
    """
    pins = _pins(server)
    return pins.current() if version is None else pins.of(version)
