"""The clock follows wall time in production and the story in a demo."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from dashboard.access.roles import Role
from dashboard.backend.clock import PlatformClock
from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import ClockMode, ClockSetting
from dashboard.errors import ActRefused
from dashboard.warehouse.opening import open_warehouse
from tests.backend.served import asked, header_of, served

BAN = datetime(2020, 6, 29, 9, tzinfo=UTC)
WALL = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_in_production_it_is_wall_time_and_cannot_be_set(plane: ControlPlane) -> None:
    with asked(replace(plane, wall=lambda: WALL), Role.AUDITOR) as client:
        assert client.clock().now == WALL
        with pytest.raises(ActRefused, match="cannot be set") as refusal:
            client.set_clock(ClockSetting(at=BAN))
        assert (refusal.value.status, refusal.value.kind) == (409, "clock-runs-free")
        assert client.clock().now == WALL


def test_in_a_demo_it_starts_at_the_end_of_the_data_and_runs_on_from_where_it_is_set(
    demo_plane: ControlPlane,
) -> None:
    begun = demo_plane.wall()
    with asked(demo_plane, Role.EXECUTIVE) as client:
        first = client.clock()
        assert first.mode is ClockMode.DEMO
        assert first.now - demo_plane.warehouse().now <= first.wall_at - begun + timedelta(
            minutes=1
        )
        set_at = client.set_clock(ClockSetting(at=BAN))
        assert set_at.now == BAN
        later = client.clock()
    assert later.now - BAN == later.wall_at - set_at.wall_at


def test_in_a_demo_it_follows_the_data_until_it_is_set(plane: ControlPlane) -> None:
    reached = [BAN]
    clock = PlatformClock(ClockMode.DEMO, lambda: reached[-1])
    with asked(replace(plane, clock=clock), Role.EXECUTIVE) as client:
        first = client.clock()
        reached.append(BAN + timedelta(days=2))
        later = client.clock()
        assert [first.now, later.now] == reached
        assert not later.is_set
        assert client.set_clock(ClockSetting(at=BAN)).is_set


def test_without_the_data_that_it_follows_it_says_what_to_do(
    plane: ControlPlane, tmp_path: Path
) -> None:
    clock = PlatformClock(ClockMode.DEMO, lambda: open_warehouse(tmp_path / "none").now)
    with served(replace(plane, clock=clock)) as address:
        answer = httpx.get(f"{address}/v1/clock")
    assert (answer.status_code, answer.json()["type"]) == (503, "warehouse-missing")


def test_a_restart_leaves_it_where_it_was_set(demo_plane: ControlPlane) -> None:
    with asked(demo_plane, Role.EXECUTIVE) as client:
        client.set_clock(ClockSetting(at=BAN))
    with demo_plane.database.writing() as connection:
        demo_plane.clock.begin(connection, WALL, demo_plane.wall())
    assert BAN <= demo_plane.now().now < BAN + timedelta(hours=1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"at": "1820-06-29T10:00:00Z"}, "at"),
        ({"at": "2020-06-29T10:00:00"}, "at"),
        ({"at": "NaN"}, "at"),
        ({"at": BAN.isoformat(), "speed": 9}, "speed"),
        ({}, "at"),
        ([], ""),
    ],
)
def test_what_is_no_instant_is_refused_by_the_name_of_its_field(
    demo_plane: ControlPlane, body: object, field: str
) -> None:
    with served(demo_plane) as address:
        answer = httpx.put(
            f"{address}/v1/clock", json=body, headers=header_of(demo_plane, Role.AUDITOR)
        )
        assert answer.status_code == 422
        assert answer.json()["field"] == field
        assert answer.headers["content-type"] == "application/problem+json"
    assert demo_plane.now().now.year == demo_plane.warehouse().now.year
