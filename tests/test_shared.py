"""What is built once for a run is built by one process, and whole before anybody reads it."""

from pathlib import Path
from threading import Thread

import pytest

from tests.shared import built_once


def test_of_many_who_ask_one_builds_and_the_others_find_it_whole(tmp_path: Path) -> None:
    built, seen = [], []

    def build(folder: Path) -> None:
        built.append(folder)
        folder.mkdir()
        (folder / "whole").touch()

    def ask() -> None:
        seen.append((built_once(tmp_path / "place", build) / "whole").exists())

    asking = [Thread(target=ask) for _ in range(8)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert (len(built), seen) == (1, [True] * 8)


def test_what_failed_half_way_is_built_again(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        folder.mkdir()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        built_once(tmp_path / "place", fail)
    built = built_once(tmp_path / "place", lambda folder: (folder / "whole").touch())
    assert (built / "whole").exists()
