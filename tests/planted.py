"""Copies of the product in which something was changed: bugs that a proof has to notice."""

import os
import shutil
from pathlib import Path

from dashboard.navigation import PAGES
from tests.servers import ROOT

_PRODUCT = (".streamlit", "dashboard", "pages", "queries", "streamlit_app.py")


def product_copy(folder: Path) -> Path:
    """The product as it stands, without its data, to be served from ``folder``."""
    for name in _PRODUCT:
        source = ROOT / name
        if source.is_dir():
            without = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=without)
        else:
            shutil.copy2(source, folder / name)
    return folder


def plant(product: Path, file: str, old: str, new: str) -> None:
    """Write ``new`` where a file of the copy has ``old``, which it has exactly once."""
    path = product / file
    text = path.read_text()
    assert text.count(old) == 1, f"{file} does not have it once: {old}"
    path.write_text(text.replace(old, new))


def let_pages_note_that_they_ran(product: Path) -> Path:
    """The file into which each page of the copy writes its name before anything else."""
    noted = product / "pages that ran.txt"
    for screen in PAGES:
        path = product / screen.file
        note = f"open({os.fspath(noted)!r}, 'a').write('{screen.url_path} ')\n"
        path.write_text(note + path.read_text())
    noted.touch()
    return noted
