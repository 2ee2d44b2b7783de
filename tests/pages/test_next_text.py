"""What is in force is changed and lifted from its own page, with nothing typed twice."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access.roles import Role
from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import ClockMode
from dashboard.geofence.rule import Action
from tests.backend.changes.acting import a_freeze, applied, ok, people
from tests.backend.changes.fences import THREE, a_fence, in_force
from tests.pages.opened import Who, opened

pytestmark = pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)
OPERATOR = Who((Role.OPERATOR,))


def _form_of_what_is_in_force(patch: pytest.MonkeyPatch, folder: Path, change: dict) -> AppTest:
    page = opened(patch, folder, screen="changes", who=OPERATOR, change=change["id"])
    return page.button(key="write its next text").click().run()


def _saved(page: AppTest, title: str) -> AppTest:
    page.text_input(key="written title").input(title)
    page = page.text_area(key="written reason").input("The court ended it.").run()
    return page.button(key="save the change").click().run()


def test_a_rule_is_lifted_as_it_stands_by_one_tick(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = a_fence(places=["IN", "US-MT"], action="age_gate", least_age_years=16,
                      surfaces=["live", "api"], expires_at="2031-01-01T00:00:00Z")  # fmt: skip
    with people(plane, **THREE) as at:
        change = in_force(at, content)
        page = _form_of_what_is_in_force(monkeypatch, tiny_warehouse, change)
        assert page.text_input(key="rule id").disabled
        page = page.checkbox(key="rule lifted").check().run()
        page = _saved(page, "The gate is lifted")
        assert not page.exception
        assert not page.error
        newest = at["ann"].get("/v1/changes?view=all").json()["rows"][0]
        lifting = at["ann"].get(f"/v1/changes/{newest['id']}").json()
        assert lifting["id"] != change["id"]
        assert [edit["field"] for edit in lifting["edits"]] == ["is_lifted"]
        previewed = ok(at["olu"].do(lifting, "preview"))
        assert previewed["approvals_needed"] == 2


def test_a_rule_is_relaxed_from_what_is_in_force(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        change = in_force(at, a_fence())
        page = _form_of_what_is_in_force(monkeypatch, tiny_warehouse, change)
        page = page.selectbox(key="rule action").set_value(Action.READ_ONLY).run()
        page = _saved(page, "India may read")
        assert not page.error
        newest = at["ann"].get("/v1/changes?view=all").json()["rows"][0]
        relaxed = at["ann"].get(f"/v1/changes/{newest['id']}").json()
    assert relaxed["subject"] == "in-69a"
    assert [(each["field"], each["after"]) for each in relaxed["edits"]] == [
        ("action", "read_only")
    ]
    assert relaxed["reason"] == "The court ended it."


def test_a_freeze_is_changed_under_its_own_name(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        change = applied(at["olu"], at["ann"], a_freeze())
        page = _form_of_what_is_in_force(monkeypatch, tiny_warehouse, change)
        assert page.text_input(key="freeze name").value == "autumn"
        assert page.text_input(key="freeze name").disabled


def test_what_is_not_in_force_and_whoever_proposes_nothing_are_offered_no_next_text(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        change = in_force(at, a_fence())
        draft = ok(at["olu"].create(a_fence("br", places=["BR"]), kind="geofence"))
    for role, id in ((Role.AUDITOR, change["id"]), (Role.OPERATOR, draft["id"])):
        page = opened(monkeypatch, tiny_warehouse, screen="changes", who=Who((role,)), change=id)
        assert not page.exception
        assert page.subheader
        assert "write its next text" not in [button.key for button in page.button]
