"""Changes on screen: written by one, approved by another, stopped by one, and never done twice."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access.roles import Role
from dashboard.backend.plane import ControlPlane
from dashboard.control.changes import ChangeKind, ChangeQuestion, Proposal
from dashboard.control.client import ControlClient
from dashboard.control.wire import ClockMode
from dashboard.errors import ControlSilent
from dashboard.ui import filters
from dashboard.ui.identity import control_of_nobody
from tests.backend.changes.acting import ok, people
from tests.backend.changes.fences import THREE, a_fence, in_force, submitted
from tests.backend.people import joined, token_of
from tests.pages.opened import Who, opened, texts

OPERATOR, APPROVER = Who((Role.OPERATOR,)), Who((Role.APPROVER,))
HOSTILE = "![x](http://elsewhere.example/x.png) <b>$E$</b> [y](javascript:alert(1))"
production = pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)


def _asked_by(plane: ControlPlane, role: Role) -> ControlClient:
    token = token_of(plane, joined(plane, f"reader-{role.value}", role))
    return control_of_nobody().of(lambda: token)


def _freeze(name: str = "election", title: str = "Calm before the election") -> Proposal:
    content = {
        "name": name, "kinds": ["ranking"], "countries": ["US"], "reason": "An election.",
        "since": "2020-09-01T00:00:00Z", "until": "2020-11-10T00:00:00Z",
    }  # fmt: skip
    return Proposal(
        kind=ChangeKind.FREEZE, title=title, reason="It asks for calm.", content=content
    )


def _submitted(plane: ControlPlane, title: str = "Calm before the election") -> str:
    changes = _asked_by(plane, Role.OPERATOR).changes
    return changes.submit(changes.preview(changes.create(_freeze(title=title)))).id


def _page(patch: pytest.MonkeyPatch, folder: Path, who: Who, change: str = "") -> AppTest:
    chosen = {"change": change} if change else {}
    return opened(patch, folder, screen="changes", who=who, **chosen)


def _act(page: AppTest, act: str, why: str = "") -> AppTest:
    page = page.button(key=f"act {act}").click().run()
    if why:
        page = page.text_area(key="act reason").input(why).run()
    return page.button(key="act yes").click().run()


@production
def test_one_writes_another_approves_and_applies(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(monkeypatch, tiny_warehouse, OPERATOR)
    page = page.button(key="new freeze").click().run()
    page.text_input(key="written title").input("Calm before the election")
    page.text_input(key="freeze name").input("election")
    page.multiselect(key="freeze kinds").set_value([ChangeKind.RANKING])
    page = page.text_area(key="written reason").input("It asks for calm.").run()
    page = page.button(key="save the change").click().run()
    assert [each.value for each in page.success] == [
        "Calm before the election is saved as a draft\\. Preview it to see whom it touches\\."
    ]
    page = _act(_act(page, "preview"), "submit")
    [row] = _asked_by(plane, Role.APPROVER).changes.page(ChangeQuestion()).rows
    theirs = _page(monkeypatch, tiny_warehouse, APPROVER, row.id)
    theirs = _act(_act(theirs, "approve"), "apply")
    assert not theirs.exception
    assert not theirs.error
    [live] = _asked_by(plane, Role.APPROVER).changes.live(ChangeKind.FREEZE).subjects
    assert live.content is not None
    assert live.content["kinds"] == ["ranking"]


@production
def test_nobody_approves_what_they_wrote_and_the_button_says_why(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Who((Role.OPERATOR, Role.APPROVER))
    token = token_of(plane, joined(plane, "reader-approver-operator", *both.roles))
    changes = control_of_nobody().of(lambda: token).changes
    own = changes.submit(changes.preview(changes.create(_freeze())))
    approve = _page(monkeypatch, tiny_warehouse, both, own.id).button(key="act approve")
    assert approve.disabled
    assert "wrote" in approve.help


@production
def test_stopping_takes_one_and_a_reason(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = _submitted(plane)
    page = _page(monkeypatch, tiny_warehouse, APPROVER, change)
    page = _act(_act(page, "approve"), "apply")
    operator = _page(monkeypatch, tiny_warehouse, OPERATOR, change)
    refused = _act(operator, "stop")
    assert refused.error
    stopped = _act(
        _page(monkeypatch, tiny_warehouse, OPERATOR, change), "stop", "It holds too much."
    )
    assert not stopped.error
    assert "It holds too much" in texts(stopped)
    assert "A second person reviews it" in texts(stopped)


@production
def test_what_people_wrote_stays_text(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(monkeypatch, tiny_warehouse, APPROVER, _submitted(plane, HOSTILE))
    said = [each.value for each in (*page.subheader, *page.markdown, *page.caption)]
    assert not page.exception
    assert not [text for text in said if "![x]" in text or "<b>" in text or "[y](" in text]


@production
def test_an_act_whose_answer_was_lost_is_done_once(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = _submitted(plane)
    page = _page(monkeypatch, tiny_warehouse, APPROVER, change).button(key="act approve").click()
    page = page.run()
    connection = type(control_of_nobody().connection)
    real = connection.act

    def lost(*asked: object, **named: object) -> object:
        real(*asked, **named)
        raise ControlSilent("The control plane was silent.")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "act", lost)
        page = page.button(key="act yes").click().run()
    assert "it is not known whether this was done" in "".join(e.value for e in page.error)
    page = page.button(key="act yes").click().run()
    assert not page.error
    assert len(_asked_by(plane, Role.APPROVER).changes.get(change).approvals) == 1


@production
def test_whoever_looks_at_the_past_changes_nothing(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = _submitted(plane)
    past = opened(monkeypatch, tiny_warehouse, who=APPROVER, as_of="2020-07-01")
    page = _page(monkeypatch, tiny_warehouse, APPROVER, change)
    page.session_state[filters._CHOICE] = past.session_state[filters._CHOICE]
    approve = page.run().button(key="act approve")
    assert approve.disabled
    assert "as it was on" in approve.help


@pytest.mark.usefixtures("nobody")
def test_while_nobody_answers_the_page_says_so(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="changes")
    assert not page.exception
    assert page.error


@production
def test_what_was_put_in_force_alone_waits_before_all_others_and_says_so(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        alone = ok(at["olu"].create(a_fence(), kind="geofence", title="Closed at night"))
        ok(at["olu"].do(alone, "tighten", reason="now", reference="case 1"))
    _submitted(plane)
    [listed] = _page(monkeypatch, tiny_warehouse, APPROVER).dataframe
    assert listed.value["title"].to_list() == ["Closed at night", "Calm before the election"]
    assert listed.value["state"].to_list() == ["live, not approved", "submitted"]


@production
def test_whoever_decides_reads_first_where_and_what(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        waiting = submitted(at["olu"], a_fence(places=["IN", "US-MT"]))
        page = _page(monkeypatch, tiny_warehouse, APPROVER, waiting["id"])
        differs = page.dataframe[0].value
        assert differs.columns.to_list() == ["Field", "Proposed"]
        assert differs.head(2).values.tolist() == [
            ["places", "India, Montana"], ["action", "block_all"],
        ]  # fmt: skip
        assert "—" not in differs["Proposed"].to_list()


@production
def test_the_sides_of_a_change_are_named_for_what_is_in_force_by_now(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence(action="read_only"))
        late = submitted(at["olu"], a_fence(action="block_upload"))
        live = in_force(at, a_fence())
    columns = [
        _page(monkeypatch, tiny_warehouse, APPROVER, each["id"])
        .dataframe[0]
        .value.columns.to_list()
        for each in (live, late)
    ]
    assert columns == [
        ["Field", "Before", "In force"],
        ["Field", "When it was written", "Proposed"],
    ]
