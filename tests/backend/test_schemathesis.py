"""Whatever is sent to the control plane, it answers as its document says, and never fails."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.access.roles import Role
from dashboard.backend import problems
from dashboard.backend.plane import ControlPlane
from dashboard.errors import KeyMissing
from tests.backend.people import joined, token_of
from tests.backend.served import served

_CASES = re.compile(r"([\d,]+) generated")
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance"
)
_ENDS_THE_SIGN_IN = "/v1/session"


def fuzzed(plane: ControlPlane, folder: Path, *, examples: int) -> tuple[int, str]:
    """How many cases were sent to every operation but signing out, and what was found wrong."""
    token = token_of(plane, joined(plane, "fuzzer", *Role))
    with served(plane) as address:
        ran = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/v1/openapi.json",
             "--header", f"Authorization: Bearer {token}", "--checks", CHECKS,
             "--exclude-path", _ENDS_THE_SIGN_IN, "--max-examples", str(examples),
             "--phases", "examples,coverage,fuzzing", "--no-color", "--no-shrink",
             "--generation-database", "none", "--continue-on-failure", "--seed", "7"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
    found = _CASES.search(ran.stdout)
    cases = int(found[1].replace(",", "")) if found else 0
    return cases, "" if ran.returncode == 0 else ran.stdout + ran.stderr


@pytest.mark.wide
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_request_fails_it_or_is_answered_otherwise_than_documented(
    plane: ControlPlane, tmp_path: Path
) -> None:
    assert _told(plane, tmp_path, examples=6) > 300


@pytest.mark.drill
@pytest.mark.timeout(1_800)
def test_fifteen_hundred_requests_are_answered_as_documented(
    plane: ControlPlane, tmp_path: Path
) -> None:
    assert _told(plane, tmp_path, examples=140) >= 1_500


@pytest.mark.wide
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_answer_that_is_documented_nowhere_is_found(
    plane: ControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(problems._STATUS_OF, KeyMissing, 418)
    _, wrong = fuzzed(plane, tmp_path, examples=1)
    assert "418" in wrong


def _told(plane: ControlPlane, folder: Path, *, examples: int) -> int:
    cases, wrong = fuzzed(plane, folder, examples=examples)
    assert not wrong, wrong
    print(f"{cases} cases on {plane.database.engine.name}: none failed, none undocumented.")
    return cases
