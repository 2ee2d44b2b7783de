"""What is put in force reaches the warehouse, and the ClickHouse server that people read from."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from dashboard.access.roles import Role
from dashboard.backend.changes.outbox import outbox_state, publish_waiting
from dashboard.backend.changes.tables import OUTBOX
from dashboard.backend.plane import ControlPlane
from dashboard.errors import IngestError, WarehouseError
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


def test_a_row_that_the_warehouse_refuses_waits_alone_and_is_told(told: ControlPlane) -> None:
    rows = [_row(f"change-{number}") for number in range(5)]
    rows[3]["ended_at"] = "1999-12-31T00:00:00Z"
    with told.database.writing() as connection:
        for number, row in enumerate(rows, start=1):
            values = {"number": number, "row": json.dumps(row), "at": told.wall()}
            connection.execute(sa.insert(OUTBOX).values(values))
    for _ in range(2):
        with pytest.raises(IngestError, match="ended_at lies before applied_at"):
            publish_waiting(told)
        version = told.warehouse().version
    assert outbox_state(told).waiting == 1
    assert "ended_at lies before applied_at" in outbox_state(told).trouble
    with pytest.raises(IngestError):
        publish_waiting(told)
    assert told.warehouse().version == version, "what is tried again publishes nothing new"
    found = told.warehouse().read(
        "incidents/applied_changes", Scope(as_of=_UNTIL), since=_SINCE, until=_UNTIL
    )
    assert found["change_id"].to_list() == ["change-0", "change-1", "change-2", "change-4"]


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


def _row(change: str) -> dict[str, object]:
    return {
        "change_id": change, "revision": 1, "kind": "freeze", "title": "A freeze",
        "applied_at": "2000-01-02T00:00:00Z", "ended_at": None, "action": None, "countries": None,
        "content_hash": "0" * 64,
    }  # fmt: skip
