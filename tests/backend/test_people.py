"""Administrators keep the register of people, and none of them can make themselves two."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from dashboard.access.roles import Role
from dashboard.backend.identity.accounts import administrators
from dashboard.backend.identity.demo import settle_demo
from dashboard.backend.identity.people import person_of
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT, STOP_TOKENS
from dashboard.control.people import Account, NewPerson, NewStopToken
from dashboard.errors import ActRefused
from tests.backend.browsers import at
from tests.backend.changes.acting import Person, ok
from tests.backend.people import joined, token_of
from tests.backend.served import asked, served


def _post(
    address: str, token: str, path: str, body: object = None, key: str = ""
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or str(uuid4())}
    return httpx.post(f"{address}{path}", json=body, headers=headers)


def _events(plane: ControlPlane) -> list[str]:
    with plane.database.reading() as connection:
        query = sa.select(AUDIT.c.event).order_by(AUDIT.c.seq)
        return list(connection.execute(query).scalars())


def test_somebody_new_gets_an_account_and_is_closed_again(plane: ControlPlane) -> None:
    token = token_of(plane, joined(plane, "first", Role.ADMINISTRATOR))
    with served(plane) as address:
        ann = _post(address, token, "/v1/people", {"name": "Ann"}).json()["person"]
        linked = _post(address, token, f"/v1/people/{ann}/accounts", {"subject": "ann"})
        assert linked.json()["one_time_password"]
        hers = token_of(plane, ann)
        assert httpx.get(f"{address}/v1/me", headers=_bearer(hers)).status_code == 200
        rows = httpx.get(f"{address}/v1/people", headers=_bearer(token)).json()["rows"]
        [row] = [row for row in rows if row["id"] == ann]
        assert [each["subject"] for each in row["accounts"]] == ["ann"]
        assert _post(address, token, f"/v1/people/{ann}/close").status_code == 200
        assert httpx.get(f"{address}/v1/me", headers=_bearer(hers)).status_code == 401
    assert _events(plane) == ["people.added", "people.linked", "people.closed"]


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_no_account_is_linked_to_somebody_whose_roles_were_submitted(plane: ControlPlane) -> None:
    with served(plane) as address, httpx.Client(base_url=address, timeout=30) as http:
        ada, bob = (
            Person(http, token_of(plane, joined(plane, name, Role.ADMINISTRATOR)))
            for name in ("ada", "bob")
        )
        new = _post(address, ada.token, "/v1/people", {"name": "New"}).json()["person"]
        accounts = f"/v1/people/{new}/accounts"
        content = {"person": new, "roles": ["approver"], "reach": None}
        change = ok(ada.do(ok(ada.create(content, kind="grants")), "preview"))
        change = ok(bob.do(ok(ada.do(change, "submit")), "approve"))
        late = _post(address, ada.token, accounts, {"subject": "ada-again"})
        assert late.status_code == 409, "bob approved roles for somebody without this account"
        ok(ada.do(change, "withdraw"))
        assert _post(address, ada.token, accounts, {"subject": "new"}).status_code == 200


def test_nobody_gets_the_account_of_somebody_who_holds_roles(plane: ControlPlane) -> None:
    token = token_of(plane, joined(plane, "first", Role.ADMINISTRATOR))
    joined(plane, "ben", Role.APPROVER)
    with served(plane) as address:
        answer = _post(address, token, "/v1/people/ben/accounts", {"subject": "mine-too"})
        assert (answer.status_code, answer.json()["type"]) == (409, "people-conflict")
        own = _post(address, token, "/v1/people/first/accounts", {"subject": "more"})
        assert own.status_code == 409
        assert _post(address, token, "/v1/people/first/close").status_code == 409


def test_the_first_administrator_appoints_the_second_alone_and_nobody_after(
    plane: ControlPlane,
) -> None:
    token = token_of(plane, joined(plane, "first", Role.ADMINISTRATOR))
    joined(plane, "second")
    joined(plane, "third")
    with served(plane) as address:
        assert _post(address, token, "/v1/people/second/appoint").status_code == 200
        assert _post(address, token, "/v1/people/third/appoint").status_code == 409
        # Closing the second would leave the first free to appoint somebody else.
        assert _post(address, token, "/v1/people/second/close").status_code == 409
    with plane.database.reading() as connection:
        assert administrators(connection) == {"first", "second"}
    assert _events(plane) == ["grants.bootstrap"]


def test_the_people_of_a_demo_are_nobody_elsewhere(
    plane: ControlPlane, demo_plane: ControlPlane
) -> None:
    with served(demo_plane) as address:
        id_token, token = at(address, demo_plane).signed_in("demo-administrator")
    with served(plane) as address:
        # Even before the start that closes them.
        browser = at(address, plane)
        assert browser.ask(token).status_code == 401
        assert browser.authorize(login_hint="demo-administrator").status_code == 200
        assert httpx.get(f"{address}/v1/demo").status_code == 404
        assert browser.exchange(id_token).status_code == 400
    with plane.database.writing() as connection:
        settle_demo(connection, is_demo=False, now=plane.wall())
        person = person_of(connection, "demo-administrator")
        assert person is not None
        assert not person.is_active
        assert administrators(connection) == frozenset()


def test_a_stop_token_stops_and_does_nothing_else(plane: ControlPlane) -> None:
    signed_in = token_of(plane, joined(plane, "olu", Role.OPERATOR))
    with served(plane) as address:
        made = _post(address, signed_in, "/v1/stop-tokens", {"purpose": "pager"}).json()
        stop = _bearer(made["token"])
        for method, path in (("GET", "/v1/me"), ("GET", "/v1/status"), ("GET", "/v1/stop-tokens")):
            assert httpx.request(method, f"{address}{path}", headers=stop).status_code == 403
        more = _post(address, made["token"], "/v1/stop-tokens", {"purpose": "more"})
        assert more.status_code == 403
        url = f"{address}/v1/stop-tokens/{made['id']}"
        ending = _bearer(signed_in) | {"Idempotency-Key": "the end of it"}
        assert httpx.delete(url, headers=ending).status_code == 200
        assert httpx.get(f"{address}/v1/status", headers=stop).status_code == 401
    with plane.database.reading() as connection:
        kept = str(connection.execute(sa.select(STOP_TOKENS)).all())
    assert made["token"].partition(made["id"])[2].strip("_") not in kept


@pytest.mark.parametrize("minutes", [11, 60])
def test_a_stop_token_is_made_after_a_recent_sign_in_alone(
    plane: ControlPlane, minutes: int
) -> None:
    olu = joined(plane, "olu", Role.OPERATOR)
    old = token_of(plane, olu, signed_in_at=plane.wall() - timedelta(minutes=minutes))
    with served(plane) as address:
        answer = _post(address, old, "/v1/stop-tokens", {"purpose": "pager"})
    assert (answer.status_code, answer.json()["type"]) == (403, "sign-in-too-old")


def test_a_stop_token_is_over_after_its_days(plane: ControlPlane) -> None:
    token = token_of(plane, joined(plane, "olu", Role.OPERATOR))
    with served(plane) as address:
        wanted = {"purpose": "pager", "days": 90}
        made = _post(address, token, "/v1/stop-tokens", wanted).json()["token"]
        assert _post(address, token, "/v1/stop-tokens", {**wanted, "days": 91}).status_code == 422
    later = plane.wall() + timedelta(days=90)
    with served(replace(plane, wall=lambda: later)) as address:
        assert httpx.get(f"{address}/v1/status", headers=_bearer(made)).status_code == 401


def test_the_client_asks_what_the_control_plane_answers(plane: ControlPlane) -> None:
    with asked(plane, Role.ADMINISTRATOR, Role.OPERATOR) as client:
        ann = client.people.add(NewPerson(name="Ann"))
        account = Account(subject="ann")
        assert client.people.link(ann, account).one_time_password
        client.people.unlink(ann, account)
        client.people.appoint(ann)
        with pytest.raises(ActRefused, match="Two administrators have to stay"):
            client.people.close(ann)
        made = client.people.make_stop_token(NewStopToken(purpose="pager"))
        client.people.end_stop_token(made.id)
        [kept] = client.people.stop_tokens().rows
        assert (kept.id, kept.ended_at is not None) == (made.id, True)
        roles = {row.name: row.roles for row in client.people.everybody().rows}
    assert roles["Ann"] == (Role.ADMINISTRATOR,)
