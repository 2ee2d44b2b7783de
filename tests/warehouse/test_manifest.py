"""A version of a warehouse is in force whole or not at all, and its files are what it says."""

from pathlib import Path

import pytest

from dashboard.errors import DamagedFile, WarehouseMissing
from dashboard.warehouse.manifest import (
    KEPT_VERSIONS,
    MANIFEST_NAME,
    Manifest,
    Numbering,
    describe,
    publish,
    read_manifest,
    verify,
)


def _published(folder: Path, version: int) -> Manifest:
    file = folder / f"people-{version}.parquet"
    file.write_bytes(f"version {version}".encode())
    manifest = Manifest(version=version, people=Numbering(files=(describe(folder, file, 1),)))
    publish(folder, manifest)
    return manifest


def test_what_was_published_is_read_back(tmp_path: Path) -> None:
    published = _published(tmp_path, 1)
    assert read_manifest(tmp_path) == published


def test_the_last_versions_are_kept_with_their_files_and_older_ones_go(tmp_path: Path) -> None:
    for version in range(1, KEPT_VERSIONS + 4):
        _published(tmp_path, version)
    assert read_manifest(tmp_path).version == KEPT_VERSIONS + 3
    assert read_manifest(tmp_path, 4).version == 4
    assert (tmp_path / "people-4.parquet").exists()
    assert not (tmp_path / "people-3.parquet").exists()
    with pytest.raises(WarehouseMissing):
        read_manifest(tmp_path, 3)


def test_a_folder_without_a_manifest_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing, match="python -m dashboard sample"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("text", ["", "{", '{"version": 1, "tables": {"user_days": {}}}', "[]"])
def test_a_manifest_that_cannot_be_understood_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST_NAME).write_text(text)
    with pytest.raises(DamagedFile, match=MANIFEST_NAME):
        read_manifest(tmp_path)


def test_a_file_that_is_missing_cut_short_or_altered_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"0123456789")
    file = describe(tmp_path, path, 1)
    verify(tmp_path, file)
    for content, why in ((b"0123456780", "altered"), (b"01234", "5 bytes instead of 10")):
        path.write_bytes(content)
        with pytest.raises(DamagedFile, match=rf"rows\.parquet: .*{why}"):
            verify(tmp_path, file)
    path.unlink()
    with pytest.raises(DamagedFile, match=r"rows\.parquet: the file is missing"):
        verify(tmp_path, file)
