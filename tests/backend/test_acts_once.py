"""What is done to people, their accounts and their tokens is done once, and no secret is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from dashboard.access.roles import Role
from dashboard.backend import once
from dashboard.backend.identity.passwords import set_own
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT, METADATA, PASSWORDS, PEOPLE, STOP_TOKENS
from tests.backend.changes.acting import Person, ok
from tests.backend.changes.cutting import cutting
from tests.backend.people import joined, token_of
from tests.backend.served import served

_TOKENS, _PEOPLE = "/v1/stop-tokens", "/v1/people"


@dataclass(frozen=True)
class _Count:
    """How many there are of each, and how many answers were cut off."""

    people: int
    links: int
    tokens: int
    cuts: int = 0


@contextmanager
def _somebody(plane: ControlPlane) -> Iterator[Person]:
    """An administrator who also stops, at the control plane until the block ends."""
    token = token_of(plane, joined(plane, "ada", Role.ADMINISTRATOR, Role.OPERATOR))
    with served(plane) as address, Person.at(address, token) as person:
        yield person


def _counted(plane: ControlPlane) -> _Count:
    counted = sa.select(sa.func.count())
    with plane.database.reading() as connection:
        people, links, tokens = (
            connection.execute(counted.select_from(table)).scalar_one()
            for table in (PEOPLE, PASSWORDS, STOP_TOKENS)
        )
    return _Count(people, links, tokens)


def _through_cuts(plane: ControlPlane, *, rounds: int) -> _Count:
    """What three acts in each round added, while answers were cut off."""
    with _somebody(plane) as ada:
        before = _counted(plane)
        with (
            cutting(str(ada.http.base_url), share=0.3) as proxy,
            Person.at(proxy.address, ada.token) as cut_off,
        ):
            for number in range(rounds):
                new, account = {"name": f"Person {number}"}, {"subject": f"name {number}"}
                id = ok(cut_off.until_answered("POST", _PEOPLE, new, 0))["person"]
                linked = cut_off.until_answered("POST", f"{_PEOPLE}/{id}/accounts", account, 0)
                assert ok(linked)["one_time_password"]
                purpose = {"purpose": f"number {number}"}
                assert ok(cut_off.until_answered("POST", _TOKENS, purpose, 0))["token"]
    after = _counted(plane)
    return _Count(
        after.people - before.people, after.links - before.links, after.tokens - before.tokens,
        proxy.cut,
    )  # fmt: skip


def test_sixty_acts_on_people_whose_answers_are_cut_off_are_done_once(plane: ControlPlane) -> None:
    found = _through_cuts(plane, rounds=20)
    print(f"\n60 acts on {plane.database.engine.name}: {found}")
    assert (found.people, found.links, found.tokens) == (20, 20, 20)
    assert found.cuts >= 6


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_kept_answers_the_proof_turns_red(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once, "_kept", lambda *_: None)
    monkeypatch.setattr(once, "_keep", lambda *_: None)
    with pytest.raises(AssertionError):
        found = _through_cuts(plane, rounds=5)
        assert (found.people, found.links, found.tokens) == (5, 5, 5)


def _new_person(ada: Person, name: str = "Ann") -> str:
    return str(ok(ada.send("POST", _PEOPLE, {"name": name}))["person"])


def test_a_secret_is_told_again_to_whoever_sends_the_act_again(plane: ControlPlane) -> None:
    with _somebody(plane) as ada:
        acts = (
            (f"{_PEOPLE}/{_new_person(ada)}/accounts", {"subject": "ann"}, {"subject": "ben"}),
            (_TOKENS, {"purpose": "pager"}, {"purpose": "another"}),
        )
        for path, said, other in acts:
            key = str(uuid4())
            first, again = (ada.send("POST", path, said, key=key) for _ in range(2))
            assert ok(again) == ok(first)
            assert again.headers["idempotency-replayed"] == "true"
            used = ada.send("POST", path, other, key=key)
            assert (used.status_code, used.json()["type"]) == (422, "key-used")
        none = ada.http.post(_PEOPLE, json={"name": "x"}, headers=ada._headers({}))
        assert (none.status_code, none.json()["type"]) == (400, "key-missing")


def _kept(plane: ControlPlane, folder: Path) -> bytes:
    """Every row of every table, and every file of the database and the audit but the keys."""
    with plane.database.reading() as connection:
        tables = (connection.execute(sa.select(each)).all() for each in METADATA.sorted_tables)
        rows = str([[tuple(row) for row in table] for table in tables]).encode()
    files = (each for each in folder.rglob("*") if each.is_file() and each.suffix != ".key")
    return rows + b"".join(each.read_bytes() for each in files)


def test_no_secret_is_kept_and_none_is_written_to_a_log(
    plane: ControlPlane, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with _somebody(plane) as ada:
        path, account = f"{_PEOPLE}/{_new_person(ada)}/accounts", {"subject": "ann"}
        once_told = ok(ada.send("POST", path, account))["one_time_password"]
        token = ok(ada.send("POST", _TOKENS, {"purpose": "pager"}))["token"]
    found = _kept(plane, tmp_path)
    assert b"pager" in found
    for secret in (once_told, token.rpartition("_")[2], plane.answers_key):
        assert secret.encode() not in found
        assert secret not in caplog.text
    assert (plane.audit_folder / "answers.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_answer_that_is_kept_with_its_secret_is_found(
    plane: ControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.backend.routes.stop_tokens.secret_of", lambda *said: said[-1])
    with _somebody(plane) as ada:
        token = ok(ada.send("POST", _TOKENS, {"purpose": "pager"}))["token"]
    assert token.split("_", 2)[2].encode() in _kept(plane, tmp_path)


def test_a_token_that_was_ended_is_told_no_more(plane: ControlPlane) -> None:
    with _somebody(plane) as ada:
        key, said = str(uuid4()), {"purpose": "pager"}
        made = ok(ada.send("POST", _TOKENS, said, key=key))
        ok(ada.send("DELETE", f"{_TOKENS}/{made['id']}", None))
        again = ada.send("POST", _TOKENS, said, key=key)
    assert (again.status_code, again.json()["type"]) == (409, "secret-spent")
    assert _counted(plane).tokens == 1


def test_a_password_that_was_changed_is_told_no_more(plane: ControlPlane) -> None:
    with _somebody(plane) as ada:
        key, said, ann = str(uuid4()), {"subject": "ann"}, _new_person(ada)
        path = f"{_PEOPLE}/{ann}/accounts"
        ok(ada.send("POST", path, said, key=key))
        set_own(plane, ann, "a password of her own")
        again = ada.send("POST", path, said, key=key)
        assert (again.status_code, again.json()["type"]) == (409, "secret-spent")
        # Another password for the same name is not the one that was told.
        ok(ada.send("POST", f"{path}/remove", said))
        ok(ada.send("POST", path, said))
        assert ada.send("POST", path, said, key=key).status_code == 409


def test_a_token_is_told_again_after_a_recent_sign_in_alone(plane: ControlPlane) -> None:
    key, said = str(uuid4()), {"purpose": "pager"}
    with _somebody(plane) as ada:
        ok(ada.send("POST", _TOKENS, said, key=key))
        old = token_of(plane, "ada", signed_in_at=plane.wall() - timedelta(minutes=11))
        again = replace(ada, token=old).send("POST", _TOKENS, said, key=key)
    assert (again.status_code, again.json()["type"]) == (403, "sign-in-too-old")


def test_signing_out_again_is_refused_and_done_no_second_time(plane: ControlPlane) -> None:
    key = str(uuid4())
    with _somebody(plane) as ada:
        ok(ada.send("DELETE", "/v1/session", None, key=key))
        assert ada.send("DELETE", "/v1/session", None, key=key).status_code == 401
        # The same key does not answer for the next sign-in, which goes on.
        anew = replace(ada, token=token_of(plane, "ada"))
        assert anew.send("DELETE", "/v1/session", None, key=key).status_code == 422
        assert anew.get("/v1/me").status_code == 200
    with plane.database.reading() as connection:
        ended = sa.select(AUDIT).where(AUDIT.c.event == "session.ended")
        assert len(connection.execute(ended).all()) == 1
