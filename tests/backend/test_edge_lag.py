"""How far each point of presence is behind, since when, and what it let in meanwhile."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.access.roles import Role
from dashboard.backend.ofrep.course import Course
from dashboard.backend.ofrep.ledger import Ledger
from dashboard.backend.ofrep.live import Live
from dashboard.backend.ofrep.routes import Edge
from dashboard.backend.plane import ControlPlane
from dashboard.control.edge import Acknowledgement, Outcome, Served
from dashboard.control.status import EdgeState
from dashboard.geofence.flags import compiled, digest
from tests.backend.edges import Rules, serving
from tests.backend.people import joined, token_of
from tests.backend.served import served
from tests.geofence.ruling import rule

_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_CLOSED = rule(window={"since": "2020-01-01T00:00:00"})
_OPEN, _SHUT = compiled([]), compiled([_CLOSED])
_SECOND = timedelta(seconds=1)


def _told(pop: str, live: Live, *served: tuple[str, Outcome, int]) -> Acknowledgement:
    lines = [Served(country=country, outcome=outcome, requests=count)
             for country, outcome, count in served]  # fmt: skip
    return Acknowledgement(pop=pop, revision=live.revision, sha256=digest(live.definitions),
                           at=_NOON, served=tuple(lines))  # fmt: skip


def _india_is_closed(country: str) -> bool:
    return country == "IN"


def test_a_straggler_says_since_when_and_which_revision_it_keeps() -> None:
    ledger, old, new = Ledger(), Live(1, _OPEN), Live(2, _SHUT)
    ledger.states(old, _NOON)
    for pop in ("ams", "bom"):
        ledger.note(_told(pop, old), _NOON)
    changed_at, now = _NOON + 10 * _SECOND, _NOON + 17 * _SECOND
    ledger.states(new, changed_at)
    ledger.note(_told("ams", new), now)
    ledger.note(_told("bom", old), now)
    follows, keeps = ledger.states(new, now)
    assert (follows.lag_seconds, follows.is_straggler, follows.straggles_since) == (0, False, None)
    assert (keeps.revision, keeps.is_straggler) == (1, True)
    assert (keeps.lag_seconds, keeps.straggles_since) == (7, changed_at)


def test_a_silent_one_straggles_since_it_was_heard_of_and_nobody_knows_what_it_serves() -> None:
    ledger, live = Ledger(), Live(1, _SHUT)
    ledger.note(_told("bom", live, ("IN", Outcome.ALLOWED, 3)), _NOON, _india_is_closed)
    [state] = ledger.states(live, _NOON + 6 * _SECOND)
    assert (state.lag_seconds, state.straggles_since) == (0, _NOON)
    assert state.still_served is None


def test_what_never_was_in_force_lags_since_the_oldest_that_was() -> None:
    ledger, live = Ledger(), Live(3, _SHUT)
    ledger.states(live, _NOON)
    ledger.note(_told("bom", Live(1, _OPEN)), _NOON + 2 * _SECOND)
    assert ledger.states(live, _NOON + 3 * _SECOND)[0].lag_seconds == 3


def test_a_revision_gone_back_to_is_no_lag() -> None:
    ledger, now = Ledger(), _NOON
    for revision, text in ((1, _OPEN), (2, _SHUT), (3, _OPEN)):
        now += _SECOND
        ledger.states(Live(revision, text), now)
    ledger.note(_told("bom", Live(3, _OPEN)), now)
    [state] = ledger.states(Live(3, _OPEN), now)
    assert (state.lag_seconds, state.is_straggler) == (0, False)


def test_what_is_still_served_is_that_of_the_last_minute() -> None:
    ledger, live = Ledger(), Live(1, _SHUT)
    for second, count in ((0, 5), (30, 7), (58, 9)):
        lines = (("IN", Outcome.ALLOWED, count), ("US", Outcome.ALLOWED, 100),
                 ("IN", Outcome.REDIRECTED, 40))  # fmt: skip
        ledger.note(_told("bom", live, *lines), _NOON + second * _SECOND, _india_is_closed)

    def left_in(second: int) -> dict[str, int]:
        ledger.note(_told("bom", live), _NOON + second * _SECOND, _india_is_closed)
        return _still(ledger.states(live, _NOON + second * _SECOND)[0])

    assert [left_in(second) for second in (59, 61, 95, 130)] == [
        {"IN": 21}, {"IN": 16}, {"IN": 9}, {},
    ]  # fmt: skip


def test_traffic_is_told_within_reach_alone(plane: ControlPlane) -> None:
    somebody = joined(plane, "somebody", Role.EXECUTIVE, reach=Reach(frozenset({"BR"})))
    with served(plane) as address:
        header = {"Authorization": f"Bearer {token_of(plane, somebody)}"}
        answers = [
            httpx.get(f"{address}/v1/geofence/traffic?country={country}", headers=header)
            for country in ("BR", "IN", "XX")
        ]
    assert [answer.status_code for answer in answers] == [200, 403, 422]


def _still(state: EdgeState) -> dict[str, int]:
    assert state.still_served is not None
    return {each.country: each.requests for each in state.still_served}


def test_requests_are_told_by_minute_and_an_hour_is_kept() -> None:
    ledger, live = Ledger(), Live(1, _SHUT)
    for minute in (0, 1, 1, 3, 62):
        lines = (("IN", Outcome.BLOCKED, 2), ("IN", Outcome.REDIRECTED, 5),
                 ("US", Outcome.ALLOWED, 9))  # fmt: skip
        ledger.note(_told("bom", live, *lines), _NOON + timedelta(minutes=minute))
    now = _NOON + timedelta(minutes=62)
    found = [((each.at - _NOON).seconds // 60, each.blocked, each.redirected, each.is_over)
             for each in ledger.traffic("IN", now)]  # fmt: skip
    assert found == [(3, 2, 5, True), (62, 2, 5, False)]
    assert [each.allowed for each in ledger.traffic("US", now)] == [9, 9]


@pytest.mark.parametrize(
    ("country", "requests", "status"),
    [("IN", 1, 204), ("ZZ", 1, 204), ("XX", 1, 422), ("in", 1, 422), ("IN", -1, 422),
     ("IN", 10**12 + 1, 422)],
)  # fmt: skip
def test_only_possible_numbers_of_real_places_are_taken(
    country: str, requests: int, status: int
) -> None:
    ledger, line = Ledger(), {"country": country, "outcome": "allowed", "requests": requests}
    said = {"pop": "bom", "revision": 1, "sha256": "0" * 64, "at": _NOON.isoformat(),
            "served": [line]}  # fmt: skip
    with serving(Edge(Rules().live, ledger)) as address:
        answer = httpx.post(f"{address}/v1/edge/acknowledgements", json=said)
    assert answer.status_code == status
    assert bool(ledger.points()) is (status == 204)


def test_what_an_old_point_lets_in_is_seen_at_the_control_plane() -> None:
    held, ledger = Rules(rules=[_CLOSED]), Ledger()
    edge = Edge(held.live, ledger)
    partly = rule("br", places=["BR"], surfaces=["app"], window={"since": "2020-01-01T00:00:00"})
    held.change(_CLOSED, partly)
    lines = [(country, Outcome.ALLOWED, 4) for country in ("BR", "IN", "US")]
    with serving(edge) as address:
        said = _told("bom", Live(1, _OPEN), *lines).model_dump(mode="json")
        httpx.post(f"{address}/v1/edge/acknowledgements", json=said).raise_for_status()
        [state] = edge.states(WORLD)
    assert _still(state) == {"IN": 4}
    assert state.is_straggler


def test_the_proof_sees_a_course_that_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Course, "overtaken_at", lambda _course, _sha256: None)
    with pytest.raises(AssertionError):
        test_a_straggler_says_since_when_and_which_revision_it_keeps()
