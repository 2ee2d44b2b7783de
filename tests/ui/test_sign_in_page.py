"""Whoever signed in and is not heard of, because the control plane is silent, goes on by itself."""

from pathlib import Path

import pytest

from dashboard.control.people import Me
from dashboard.errors import ControlSilent
from dashboard.ui import identity
from tests.pages.opened import opened, texts


def test_a_page_opened_while_the_control_plane_comes_up_waits_for_it(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "me", _silent)
    page = opened(monkeypatch, tiny_warehouse, screen="status")
    # It answers every other question again by now; nobody is to sign in once more.
    assert "This page goes on by itself" in texts(page)
    assert [button.label for button in page.button] == []


def _silent(*, is_unattended: bool = False) -> Me:
    raise ControlSilent("The control plane was silent; it is asked again in a moment.")
