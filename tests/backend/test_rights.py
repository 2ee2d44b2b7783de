"""Every operation of the control plane has a row here that says who may ask it, and holds to it."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from dashboard.access.roles import Role
from dashboard.backend.application import application
from dashboard.backend.identity import gate
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.sessions import LONGEST, end_session, start_session
from dashboard.backend.plane import ControlPlane
from tests.backend.people import joined, token_of
from tests.backend.served import served

# Who may ask what hangs on no database: the other one is asked in the long run.
pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.drill)], indirect=True
)
PUBLIC = None
ALL = frozenset(Role)
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
AUDITORS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
STOPPERS = frozenset({Role.OPERATOR, Role.APPROVER})
READERS = ALL - {Role.EXECUTIVE, Role.REVIEWER}
GEOFENCE_WRITERS = frozenset({Role.RANKING_ENGINEER, Role.OPERATOR, Role.APPROVER})
EDGES: frozenset[Role] = frozenset()
"""No person: whoever holds the key of the edge."""
WHOEVER = ALL
"""Asked of the change itself: its kind and its state say who may, in tests/backend/changes."""
MAY: dict[str, frozenset[Role] | None] = {
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": PUBLIC,
    "GET /oidc/.well-known/openid-configuration": PUBLIC,
    "GET /oidc/jwks": PUBLIC,
    "GET /oidc/authorize": PUBLIC,
    "POST /oidc/token": PUBLIC,
    "POST /oidc/sign-in": PUBLIC,
    "POST /oidc/password": PUBLIC,
    "GET /v1/clock": PUBLIC,
    "GET /v1/demo": PUBLIC,
    "PUT /v1/clock": ALL,
    "GET /v1/status": ALL,
    "GET /v1/me": ALL,
    "GET /v1/audit": AUDITORS,
    "GET /v1/audit/state": AUDITORS,
    "GET /v1/audit/export": frozenset({Role.AUDITOR}),
    "GET /v1/people": AUDITORS,
    "POST /v1/people": ADMINISTRATOR,
    "POST /v1/people/{id}/accounts": ADMINISTRATOR,
    "POST /v1/people/{id}/accounts/remove": ADMINISTRATOR,
    "POST /v1/people/{id}/close": ADMINISTRATOR,
    "POST /v1/people/{id}/appoint": ADMINISTRATOR,
    "POST /v1/stop-tokens": STOPPERS,
    "GET /v1/stop-tokens": STOPPERS | ADMINISTRATOR,
    "DELETE /v1/stop-tokens/{id}": STOPPERS | ADMINISTRATOR,
    "GET /v1/changes": READERS,
    "GET /v1/changes/{id}": READERS,
    "GET /v1/changes/{id}/timeline": READERS,
    "POST /v1/changes": WHOEVER,
    "PUT /v1/changes/{id}": WHOEVER,
    "POST /v1/changes/{id}/submit": WHOEVER,
    "POST /v1/changes/{id}/unschedule": WHOEVER,
    "POST /v1/changes/{id}/apply": WHOEVER,
    "POST /v1/changes/{id}/advance": WHOEVER,
    "POST /v1/changes/{id}/resume": WHOEVER,
    "POST /v1/changes/{id}/rebase": WHOEVER,
    "POST /v1/changes/{id}/withdraw": WHOEVER,
    "POST /v1/changes/{id}/reject": WHOEVER,
    "POST /v1/changes/{id}/pause": STOPPERS | {Role.RANKING_ENGINEER},
    "POST /v1/changes/{id}/stop": STOPPERS | {Role.RANKING_ENGINEER},
    "POST /v1/changes/{id}/review": WHOEVER,
    "POST /v1/changes/{id}/preview": WHOEVER,
    "POST /v1/changes/{id}/approve": WHOEVER,
    "POST /v1/changes/{id}/schedule": WHOEVER,
    "POST /v1/changes/{id}/roll_back": WHOEVER,
    "POST /v1/changes/{id}/tighten": WHOEVER,
    "GET /v1/geofence": ALL - {Role.REVIEWER},
    "GET /v1/geofence/traffic": ALL - {Role.REVIEWER},
    "POST /v1/geofence/impact": GEOFENCE_WRITERS,
    "POST /v1/geofence/jobs/{id}/assign": GEOFENCE_WRITERS,
    "POST /v1/geofence/jobs/{id}/evidence": GEOFENCE_WRITERS,
    "POST /v1/geofence/jobs/{id}/drop": GEOFENCE_WRITERS,
    "POST /ofrep/v1/evaluate/flags": EDGES,
    "POST /ofrep/v1/evaluate/flags/{key}": EDGES,
    "GET /ofrep/v1/events": EDGES,
    "GET /v1/edge/snapshot": EDGES,
    "POST /v1/edge/acknowledgements": EDGES,
    "GET /v1/live/{kind}": READERS,
    "GET /v1/live/{kind}/{subject}": READERS,
    "GET /v1/revisions/{kind}/{subject}": READERS,
    # Last, because it ends the sign-in of whoever asks.
    "DELETE /v1/session": ALL,
}
NO = {401, 403}


def _operations(plane: ControlPlane) -> set[str]:
    paths = application(plane).openapi()["paths"]
    return {f"{method.upper()} {path}" for path in paths for method in paths[path]}


def _status(address: str, operation: str, token: str = "") -> int:
    method, path = operation.split()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"json": {}} if method in {"POST", "PUT"} else {}
    url = address + path.format(id="nobody", kind="freeze", subject="x", key="x")
    return httpx.request(method, url, headers=headers, **body).status_code


def _wrong(plane: ControlPlane, only: str = "") -> Iterator[str]:
    """Each operation, or that one, that let in or kept out whom it should not."""
    tokens = {role: token_of(plane, joined(plane, role.value, role)) for role in Role}
    with served(plane) as address:
        for operation in [only] if only else MAY:
            roles = MAY[operation]
            if roles is PUBLIC:
                if _status(address, operation) in NO:
                    yield f"nobody is kept out of {operation}"
                continue
            for role, token in tokens.items():
                status = _status(address, operation, token)
                expected = role in roles
                if (status not in NO) is not expected or status >= 500:
                    yield f"{role.value}: {operation} answers {status}"


def test_every_operation_has_a_row(plane: ControlPlane) -> None:
    assert _operations(plane) == set(MAY), "Say in MAY which roles may ask it."


@pytest.mark.wide
def test_each_role_may_ask_what_its_row_says_and_nothing_else(plane: ControlPlane) -> None:
    assert list(_wrong(plane)) == []


def test_a_gate_that_lets_everybody_in_is_seen(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Actor, "permissions", property(lambda _: frozenset(gate.Permission)))
    found = set(_wrong(plane, "GET /v1/audit/export"))
    assert "executive: GET /v1/audit/export answers 200" in found


@pytest.mark.wide
def test_whoever_is_not_signed_in_any_more_is_refused_everywhere(plane: ControlPlane) -> None:
    everything = joined(plane, "everything", *Role)
    now = plane.wall()
    with plane.database.writing() as connection:
        over = start_session(connection, everything, signed_in_at=now, now=now - LONGEST)
        left = start_session(connection, everything, signed_in_at=now, now=now)
        end_session(connection, left, now=now)
        here = start_session(connection, everything, signed_in_at=now, now=now)

    def minted(session: str, age: timedelta = timedelta(0)) -> str:
        return plane.tokens.minted(
            person=everything, session=session, now=now - age, asked_by="test"
        )

    tokens = ["", "nonsense", "stp_0_0", minted(over), minted(left), minted("no such session")]
    tokens.append(minted(here, timedelta(minutes=10)))
    with served(plane) as address:
        for operation, roles in MAY.items():
            if roles is not PUBLIC:
                found = [_status(address, operation, token) for token in tokens]
                assert found == [401] * len(tokens), operation
        assert _status(address, "GET /v1/me", minted(here)) == 200


def test_a_role_that_was_taken_counts_no_more_with_the_next_question(plane: ControlPlane) -> None:
    token = token_of(plane, joined(plane, "ann", Role.AUDITOR))
    with served(plane) as address:
        assert _status(address, "GET /v1/audit/export", token) == 200
        joined(plane, "ann")
        assert _status(address, "GET /v1/audit/export", token) == 403
