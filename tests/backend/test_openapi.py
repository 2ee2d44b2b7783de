"""The interface is what was agreed: a change of it is seen in review."""

import json
from pathlib import Path

from dashboard.backend.application import application
from dashboard.backend.plane import ControlPlane

_AGREED = Path(__file__).with_name("openapi.json")


def test_the_interface_is_the_agreed_one(plane: ControlPlane) -> None:
    now = json.dumps(application(plane).openapi(), indent=1, sort_keys=True) + "\n"
    if not _AGREED.exists():
        _AGREED.write_text(now)
    assert now == _AGREED.read_text(), (
        "The interface changed. If that is meant, delete tests/backend/openapi.json, run this test "
        "again and commit what it writes."
    )


def test_every_operation_tells_what_it_does_and_how_it_fails(plane: ControlPlane) -> None:
    paths = application(plane).openapi()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            assert operation["description"], f"{method} {path}"
            if path.startswith("/v1/"):
                assert {"422", "503"} <= set(operation["responses"]), f"{method} {path}"
