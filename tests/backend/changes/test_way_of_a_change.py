"""A change goes from a draft to being in force, by two people, and can be stopped by one."""

from dashboard.access.roles import Role
from dashboard.backend.plane import ControlPlane
from tests.backend.changes.acting import a_freeze, applied, ok, people


def test_a_freeze_is_proposed_approved_applied_and_stopped(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR, ann=Role.APPROVER) as at:
        olu, ann = at["olu"], at["ann"]
        change = ok(olu.create(a_freeze()))
        assert (change["state"], change["version"], change["subject"]) == ("draft", 1, "autumn")
        change = ok(olu.do(change, "preview"))
        change = ok(olu.do(change, "submit"))
        assert olu.do(change, "approve").status_code == 403
        change = ok(ann.do(change, "approve"))
        assert change["state"] == "approved"
        change = ok(ann.do(change, "apply"))
        assert (change["state"], change["is_in_force"]) == ("live", True)
        live = ok(ann.get("/v1/live/freeze/autumn"))
        assert (live["revision"], live["content_hash"]) == (1, change["content_hash"])
        change = ok(olu.do(change, "stop", reason="it was a mistake"))
        assert change["state"] == "rolled_back"
        assert ok(ann.get("/v1/live/freeze/autumn"))["content"] is None
        assert [offer["act"] for offer in change["offers"] if offer["is_allowed"]] == []
        change = ok(ann.do(change, "review", reason="it was"))
        steps = ok(ann.get(f"/v1/changes/{change['id']}/timeline"))["steps"]
    acts = ["create", "preview", "submit", "approve", "apply", "stop", "review"]
    assert [step["act"] for step in steps] == acts


def test_a_person_s_roles_are_given_at_once_by_two_administrators(plane: ControlPlane) -> None:
    three = {"ada": Role.ADMINISTRATOR, "bob": Role.ADMINISTRATOR, "rae": Role.REVIEWER}
    with people(plane, **three) as at:
        content = {"person": "rae", "roles": ["approver"], "reach": ["IN"]}
        assert at["rae"].create(content, kind="grants").status_code == 403
        change = applied(at["ada"], at["bob"], content, kind="grants")
        assert change["state"] == "live"
        me = ok(at["rae"].get("/v1/me"))
    assert (me["roles"], me["reach"]) == (["approver"], ["IN"])


def test_the_waiting_list_shows_what_somebody_is_waited_for(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR, ann=Role.APPROVER) as at:
        change = ok(at["olu"].create(a_freeze()))
        change = ok(at["olu"].do(change, "preview"))
        ok(at["olu"].do(change, "submit"))
        waiting = ok(at["ann"].get("/v1/changes?view=waiting"))["rows"]
        assert [row["waits_for_me"] for row in waiting] == [["approve"]]
        assert ok(at["olu"].get("/v1/changes?view=waiting"))["rows"] == []
        assert len(ok(at["olu"].get("/v1/changes?view=mine"))["rows"]) == 1
