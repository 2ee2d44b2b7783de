"""Whoever has a password signs in with it, and whoever guesses is stopped."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from dashboard.access.roles import Role
from dashboard.backend.identity import passwords
from dashboard.backend.identity.first import FIRST_NAME, first_password
from dashboard.backend.identity.passwords import (
    TRIES_OF_NAME,
    Try,
    Verdict,
    new_one_time,
    set_own,
    tried,
    weakness_of,
)
from dashboard.backend.identity.people import people
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT, METADATA
from tests.backend.browsers import Browser, at, code_in
from tests.backend.people import joined, token_of
from tests.backend.served import served

OWN = "a long walk in the rain"


def _started(plane: ControlPlane) -> str:
    """The one-time password of a first start."""
    with plane.database.writing() as connection:
        return first_password(plane, connection)


def _guess(plane: ControlPlane, password: str, name: str = FIRST_NAME) -> Verdict:
    return tried(plane, Try(name, password, "127.0.0.1")).verdict


def _sent(browser: Browser, page: str, **fields: str) -> httpx.Response:
    """What a form of ours is answered, with the question that its page carried."""
    shown = browser.authorize().text
    found = re.search(r'name="question" value="([^"]*)"', shown)
    assert found is not None
    question = found[1].replace("&amp;", "&")
    headers = {"Origin": browser.address}
    return httpx.post(
        f"{browser.address}/oidc/{page}", data={"question": question, **fields}, headers=headers
    )


def test_the_first_start_makes_one_administrator_who_has_to_choose_a_password(
    plane: ControlPlane,
) -> None:
    once = _started(plane)
    assert _started(plane) == "", "a second start prints none"
    with served(plane) as address:
        browser = at(address, plane)
        asked = _sent(browser, "sign-in", name=FIRST_NAME, password=once)
        assert (asked.status_code, "Choose a password" in asked.text) == (200, True)
        fields = {"name": FIRST_NAME, "password": once, "new": OWN, "again": OWN}
        code = code_in(_sent(browser, "password", **fields))
        id_token = browser.redeem(code).json()["id_token"]
        me = browser.ask(browser.exchange(id_token).json()["access_token"]).json()
        assert me["roles"] == ["administrator"]
        assert _sent(browser, "sign-in", name=FIRST_NAME, password=once).status_code == 401
        assert _sent(browser, "sign-in", name="  Administrator ", password=OWN).status_code == 303


def test_whoever_signed_in_with_the_password_before_is_out(plane: ControlPlane) -> None:
    ann = joined(plane, "ann", Role.ADMINISTRATOR)
    with plane.database.writing() as connection:
        new_one_time(connection, ann, name="ann", now=plane.wall())
    token = token_of(plane, ann)
    with served(plane) as address:
        browser = at(address, plane)
        assert browser.ask(token).status_code == 200
        set_own(plane, ann, OWN)
        assert browser.ask(token).status_code == 401


@pytest.mark.parametrize(
    ("new", "again", "why"),
    [
        ("too short", "too short", "12 to 200"),
        ("password1234", "password1234", "guessed"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "guessed"),
        ("the administrator's own", "the administrator's own", "name"),
        (OWN, "another long sentence", "both times"),
    ],
)
def test_a_weak_password_is_not_taken(plane: ControlPlane, new: str, again: str, why: str) -> None:
    once = _started(plane)
    with served(plane) as address:
        fields = {"name": FIRST_NAME, "password": once, "new": new, "again": again}
        answer = _sent(at(address, plane), "password", **fields)
    assert (answer.status_code, why in answer.text) == (200, True)
    assert _guess(plane, once) is Verdict.MUST_CHANGE


def test_two_hundred_guesses_are_ten_tries_and_few_rows(plane: ControlPlane) -> None:
    _started(plane)
    assert _wrong_among(plane, 200) == TRIES_OF_NAME.most


@pytest.mark.drill
def test_ten_thousand_guesses_are_ten_tries_and_few_rows(plane: ControlPlane) -> None:
    _started(plane)
    assert _wrong_among(plane, 10_000) == TRIES_OF_NAME.most


def test_a_throttle_that_counts_nothing_is_seen(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "TRIES_OF_NAME", replace(TRIES_OF_NAME, most=10_000))
    _started(plane)
    assert _wrong_among(plane, 15) > TRIES_OF_NAME.most


def _wrong_among(plane: ControlPlane, guesses: int) -> int:
    """How many of so many guesses at once were compared with the password at all."""
    still = plane.wall()
    frozen = replace(plane, wall=lambda: still)
    verdicts = [_guess(frozen, f"guess number {number}") for number in range(guesses)]
    with plane.database.reading() as connection:
        refused = sa.select(sa.func.count()).where(AUDIT.c.event == "session.refused")
        assert connection.execute(refused).scalar_one() <= 6
    assert {Verdict.WRONG, Verdict.TOO_OFTEN} >= set(verdicts)
    return verdicts.count(Verdict.WRONG)


def test_a_stranger_keeps_nobody_out_for_longer_than_a_quarter_of_an_hour(
    plane: ControlPlane,
) -> None:
    once, begun = _started(plane), plane.wall()
    for _ in range(30):
        _guess(replace(plane, wall=lambda: begun), "a stranger's guess")
    late = replace(plane, wall=lambda: begun + timedelta(minutes=14))
    assert _guess(late, once) is Verdict.TOO_OFTEN
    later = replace(plane, wall=lambda: begun + timedelta(minutes=15))
    assert _guess(later, once) is Verdict.MUST_CHANGE


def test_how_many_refusals_were_not_written_is_told_afterwards(plane: ControlPlane) -> None:
    _started(plane)
    begun = plane.wall()
    for _ in range(20):
        _guess(replace(plane, wall=lambda: begun), "a guess")
    _guess(replace(plane, wall=lambda: begun + timedelta(minutes=2)), "a guess")
    with plane.database.reading() as connection:
        query = sa.select(AUDIT.c.body).where(AUDIT.c.event == "session.refused")
        bodies = connection.execute(query.order_by(AUDIT.c.seq)).scalars().all()
    assert '"not_written_before":15' in bodies[5]
    assert len(bodies) == 6


def test_a_name_that_nobody_has_is_refused_like_any_other_and_not_repeated(
    plane: ControlPlane,
) -> None:
    _started(plane)
    assert _guess(plane, "a guess", "my-password-in-the-wrong-field") is Verdict.WRONG
    assert "wrong-field" not in _dump(plane)


def test_no_password_stands_in_the_database_nor_in_what_is_logged(
    plane: ControlPlane, caplog: pytest.LogCaptureFixture
) -> None:
    once = _started(plane)
    with caplog.at_level("DEBUG"), served(plane) as address:
        browser = at(address, plane)
        fields = {"name": FIRST_NAME, "password": once, "new": OWN, "again": OWN}
        code = code_in(_sent(browser, "password", **fields))
        id_token = browser.redeem(code).json()["id_token"]
        token = browser.exchange(id_token).json()["access_token"]
        browser.ask(token)
    ours = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("httpcore")
    )
    for secret in (once, OWN, code, id_token, token):
        assert secret not in _dump(plane)
        assert secret not in ours


def _dump(plane: ControlPlane) -> str:
    with plane.database.reading() as connection:
        return "\n".join(
            str(tuple(row)) for table in METADATA.sorted_tables
            for row in connection.execute(sa.select(table))
        )  # fmt: skip


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
def test_a_form_from_elsewhere_is_refused(plane: ControlPlane, origin: str) -> None:
    once = _started(plane)
    with served(plane) as address:
        form = {"question": "", "name": FIRST_NAME, "password": once}
        headers = {"Origin": origin} if origin else {}
        answer = httpx.post(f"{address}/oidc/sign-in", data=form, headers=headers)
    assert answer.status_code == 403


def test_somebody_who_was_closed_does_not_sign_in(plane: ControlPlane) -> None:
    ann = joined(plane, "ann", Role.AUDITOR)
    with plane.database.writing() as connection:
        once = new_one_time(connection, ann, name="Ann", now=plane.wall())
    set_own(plane, ann, OWN)
    assert once != OWN
    assert _guess(plane, OWN, "ann") is Verdict.RIGHT
    with plane.database.writing() as connection:
        connection.exec_driver_sql("update people set is_active = false")
    assert _guess(plane, OWN, "ann") is Verdict.WRONG
    with plane.database.reading() as connection:
        assert [each.id for each in people(connection)] == ["ann"]


def test_a_password_as_long_as_it_may_be_is_taken() -> None:
    assert weakness_of("a long walk in the rain " * 8, "ann") == ""
    assert "200" in weakness_of("x y z w v " * 21, "ann")
