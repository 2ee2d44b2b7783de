"""The register on screen: who there is, and what an administrator alone does to it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access.roles import Role
from dashboard.backend.identity.people import add_person, person_of
from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import ClockMode
from tests.backend.people import joined
from tests.pages.opened import Who, opened

ADMINISTRATOR, AUDITOR = Who((Role.ADMINISTRATOR,)), Who((Role.AUDITOR,))
HOSTILE = "![x](http://elsewhere.example/x.png) <b>"
production = pytest.mark.parametrize("plane", [ClockMode.WALL], indirect=True)


def _page(patch: pytest.MonkeyPatch, folder: Path, who: Who, person: str = "") -> AppTest:
    chosen = {"person": person} if person else {}
    return opened(patch, folder, screen="people", who=who, **chosen)


def _done(page: AppTest, act: str, **said: str) -> AppTest:
    page = page.button(key=f"person {act}").click().run()
    for key, text in said.items():
        page = page.text_input(key=key.replace("_", " ")).input(text).run()
    return page.button(key="person yes").click().run()


def _newcomer(plane: ControlPlane, name: str = "Somebody New") -> str:
    with plane.database.writing() as connection:
        return add_person(connection, name, at=plane.wall())


@production
def test_the_first_administrator_appoints_the_second_and_no_third(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, third = _newcomer(plane), _newcomer(plane, "One More")
    page = _done(_page(monkeypatch, tiny_warehouse, ADMINISTRATOR, second), "appoint")
    assert "two administrators now" in page.success[0].value
    with plane.database.reading() as connection:
        found = person_of(connection, second)
    assert found is not None
    assert Role.ADMINISTRATOR in found.roles
    button = _page(monkeypatch, tiny_warehouse, ADMINISTRATOR, third).button(key="person appoint")
    assert button.disabled
    assert "two administrators" in button.help


@production
def test_somebody_new_is_added_and_given_an_account(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _done(_page(monkeypatch, tiny_warehouse, ADMINISTRATOR), "add", person_input="Ada New")
    assert "Ada New is in the register" in page.success[0].value
    person = _newcomer(plane, "Bea New")
    page = _done(_page(monkeypatch, tiny_warehouse, ADMINISTRATOR, person), "link",
                 person_input="bea")  # fmt: skip
    assert page.success
    [shown] = page.code
    once = shown.value
    assert len(once) >= 12
    assert once not in str(page.run())


@production
def test_what_is_missing_is_said_in_a_sentence(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _done(_page(monkeypatch, tiny_warehouse, ADMINISTRATOR), "add")
    assert page.error
    assert not page.exception


@production
def test_an_auditor_reads_the_register_and_changes_nothing(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(monkeypatch, tiny_warehouse, AUDITOR, joined(plane, "ann", Role.REVIEWER))
    acts = [each for each in page.button if (each.key or "").startswith("person ")]
    assert acts
    assert all(each.disabled and "administrator" in each.help for each in acts)


@production
def test_what_was_begun_for_one_person_is_not_asked_below_another(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = _newcomer(plane, "One"), _newcomer(plane, "Other")
    page = _page(monkeypatch, tiny_warehouse, ADMINISTRATOR, one)
    page = page.button(key="person close").click().run()
    assert any("Close this person" in each.value for each in page.markdown)
    page.query_params["person"] = other
    page = page.run()
    assert "Other" in [each.value for each in page.subheader]
    assert not [each for each in page.button if each.key == "person yes"]


@production
def test_somebody_can_be_added_while_another_is_open_and_what_is_barred_says_why(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(monkeypatch, tiny_warehouse, ADMINISTRATOR, _newcomer(plane))
    assert not page.button(key="person add").disabled
    assert page.button(key="person unlink").disabled
    assert any("no account to take away" in each.value for each in page.caption)


@production
def test_a_hostile_name_stays_text(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(monkeypatch, tiny_warehouse, ADMINISTRATOR, _newcomer(plane, HOSTILE))
    said = [each.value for each in (*page.subheader, *page.markdown, *page.caption)]
    assert not [text for text in said if "![x]" in text or "<b>" in text]


@production
def test_a_stop_token_is_shown_once_and_ended(
    plane: ControlPlane, tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="status", who=Who((Role.OPERATOR,)))
    page = page.button(key="stop token make").click().run()
    page = page.text_input(key="stop token purpose").input("the laptop on call").run()
    page = page.button(key="stop token yes").click().run()
    [token] = [each.value for each in page.code]
    assert token.startswith("stp_")
    assert token not in str(page.run())
    page = page.button(key="stop token end").click().run()
    page = page.button(key="stop token yes").click().run()
    assert "stops nothing any more" in page.success[0].value


@pytest.mark.usefixtures("nobody")
def test_while_nobody_answers_the_page_says_so(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, tiny_warehouse, screen="people")
    said = [each.value for each in page.error]
    assert said
    assert not [each for each in said if "could not be shown" in each]
