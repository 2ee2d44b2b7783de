"""The geofence on screen: orders, what is in force where and when, and how the edge follows."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from dashboard.access.roles import Role
from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import ClockMode
from dashboard.geofence.rule import Action
from tests.backend.changes.acting import ok, people
from tests.backend.changes.fences import THREE, a_fence, in_force, submitted
from tests.geofence.ruling import basis
from tests.pages.opened import Who, opened, texts
from tests.warehouse.hand_made import applied, visit, write_warehouse

pytestmark = pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)


def _tables(page: object) -> str:
    return " ".join(str(table.value.to_dict("list")) for table in page.dataframe)


def _links(page: object) -> str:
    return " ".join(link.proto.query_string for link in page.get("page_link"))


def test_an_executive_reads_the_register_and_is_offered_no_act(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        submitted(at["olu"], a_fence("br-gate", places=["BR"], action="read_only"))
    page = opened(monkeypatch, tiny_warehouse, screen="geofence", who=Who((Role.EXECUTIVE,)))
    assert not page.exception
    shown = _tables(page)
    assert "in force, after its deadline" in shown
    assert all(word in shown for word in ("in-69a", "br-gate", "overdue", "MeitY", "India"))
    assert "Draft a rule" not in [button.label for button in page.button]


def test_the_register_tells_money_jobs_and_what_is_not_approved(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        change = ok(at["olu"].create(a_fence(), kind="geofence"))
        change = ok(at["olu"].do(change, "preview"))
        ok(at["olu"].do(change, "tighten", reason="now", reference="case 1"))
    page = opened(monkeypatch, tiny_warehouse, screen="geofence", who=Who((Role.EXECUTIVE,)))
    assert not page.exception
    shown = _tables(page)
    assert "in force, not approved, stays until it is decided, after its deadline" in shown
    assert "'jobs_open': [5]" in shown
    assert "'jobs_overdue': [5]" in shown
    assert "'usd_a_month'" in shown


def test_what_was_in_force_at_an_instant_is_told(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
    page = opened(monkeypatch, tiny_warehouse, screen="geofence", who=Who((Role.OPERATOR,)))
    before = (plane.wall() - timedelta(days=1)).replace(tzinfo=None)
    page = page.datetime_input(key="geofence at").set_value(before).run()
    assert not page.exception
    assert "Nothing was in force at" in texts(page)


def test_what_is_beyond_somebody_s_reach_is_not_shown(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
    who = Who((Role.EXECUTIVE,), frozenset({"BR"}))
    page = opened(monkeypatch, tiny_warehouse, screen="geofence", who=who)
    assert "in-69a" not in _tables(page)


def test_a_rule_is_drafted_from_the_form(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="changes", who=Who((Role.OPERATOR,)))
    page = page.button(key="new geofence").click().run()
    for key, text in {
        "written title": "Close India", "rule id": "in-69a", "rule title": "India closed",
        "rule authority": "MeitY", "rule order_number": "69A", "rule document": "release",
        "rule contact": "legal",
    }.items():  # fmt: skip
        page = page.text_input(key=key).input(text).run()
    page = page.text_area(key="written reason").input("an order").run()
    assert "Choose a place to see whom it touches" in texts(page)
    page = page.multiselect(key="rule places").set_value(["IN"]).run()
    assert page.metric[0].value != "Unknown"
    assert "creators" in " ".join(line.value for line in page.markdown)
    page = page.button(key="save the change").click().run()
    assert not page.exception
    assert not page.error
    assert "Geofence · in-69a · written by" in texts(page)


def test_a_rule_of_a_part_with_an_end_says_what_its_action_needs(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        whole = a_fence("ca-qc", places=["CA-QC"], action="age_gate", least_age_years=18)
        change = ok(at["olu"].create(whole, kind="geofence"))
    page = opened(monkeypatch, tiny_warehouse, screen="changes", who=Who((Role.OPERATOR,)),
                  change=change["id"])  # fmt: skip
    page = page.button(key="edit the change").click().run()
    assert page.multiselect(key="rule places").format_func("CA-QC") == "Quebec, Canada"
    assert page.number_input(key="rule least_age_years").value == 18
    page = page.selectbox(key="rule action").select(Action.HIDE_CONTENT_CLASS).run()
    page = page.text_input(key="rule content_class").input("gambling").run()
    ends = datetime.fromisoformat("2020-07-01")
    page = page.datetime_input(key="rule until").set_value(ends).run()
    page = page.datetime_input(key="rule expires_at").set_value(ends).run()
    page = page.multiselect(key="rule instead_of").set_value(["in-69a"]).run()
    page = page.button(key="save the change").click().run()
    assert not page.exception
    assert not page.error
    with people(plane, **THREE) as at:
        written = ok(at["olu"].get(f"/v1/changes/{change['id']}"))["content"]
    assert (written["content_class"], written["least_age_years"]) == ("gambling", None)
    assert written["window"]["until"] == "2020-07-01T00:00:00"
    assert written["expires_at"].startswith("2020-07-01T00:00:00")
    assert (written["places"], written["instead_of"]) == (["CA-QC"], ["in-69a"])


def test_what_the_data_says_is_closed_is_told_apart_from_rules_of_this_control_plane(
    plane: ControlPlane, tiny_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
        [own] = ok(at["olu"].get("/v1/geofence"))["orders"]
    closed = [
        applied("old", "HK", "Hong Kong: withdrawn"), applied(own["change"], "IN", "ours"),
        applied("over", "PK", "Pakistan: closed", ended=20),
    ]  # fmt: skip
    folder = tmp_path / "closed"
    write_warehouse(folder, user_days=[visit(1, 1, "US web")], applied_changes=closed)
    page = opened(monkeypatch, folder, screen="geofence", who=Who((Role.EXECUTIVE,)))
    assert not page.exception
    assert "1 country is closed by no rule of this control plane: Hong Kong." in texts(page)
    shown = _tables(page)
    assert "Hong Kong: withdrawn" in shown
    assert "Pakistan: closed" not in shown
    assert "ours" not in shown
    sees_brazil = Who((Role.EXECUTIVE,), frozenset({"BR"}))
    theirs = opened(monkeypatch, folder, screen="geofence", who=sees_brazil)
    assert "Hong Kong" not in texts(theirs) + _tables(theirs)


def test_the_edge_tells_who_straggles_and_what_becomes_of_requests(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = {"country": "IN", "outcome": "allowed", "requests": 7}
    said = {"pop": "bom", "revision": 0, "sha256": "0" * 64, "at": plane.wall().isoformat(),
            "served": [line]}  # fmt: skip
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
    told = httpx.post(f"{os.environ['BACKEND_URL']}/v1/edge/acknowledgements", json=said,
                      headers={"X-API-Key": plane.edge_key})  # fmt: skip
    told.raise_for_status()
    page = opened(monkeypatch, tiny_warehouse, screen="geofence", who=Who((Role.OPERATOR,)))
    assert not page.exception
    assert "1 straggler: bom keeps revision 0 since" in texts(page)
    assert "straggles since" in _tables(page)
    assert page.selectbox(key="geofence traffic").value == "IN"


def test_what_one_person_put_in_force_says_so_until_it_is_approved(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        change = ok(at["olu"].create(a_fence(basis=basis(kind="own_decision")), kind="geofence"))
    who = Who((Role.OPERATOR,))
    page = opened(monkeypatch, tiny_warehouse, screen="changes", who=who, change=change["id"])
    page = page.button(key="act tighten").click().run()
    page.text_input(key="act reference").input("INC-7")
    page = page.text_area(key="act reason").input("A film of an attack spreads.").run()
    page = page.button(key="act yes").click().run()
    assert not page.exception
    assert "Nobody approved it yet; it ends by itself at" in page.error[0].value
    assert "Reference: INC-7" in page.error[0].value.replace("\\", "")
    assert "live, not approved" in " ".join(badge.value for badge in page.markdown)
    approver = Who((Role.APPROVER,))
    theirs = opened(monkeypatch, tiny_warehouse, screen="changes", who=approver)
    assert "A change" in str([table.value.to_dict("list") for table in theirs.dataframe])


def test_a_job_is_done_by_evidence_and_an_executive_reads_no_names(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence())
    page = opened(monkeypatch, tiny_warehouse, screen="geofence", who=Who((Role.OPERATOR,)))
    assert "lacks 5 duties of 6" in " ".join(line.value for line in page.markdown)
    page = page.button(key="job take over").click().run()
    page = page.button(key="job yes").click().run()
    assert [each.value for each in page.error] == []
    page = page.button(key="job prove").click().run()
    page.text_input(key="job document").input("archive/report.pdf")
    page = page.text_input(key="job sha256").input("0" * 64).run()
    page = page.button(key="job yes").click().run()
    assert not page.exception
    assert page.success[0].value.replace("\\", "").endswith("with Reader-Operator.")
    assert "archive/report.pdf" in _tables(page)
    reader = Who((Role.EXECUTIVE,))
    page = opened(monkeypatch, tiny_warehouse, screen="geofence", who=reader)
    assert "archive/report.pdf" in _tables(page)
    assert "Reader-Operator" not in _tables(page)
    assert "job prove" not in [button.key for button in page.button]


def test_what_is_not_approved_is_opened_from_where_it_alarms(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        change = ok(at["olu"].create(a_fence(), kind="geofence", title="Closed at night"))
        ok(at["olu"].do(change, "tighten", reason="now", reference="case 1"))
    approver = Who((Role.APPROVER,))
    page = opened(monkeypatch, tiny_warehouse, screen="geofence", who=approver)
    assert not page.exception
    assert f"change={change['id']}" in _links(page)
    executive = Who((Role.EXECUTIVE,))
    theirs = opened(monkeypatch, tiny_warehouse, screen="geofence", who=executive)
    assert _links(theirs) == ""


def test_the_page_of_the_geofence_leads_to_the_form_of_a_rule(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = Who((Role.OPERATOR,))
    page = opened(monkeypatch, tiny_warehouse, screen="geofence", who=who)
    assert "write=geofence" in _links(page)
    form = opened(monkeypatch, tiny_warehouse, screen="changes", who=who, write="geofence")
    assert form.text_input(key="rule id").value == ""
    reader = Who((Role.AUDITOR,))
    lists = opened(monkeypatch, tiny_warehouse, screen="changes", who=reader, write="geofence")
    assert not lists.exception
    assert not lists.text_input
