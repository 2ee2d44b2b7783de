"""The commands of the Makefile: what a newcomer types first."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "-C", str(ROOT), "--no-print-directory", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )


def test_make_alone_lists_every_command() -> None:
    commands = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert commands is not None
    listed = re.findall(r"^  make (\S+)", _make().stdout, re.MULTILINE)
    assert listed == commands[1].split()


def test_what_runs_elsewhere_is_exactly_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().splitlines()[-1] == "exec make test"


@pytest.mark.parametrize("command", ["run", "test"])
def test_a_python_that_is_too_old_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    old = tmp_path / "python3.8"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    told = _make(command, f"VENV={tmp_path / 'venv'}", f"PYTHON={old}")
    assert told.returncode != 0
    assert f"{old} is too old: Python 3.11 or newer is needed." in told.stderr


def test_no_python_at_all_is_told_in_a_sentence(tmp_path: Path) -> None:
    told = _make("run", f"VENV={tmp_path / 'venv'}", "PYTHON=")
    assert told.returncode != 0
    assert "Python 3.11 or newer is needed, and none is on the path." in told.stderr
