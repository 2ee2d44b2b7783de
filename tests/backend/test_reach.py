"""Whoever sees two countries sees, decides and reads of changes within those two, on every route.

Every operation has a row here that says how reach holds it, or why it needs not; and nothing that
somebody of two countries is told names what belongs to a third.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import httpx
import pytest

from dashboard.access.reader import Reach
from dashboard.access.roles import Role
from dashboard.backend.application import application
from dashboard.backend.changes import extent
from dashboard.backend.plane import ControlPlane
from tests.backend.changes.acting import Person, a_freeze, applied, ok, people
from tests.backend.changes.fences import THREE, a_fence, in_force
from tests.backend.changes.weighing import a_weight, weighing
from tests.backend.people import joined, token_of
from tests.backend.served import served

SEEN = Reach(frozenset({"BR", "US"}))
ELSEWHERE = "of India"
"""Stands in each text about India, and in nothing else."""
BOUND = "tells and takes what is within reach alone"
REFUSED = "is refused to whoever sees a part"
OF_NO_PLACE = "is about people, programs or instants"
BY_KEY = "is asked by the edge, with its key"
_ACT = "/v1/changes/{id}/"
HELD: Mapping[str, str] = {
    "GET /v1/changes": BOUND,
    "GET /v1/changes/{id}": BOUND,
    "GET /v1/changes/{id}/timeline": BOUND,
    "POST /v1/changes": BOUND,
    "PUT /v1/changes/{id}": BOUND,
    "GET /v1/live/{kind}": BOUND,
    "GET /v1/live/{kind}/{subject}": BOUND,
    "GET /v1/revisions/{kind}/{subject}": BOUND,
    "GET /v1/geofence": BOUND,
    "GET /v1/geofence/traffic": BOUND,
    "POST /v1/geofence/impact": BOUND,
    "POST /v1/geofence/jobs/{id}/assign": BOUND,
    "POST /v1/geofence/jobs/{id}/evidence": BOUND,
    "POST /v1/geofence/jobs/{id}/drop": BOUND,
    "GET /v1/status": BOUND,
    "GET /v1/audit": BOUND,
    "GET /v1/audit/export": REFUSED,
    "GET /v1/audit/state": OF_NO_PLACE,
    "GET /v1/clock": OF_NO_PLACE,
    "PUT /v1/clock": OF_NO_PLACE,
    "GET /v1/demo": OF_NO_PLACE,
    "GET /v1/me": OF_NO_PLACE,
    "GET /v1/people": OF_NO_PLACE,
    "POST /v1/people": OF_NO_PLACE,
    "GET /v1/stop-tokens": OF_NO_PLACE,
    "POST /v1/stop-tokens": OF_NO_PLACE,
}
ACTS = (
    "submit", "unschedule", "apply", "advance", "resume", "rebase", "withdraw", "reject", "pause",
    "stop", "review", "preview", "approve", "schedule", "roll_back", "tighten",
)  # fmt: skip
"""Every act on a change, all of them bound."""
_SAID = {
    "schedule": {"at": "2030-01-01T00:00:00Z"}, "roll_back": {"revision": 1, "reason": "why"},
    "tighten": {"reason": "why", "reference": "a call"},
}  # fmt: skip
_OF_PEOPLE = ("/v1/people/", "/v1/session", "/v1/stop-tokens/", "/v1/edge", "/v1/openapi")
_OUTSIDE = ("/oidc/", "/ofrep/", "/healthz", "/readyz", "/metrics")


@dataclass(frozen=True)
class World:
    """Changes of India and Brazil at a served control plane, and who acts there."""

    at: dict[str, Person]
    of_india: dict[str, dict]
    of_brazil: dict[str, dict]

    @property
    def some(self) -> Person:
        """Somebody of every role, who sees Brazil and the US."""
        return self.at["some"]


@pytest.fixture
def world(plane: ControlPlane) -> Iterator[World]:
    """Freezes and rules of both countries, submitted and in force."""
    with served(plane) as address, httpx.Client(base_url=address, timeout=60) as http:
        at = {
            name: Person(http, token_of(plane, joined(plane, name, role)))
            for name, role in THREE.items()
        }
        everything = joined(plane, "some", *Role, reach=SEEN)
        at["some"] = Person(http, token_of(plane, everything))
        yield World(at, _written(at, "IN", ELSEWHERE), _written(at, "BR", "of Brazil"))


def test_every_operation_has_its_row(plane: ControlPlane) -> None:
    paths = application(plane).openapi()["paths"]
    operations = {f"{method.upper()} {path}" for path, ways in paths.items() for method in ways}
    known = {*HELD, *(f"POST {_ACT}{act}" for act in ACTS)}
    left = {each for each in operations - known if not _is_elsewhere(each.split()[1])}
    assert left == set()
    assert known <= operations


def test_reading_tells_of_countries_within_reach_alone(world: World) -> None:
    assert _leaks(world) == []
    for name, change in world.of_brazil.items():
        assert ok(world.some.get(f"/v1/changes/{change['id']}"))["title"] == f"{name} of Brazil"


def test_the_audit_tells_of_jobs_within_reach_alone(plane: ControlPlane, world: World) -> None:
    def rules_of(person: Person) -> set[str]:
        rows = ok(person.get("/v1/audit?event=geofence_job.open"))["rows"]
        return {json.loads(row["after"])["rule"] for row in rows}

    everybody = Person(world.some.http, token_of(plane, joined(plane, "all", *Role)))
    assert rules_of(everybody) == {"br-rule", "in-rule"}
    assert rules_of(world.some) == {"br-rule"}


def test_reading_without_the_guard_turns_the_proof_red(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extent, "_holds", lambda *_: True)
    leaks = _leaks(world)
    assert {"/v1/changes", "/v1/audit", "/v1/live/freeze"} <= {each.split("?")[0] for each in leaks}
    print(f"Without the guard {len(leaks)} of {len(_questions(world))} questions told of India.")


def test_no_act_is_taken_on_a_change_beyond_reach(world: World) -> None:
    for act, change in product(ACTS, world.of_india.values()):
        answer = world.some.do(change, act, **_SAID.get(act, {"reason": "why"}))
        assert answer.status_code == 403, (act, answer.text)
        assert "beyond your reach" in answer.text
        now = ok(world.at["olu"].get(f"/v1/changes/{change['id']}"))
        assert (now["state"], now["version"]) == (change["state"], change["version"])


def test_nothing_is_reckoned_for_whoever_may_not_read_a_change(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = weighing(monkeypatch)
    with people(plane, olu=Role.OPERATOR, bea=Role.OPERATOR) as at:
        change = ok(at["olu"].create(a_weight(countries=["IN"]), kind="ranking"))
        joined(plane, "bea", Role.OPERATOR, reach=Reach(frozenset({"BR"})))
        assert at["bea"].do(change, "preview").status_code == 403
        assert kind.reckoned == []
        ok(at["olu"].do(change, "preview"))
        assert len(kind.reckoned) == 1


def test_nobody_writes_beyond_reach(world: World) -> None:
    for kind, content in (
        ("freeze", a_freeze("other", countries=["IN"])), ("freeze", a_freeze("all")),
        ("freeze", a_freeze("two", countries=["BR", "IN"])),
        ("geofence", a_fence("other", places=["IN-MH"])),
    ):  # fmt: skip
        assert world.some.create(content, kind=kind).status_code == 403, content
    draft = ok(world.some.create(a_freeze("mine", countries=["US"])))
    assert world.some.edit(draft, a_freeze("mine", countries=["IN"])).status_code == 403
    assert ok(world.some.get(f"/v1/changes/{draft['id']}"))["version"] == draft["version"]


def test_within_reach_somebody_decides_as_anybody_else(world: World) -> None:
    waits = world.of_brazil["waiting"]
    approved = ok(world.some.do(waits, "approve"))
    assert ok(world.some.do(approved, "apply"))["state"] == "live"


def test_reach_that_is_taken_away_holds_at_once(plane: ControlPlane, world: World) -> None:
    path = f"/v1/changes/{world.of_india['waiting']['id']}"
    assert world.at["ann"].get(path).status_code == 200
    joined(plane, "ann", Role.APPROVER, reach=SEEN)
    assert world.at["ann"].get(path).status_code == 403


def _written(at: dict[str, Person], country: str, name: str) -> dict[str, dict]:
    """A freeze that waits, one in force, and a rule in force."""
    low = country.lower()

    def freeze(subject: str) -> dict:
        return a_freeze(f"{low}-{subject}", countries=[country], reason=f"a reason {name}")

    waiting = ok(at["olu"].create(freeze("waits"), title=f"waiting {name}"))
    waiting = ok(at["olu"].do(ok(at["olu"].do(waiting, "preview")), "submit"))
    live = applied(at["olu"], at["ann"], freeze("live"), title=f"live {name}")
    rule = in_force(at, a_fence(f"{low}-rule", title=f"rule {name}", places=[country]))
    edited = ok(at["olu"].get(f"/v1/changes/{rule['id']}"))
    return {"waiting": waiting, "live": live} | ({} if country == "BR" else {"rule": edited})


def _leaks(world: World) -> list[str]:
    """Questions whose answers tell of India to somebody who sees Brazil and the US."""
    answers = {each: world.some.get(each) for each in _questions(world)}
    return [
        each for each, answer in answers.items()
        if answer.status_code < 400 and (ELSEWHERE in answer.text or '"IN"' in answer.text)
    ]  # fmt: skip


def _questions(world: World) -> list[str]:
    ids = [change["id"] for change in world.of_india.values()]
    subjects = [(change["kind"], change["subject"]) for change in world.of_india.values()]
    return [
        *(f"/v1/changes?view={view}" for view in ("all", "mine", "waiting")),
        *(f"/v1/changes?view=all&subject={subject}" for _, subject in subjects),
        *(f"/v1/changes/{id}{rest}" for id in ids for rest in ("", "/timeline")),
        *(f"/v1/audit?target={id}" for id in ids), "/v1/audit", "/v1/audit/export",
        "/v1/live/freeze", "/v1/live/geofence",
        *(f"/v1/{what}/{kind}/{subject}" for kind, subject in subjects
          for what in ("live", "revisions")),
        "/v1/geofence", "/v1/geofence/traffic?country=IN", "/v1/status",
    ]  # fmt: skip


def _is_elsewhere(path: str) -> bool:
    return path.startswith((*_OUTSIDE, *_OF_PEOPLE))
