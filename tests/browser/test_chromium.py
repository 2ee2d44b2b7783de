"""Finding the browser that the tests drive."""

from pathlib import Path

import pytest

from tests.browser import chromium


def _command(folder: Path, name: str, status: int) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_chrome_is_as_good_as_chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chrome = _command(tmp_path, "google-chrome", 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.find() == str(chrome)


def test_a_chromium_that_does_not_start_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _command(tmp_path, "chromium", 10)
    chrome = _command(tmp_path, "google-chrome-stable", 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.find() == str(chrome)
