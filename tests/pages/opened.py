"""Pages opened as a reader opens them, and warehouses in the states a reader may meet."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.navigation import PAGES
from dashboard.settings import ROOT_FOLDER
from dashboard.warehouse.manifest import Manifest, describe, publish, read_manifest

_MAIN = ROOT_FOLDER / "dashboard" / "ui" / "main.py"
_PATIENCE_SECONDS = 60


def opened(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    *,
    theme: str = "light",
    screen: str = "growth",
    **address: str | list[str],
) -> AppTest:
    """A screen over a warehouse in a folder, with these filters in its address."""
    return opened_at(monkeypatch, f"duckdb:///{folder}", theme=theme, screen=screen, **address)


def opened_at(
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    *,
    theme: str = "light",
    screen: str = "growth",
    **address: str | list[str],
) -> AppTest:
    """A screen over the warehouse of an address, with these filters in its own."""
    monkeypatch.setenv("WAREHOUSE_URL", url)
    page = AppTest.from_file(str(_MAIN), default_timeout=_PATIENCE_SECONDS)
    page.context["theme"] = theme
    [file] = [each.file for each in PAGES if each.url_path == screen]
    page.switch_page(str(ROOT_FOLDER / file))
    for name, value in address.items():
        page.query_params[name] = value
    return page.run()


def texts(page: AppTest) -> str:
    """Everything the page says in words, as a reader reads it."""
    said = [*page.info, *page.warning, *page.error, *page.caption]
    return "\n".join(element.value.replace("\\", "") for element in said)


def damage(folder: Path, path: str, content: bytes | None) -> None:
    """Replace one file's content, or remove it."""
    if content is None:
        (folder / path).unlink()
    else:
        (folder / path).write_bytes(content)


def rename_column(folder: Path, table: str, old: str, new: str) -> str:
    """Publish a version where a table's first file has one column under another name."""
    manifest = read_manifest(folder)
    stored = manifest.tables[table]
    path = folder / stored.files[0].path
    renamed = path.with_name(f"renamed-{path.name}")
    pl.read_parquet(path).rename({old: new}).write_parquet(renamed)
    file = describe(folder, renamed, stored.files[0].rows, (stored.since, stored.until))
    files = replace(stored, files=(file, *stored.files[1:]))
    publish(folder, _next(manifest, tables={**manifest.tables, table: files}))
    return file.path


def publish_again(folder: Path) -> None:
    """Publish the same data as a newer version."""
    publish(folder, _next(read_manifest(folder)))


def empty_warehouse(folder: Path) -> Path:
    """A warehouse that was made and holds nothing yet."""
    folder.mkdir()
    publish(folder, Manifest(version=1))
    return folder


def _next(manifest: Manifest, **changes: object) -> Manifest:
    return replace(manifest, version=manifest.version + 1, **changes)  # type: ignore[arg-type]
