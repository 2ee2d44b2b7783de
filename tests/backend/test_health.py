"""The control plane says whether it lives, whether it can work, and how it stands."""

from dataclasses import replace
from pathlib import Path

import httpx

from dashboard import VERSION
from dashboard.access.roles import Role
from dashboard.backend.plane import ControlPlane
from dashboard.backend.upgrade import newest_revision
from tests.backend.served import asked, served
from tests.servers import ROOT


def test_it_is_ready_with_its_tables_and_its_warehouse(plane: ControlPlane) -> None:
    with served(plane) as address:
        assert httpx.get(f"{address}/healthz").json() == {"status": "alive"}
        ready = httpx.get(f"{address}/readyz")
    assert (ready.status_code, ready.json()["is_ready"]) == (200, True)


def test_without_a_warehouse_it_lives_and_is_not_ready(plane: ControlPlane, tmp_path: Path) -> None:
    with served(replace(plane, warehouse_place=tmp_path / "none")) as address:
        assert httpx.get(f"{address}/healthz").status_code == 200
        ready = httpx.get(f"{address}/readyz")
    assert ready.status_code == 503
    failed = [check["name"] for check in ready.json()["checks"] if not check["is_ok"]]
    assert failed == ["warehouse"]


def test_with_tables_of_another_revision_it_is_not_ready(plane: ControlPlane) -> None:
    with plane.database.writing() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0000'")
    with served(plane) as address:
        assert httpx.get(f"{address}/readyz").status_code == 503


def test_status_tells_versions_clock_and_how_far_each_table_goes(plane: ControlPlane) -> None:
    with asked(plane, Role.AUDITOR) as client:
        status = client.status()
    assert (status.version, status.schema_revision) == (VERSION, newest_revision())
    assert status.warehouse_version == plane.warehouse().version
    complete = {table.name: table.complete_until for table in status.tables}
    assert complete == dict(plane.warehouse().watermarks)


def test_status_without_a_warehouse_says_what_is_wrong(plane: ControlPlane, tmp_path: Path) -> None:
    with asked(replace(plane, warehouse_place=tmp_path / "none"), Role.AUDITOR) as client:
        status = client.status()
    assert status.warehouse_version is None
    assert "ingest" in status.warehouse_trouble


def test_requests_are_counted_by_route_and_foreign_paths_are_not_named(
    plane: ControlPlane,
) -> None:
    with served(plane) as address:
        httpx.get(f"{address}/v1/clock")
        httpx.get(f"{address}/a-path-somebody-made-up")
        text = httpx.get(f"{address}/metrics").text
    assert 'control_requests_total{method="GET",route="/v1/clock",status="200"} 1.0' in text
    assert "made-up" not in text


def test_another_host_name_is_refused(plane: ControlPlane) -> None:
    with served(plane) as address:
        answer = httpx.get(f"{address}/v1/clock", headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_a_body_too_long_is_refused_before_it_is_read(demo_plane: ControlPlane) -> None:
    with served(demo_plane) as address:
        answer = httpx.put(f"{address}/v1/clock", json={"at": "x" * 100_000})
    assert answer.status_code == 413


def test_the_version_is_the_project_s() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text()
