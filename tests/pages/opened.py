"""Pages opened as a reader opens them, and warehouses in the states a reader may meet."""

import re
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.access.reader import Reach
from dashboard.access.roles import Role
from dashboard.navigation import PAGES
from dashboard.settings import ROOT_FOLDER
from dashboard.slices import Slice
from dashboard.ui.memory import Read
from dashboard.ui.server.warm_start import import_everything
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.manifest import Manifest, describe, publish, read_manifest
from tests.front_desk import desk_at_hand

_MAIN = ROOT_FOLDER / "dashboard" / "ui" / "main.py"
_PATIENCE_SECONDS = 60
_APART = re.compile(r":color\[(.)\]\{\}")
# As before a server's first page: a module that a page loads later would keep for good what a test
# had put in another's place just then.
import_everything()


@dataclass(frozen=True, slots=True)
class Who:
    """Who opens a page: their roles, the countries they may see, and whether they signed in."""

    roles: tuple[Role, ...] = tuple(Role)
    reach: frozenset[str] | None = None
    is_signed_in: bool = True


ANYONE = Who()
"""Somebody who holds every role and sees the world."""
NOBODY = Who(is_signed_in=False)


def opened(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    *,
    theme: str = "light",
    screen: str = "growth",
    who: Who = ANYONE,
    **address: str | list[str],
) -> AppTest:
    """A screen over a warehouse in a folder, with these filters in its address."""
    url = f"duckdb:///{folder}"
    return opened_at(monkeypatch, url, theme=theme, screen=screen, who=who, **address)


def opened_at(
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    *,
    theme: str = "light",
    screen: str = "growth",
    who: Who = ANYONE,
    **address: str | list[str],
) -> AppTest:
    """A screen over the warehouse of an address, with these filters in its own."""
    monkeypatch.setenv("WAREHOUSE_URL", url)
    desk = desk_at_hand(monkeypatch)
    page = AppTest.from_file(str(_MAIN), default_timeout=_PATIENCE_SECONDS)
    page.context["theme"] = theme
    page.user = desk.user(who.roles, who.reach) if who.is_signed_in else {"is_logged_in": False}
    [file] = [each.file for each in PAGES if each.url_path == screen]
    page.switch_page(str(ROOT_FOLDER / file))
    for name, value in address.items():
        page.query_params[name] = value
    return page.run()


def noting_reads(monkeypatch: pytest.MonkeyPatch, reads: ModuleType) -> set[str]:
    """The names of a subject's reads that are asked from now on, with nothing remembered."""
    asked = set()

    def noted(read: Read) -> Read:
        @wraps(read)
        def noting(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
            asked.add(read.__name__)
            return read(warehouse, chosen, reach)

        return noting

    for name in reads.__all__:
        monkeypatch.setattr(reads, name, noted(getattr(reads, name)))
    st.cache_resource.clear()
    return asked


def texts(page: AppTest) -> str:
    """Everything the page says in words, as a reader reads it."""
    said = [*page.info, *page.warning, *page.error, *page.caption]
    return "\n".join(as_read(element.value) for element in said)


def as_read(markdown: str) -> str:
    """Text as it is read, without what keeps it from being markup."""
    return _APART.sub(r"\1", markdown.replace("\\", ""))


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
    tables = {**manifest.tables, table: files}
    publish(folder, replace(manifest, version=manifest.version + 1, tables=tables))
    return file.path


def publish_again(folder: Path) -> None:
    """Publish the same data as a newer version."""
    manifest = read_manifest(folder)
    publish(folder, replace(manifest, version=manifest.version + 1))


def empty_warehouse(folder: Path) -> Path:
    """A warehouse that was made and holds nothing yet."""
    folder.mkdir()
    publish(folder, Manifest(version=1))
    return folder
