"""The documents lead where they say, and name what the product has."""

import re
from pathlib import Path

import pytest

from dashboard.__main__ import COMMANDS
from dashboard.commands.read import READS
from dashboard.errors import DashboardError
from tests.servers import ROOT

_PAGES = [
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md"))
    if "build" not in page.parts
]
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("page", _PAGES, ids=[str(page.relative_to(ROOT)) for page in _PAGES])
def test_every_link_leads_to_a_file(page: Path) -> None:
    missing = [to for to in _LINK.findall(page.read_text()) if not (page.parent / to).exists()]
    assert missing == []


def test_the_readme_names_only_reads_there_are() -> None:
    readme = (ROOT / "README.md").read_text()
    named = set(re.findall(r"dashboard read (\S+)", readme))
    assert named
    assert named <= set(READS)


def test_the_readme_names_only_commands_there_are() -> None:
    documents = "".join(page.read_text() for page in _PAGES)
    named = set(re.findall(r"python -m dashboard ([\w-]*\w)", documents))
    assert named <= set(COMMANDS)


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()
    assert all(page.name in listed for page in (ROOT / "docs" / "decisions").glob("0*.md"))


def test_every_error_says_what_it_means() -> None:
    errors = {DashboardError}
    while more := {below for error in errors for below in error.__subclasses__()} - errors:
        errors |= more
    ours = {error for error in errors if error.__module__ == "dashboard.errors"}
    assert all(error.__doc__ for error in ours)
