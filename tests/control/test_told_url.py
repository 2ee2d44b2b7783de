"""The command that stops finds the control plane beside a dashboard, without being told where."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from dashboard.control.companion import URL_NAME, Companion, told_url
from tests.conditions import comes_true
from tests.servers import ROOT


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=1).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@pytest.mark.wide
def test_the_stop_command_reaches_the_companion_by_itself(
    tmp_path: Path, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKEND_URL", raising=False)
    monkeypatch.setenv("WAREHOUSE_URL", f"duckdb:///{tiny_warehouse}")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'control.db'}")
    monkeypatch.setenv("AUDIT_FOLDER", str(tmp_path))
    companion = Companion(ROOT, lambda: True, told_in=tmp_path)
    companion.start()
    try:
        comes_true(lambda: _answers(companion.url), within_seconds=60)
        assert told_url(tmp_path) == companion.url
        assert stat.S_IMODE((tmp_path / URL_NAME).stat().st_mode) == 0o600
        command = [sys.executable, "-m", "dashboard", "stop", "change-x", "--reason", "tried"]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "STOP_TOKEN": "stp_x_y"}, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
    finally:
        companion.stop()
    assert "This stop token is unknown" in done.stderr
    assert told_url(tmp_path) == ""


def test_a_file_that_names_another_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / URL_NAME).write_text("http://127.0.0.1:80@elsewhere.example\n")
    assert told_url(tmp_path) == ""
