"""Control planes that pages ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import ClockMode
from dashboard.ui import control
from tests.front_desk import opened_desk
from tests.pages.opened import opened
from tests.servers import free_port


@pytest.fixture(params=list(ClockMode))
def plane(
    request: pytest.FixtureRequest,
    tiny_warehouse: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[ControlPlane]:
    """A control plane that the pages ask, in production and in demo."""
    with opened_desk(tmp_path, tiny_warehouse, request.param) as desk:
        with desk.plane.database.writing() as connection:
            desk.plane.clock.begin(connection, desk.plane.warehouse().now, desk.plane.wall())
        monkeypatch.setenv("BACKEND_URL", desk.address)
        yield desk.plane
        _forget()


@pytest.fixture
def nobody(tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A control plane that fell silent after its readers had signed in."""
    opened(monkeypatch, tiny_warehouse, screen="status")
    monkeypatch.setenv("BACKEND_URL", f"http://127.0.0.1:{free_port()}")
    yield
    _forget()


def _forget() -> None:
    control.control_of_nobody().close()
    control._watch.cache_clear()
