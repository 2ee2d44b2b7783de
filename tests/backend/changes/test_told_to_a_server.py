"""People who read from a ClickHouse server see what is in force there too."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from dashboard.access.roles import Role
from dashboard.backend.changes.outbox import outbox_state, publish_waiting
from dashboard.backend.plane import ControlPlane
from dashboard.errors import WarehouseError
from dashboard.settings import Server
from dashboard.slices import Scope
from dashboard.warehouse.clickhouse.versions import open_database
from tests.backend.changes.acting import a_freeze, applied, people

_TWO = {"ben": Role.APPROVER, "ann": Role.APPROVER}
_SINCE, _UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def told(demo_plane: ControlPlane, tiny_warehouse: Path, tmp_path: Path) -> ControlPlane:
    """A control plane over a folder of its own, which is loaded into a server."""
    folder = Path(shutil.copytree(tiny_warehouse, tmp_path / "warehouse"))
    name = f"told_{uuid4().hex}"
    server = Server("chdb://memory", name, f"chdb://memory/{name}")
    with demo_plane.database.writing() as connection:
        demo_plane.clock.set(connection, datetime(2020, 6, 29, tzinfo=UTC), demo_plane.wall())
    return replace(demo_plane, warehouse_place=folder, load_into=server)


def test_what_is_in_force_reaches_the_server_that_people_read_from(told: ControlPlane) -> None:
    with people(told, **_TWO) as at:
        change = applied(at["ben"], at["ann"], a_freeze())
    assert publish_waiting(told) == 1
    assert told.load_into is not None
    rows = open_database(told.load_into).read(
        "incidents/applied_changes", Scope(as_of=_UNTIL), since=_SINCE, until=_UNTIL
    )
    assert rows["change_id"].to_list() == [change["id"]]


def test_a_server_that_is_silent_is_told_later(
    told: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(told, **_TWO) as at:
        applied(at["ben"], at["ann"], a_freeze())

    def silent(*_: object) -> None:
        raise WarehouseError("The server is away.")

    with monkeypatch.context() as patch, pytest.raises(WarehouseError):
        patch.setattr("dashboard.warehouse.clickhouse.loading.load_folder", silent)
        publish_waiting(told)
    assert (outbox_state(told).waiting, outbox_state(told).trouble) == (1, "The server is away.")
    assert publish_waiting(told) == 1
    assert outbox_state(told).waiting == 0
