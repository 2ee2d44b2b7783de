"""The audit page shows what was done, by whom, and whether the chain still holds."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.backend.audit.entries import Entry
from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import ClockMode
from tests.pages.opened import opened, texts

pytestmark = pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)
HOSTILE = "=HYPERLINK('http://evil.example') ![](http://evil.example/x.png) <script>"


def _record(plane: ControlPlane, *entries: Entry) -> None:
    for entry in entries:
        with plane.database.writing() as connection:
            plane.record(connection, entry)


def test_a_new_audit_is_whole_and_empty(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = texts(opened(monkeypatch, tiny_warehouse, screen="audit"))
    assert "0 rows, signed up to row 0." in said
    assert "Nothing in the audit matches." in said


def test_rows_are_filtered_by_who_did_them(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _record(plane, *(Entry("clock.set", f"person {n}", "clock", after=n) for n in range(4)))
    page = opened(monkeypatch, tiny_warehouse, screen="audit")
    assert page.dataframe[0].value["number"].to_list() == [4, 3, 2, 1]
    page = page.text_input(key="audit actor").set_value("person 2").run()
    assert page.dataframe[0].value["who"].to_list() == ["person 2"]
    assert not page.error


def test_a_row_that_was_touched_is_named_in_red(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _record(plane, *(Entry("clock.set", "person", "clock", after=n) for n in range(4)))
    with plane.database.writing() as connection:
        connection.exec_driver_sql("drop trigger audit_is_not_updated")
        connection.execute(sa.text("update audit set hash = upper(body) where seq = 3"))
    said = texts(opened(monkeypatch, tiny_warehouse, screen="audit"))
    assert "The audit was tampered with: row 3: content" in said
    assert "signed up to row 0" not in said


def test_what_somebody_wrote_is_shown_as_text_alone(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _record(plane, Entry("geofence.drafted", "person", HOSTILE, after=HOSTILE, reason=HOSTILE))
    page = opened(monkeypatch, tiny_warehouse, screen="audit")
    assert page.dataframe[0].value["reason"].to_list() == [HOSTILE]
    assert not [each for each in page.markdown if "evil" in each.value]
    assert page.dataframe[0].value["target"].to_list() == [HOSTILE]


def test_who_did_what_stands_before_what_a_narrow_screen_cuts(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _record(plane, Entry("clock.set", "person", "clock", after=1))
    shown = opened(monkeypatch, tiny_warehouse, screen="audit").dataframe[0].proto
    assert list(shown.column_order)[:4] == ["number", "wall_at", "who", "event"]
    labels = {column.get("label") for column in json.loads(shown.columns).values()}
    assert {"Row", "Wall time, UTC", "Platform clock, UTC"} <= labels
