"""The edge of the control plane: real clients are answered as the reference says, and quickly."""

import asyncio
import json
import os
import random
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI
from openfeature import api
from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.contrib.tools.flagd.core.targeting import targeting
from openfeature.evaluation_context import EvaluationContext

from dashboard.backend.ofrep import answering
from dashboard.backend.ofrep.live import Live
from dashboard.backend.ofrep.routes import Edge, edge_routes, ofrep_routes
from dashboard.backend.plane import wall_now
from dashboard.geofence.evaluator import Context, decisions
from dashboard.geofence.flags import compiled, flag_key
from tests.backend.edges import Rules, serving
from tests.conditions import comes_true
from tests.geofence.ruling import invented_moment, invented_rules, rule

_BULK = "/ofrep/v1/evaluate/flags"
_IN_FORCE = rule(window={"since": "2020-01-01T00:00:00"})
_CLOCK = sys.modules[targeting.__module__]
_POLLS, _SENDERS, _TARGET = 4_000, 8, 500


def _of(country: str) -> dict[str, object]:
    return {"context": {"targetingKey": "somebody", "country": country}}


def test_an_answer_holds_all_that_the_real_clients_need() -> None:
    held = Rules(rules=[_IN_FORCE])
    with serving(Edge(held.live)) as address:
        said = httpx.post(f"{address}{_BULK}/geofence.app", json=_of("IN")).json()
        assert said == {
            "key": "geofence.app", "reason": "TARGETING_MATCH", "variant": "in-69a",
            "value": {"schema": 1, "action": "block_all", "rule": "in-69a"},
            "metadata": {"revision": 1},
        }  # fmt: skip
        every = httpx.post(f"{address}{_BULK}", json=_of("in")).json()
        assert {flag["value"]["action"] for flag in every["flags"]} == {"allow"}
        assert all(flag["variant"] and flag["reason"] for flag in every["flags"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "PARSE_ERROR"),
        (b"[" * 5_000, "PARSE_ERROR"),
        (b"[]", "INVALID_CONTEXT"),
        (b'{"context": 1}', "INVALID_CONTEXT"),
        (b'{"context": {"country": "IN"}}', "TARGETING_KEY_MISSING"),
        (b'{"context": {"targetingKey": "' + b"x" * 9_000 + b'"}}', "INVALID_CONTEXT"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_why(body: bytes, code: str) -> None:
    with serving(Edge(Rules().live)) as address:
        for path in (_BULK, f"{_BULK}/geofence.app"):
            answer = httpx.post(f"{address}{path}", content=body)
            assert (answer.status_code, answer.json()["errorCode"]) == (400, code)
            assert answer.json()["errorDetails"]
        missing = httpx.post(f"{address}{_BULK}/nothing", json=_of("IN"))
        assert (missing.status_code, missing.json()["errorCode"]) == (404, "FLAG_NOT_FOUND")


def test_who_has_no_key_is_not_answered() -> None:
    with serving(Edge(Rules().live, key="of the edge")) as address:
        for headers, status in (({}, 401), ({"X-API-Key": "of the edge"}, 200),
                                ({"Authorization": "Bearer of the edge"}, 200)):  # fmt: skip
            answer = httpx.post(f"{address}{_BULK}", json=_of("IN"), headers=headers)
            assert answer.status_code == status


def test_the_known_answer_is_304_until_the_place_the_rules_or_the_time_change() -> None:
    held, moved = Rules(), [timedelta()]
    soon = (wall_now() + timedelta(hours=1)).replace(microsecond=0, tzinfo=None)
    later = rule("later", window={"since": soon})
    with serving(Edge(held.live, wall=lambda: wall_now() + moved[0])) as address:

        def asked(country: str, known: str = "") -> httpx.Response:
            told = {"If-None-Match": known}
            return httpx.post(f"{address}{_BULK}", json=_of(country), headers=told)

        known = asked("IN").headers["ETag"]
        assert asked("IN", known).status_code == 304
        assert asked("IN", known).content == b""
        assert asked("US", known).status_code == 200
        held.change(later)
        comes_true(lambda: asked("IN", known).status_code == 200)
        known = asked("IN").headers["ETag"]
        moved[0] = timedelta(hours=2)
        assert asked("IN", known).status_code == 200


def test_every_operation_of_the_edge_tells_what_it_does() -> None:
    app = FastAPI()
    edge = Edge(Rules().live)
    app.include_router(ofrep_routes(edge))
    app.include_router(edge_routes(edge))
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), f"{method} {path}"


def test_the_stream_tells_of_a_change() -> None:
    held = Rules()
    with (
        serving(Edge(held.live)) as address,
        httpx.stream("GET", f"{address}/ofrep/v1/events", timeout=10) as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == ": listening"
        held.change(_IN_FORCE)
        said = next(line for line in lines if line.startswith("data: "))
        assert json.loads(said.removeprefix("data: "))["type"] == "refetchEvaluation"


def test_definitions_that_cannot_be_followed_are_not_taken_for_no_rules() -> None:
    held = [Live(1, compiled([_IN_FORCE]))]
    with serving(Edge(lambda: held[0])) as address:
        assert httpx.post(f"{address}{_BULK}", json=_of("IN")).status_code == 200
        held[0] = Live(2, b'{"flags": {"geofence.app": {"state": "??"}}}')
        comes_true(lambda: httpx.post(f"{address}{_BULK}", json=_of("IN")).status_code == 500)


@pytest.mark.wide
def test_five_hundred_bulk_polls_a_second() -> None:
    rules = [rule(f"r-{number}", places=["IN", "BR"]) for number in range(10)]
    with serving(Edge(Rules(rules=rules).live)) as address:
        seconds = asyncio.run(_polled(address))
    rate = _POLLS / seconds
    # A busy machine is slow, not wrong: it owes as much less as it has too few cores.
    owed = _TARGET / max(os.getloadavg()[0] / (os.cpu_count() or 1), 1)
    print(f"bulk polls answered 304: {rate:,.0f} a second, {_POLLS:,} by {_SENDERS} senders; "
          f"{owed:,.0f} owed at a load of {os.getloadavg()[0]:.1f}")  # fmt: skip
    assert rate > owed


async def _polled(address: str) -> float:
    body = json.dumps(_of("IN"))
    known = httpx.post(f"{address}{_BULK}", content=body).headers["ETag"]
    host, _, port = address.removeprefix("http://").partition(":")
    said = (
        f"POST {_BULK} HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: {known}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()

    async def poll() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in range(_POLLS // _SENDERS):
            writer.write(said)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 304")
        writer.close()

    begun = monotonic()
    await asyncio.gather(*(poll() for _ in range(_SENDERS)))
    return monotonic() - begun


def test_real_clients_answer_as_the_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _expect_equal(tmp_path, monkeypatch, 12, 6)


@pytest.mark.drill
@pytest.mark.timeout(900)
def test_real_clients_answer_as_the_reference_on_two_hundred_sets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _expect_equal(tmp_path, monkeypatch, 200, 20)


@pytest.mark.wide
def test_the_proof_sees_an_edge_that_forgets_the_subdivision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = answering.place_of
    monkeypatch.setattr(answering, "place_of", lambda said: (placed(said)[0], ""))
    assert _differences(tmp_path, monkeypatch, 40, 6)[1]


def test_a_bare_client_falls_to_its_code_default_once_the_server_is_gone() -> None:
    with serving(Edge(Rules(rules=[_IN_FORCE]).live)) as address:
        api.set_provider(OFREPProvider(address, timeout=2))
        client = api.get_client()
        somebody = EvaluationContext("somebody", {"country": "IN"})
        closed = client.get_object_value("geofence.app", {"action": "allow"}, somebody)
        assert closed["action"] == "block_all"
    opened = client.get_object_value("geofence.app", {"action": "allow"}, somebody)
    assert opened["action"] == "allow"
    strict = client.get_object_value("geofence.app", {"action": "block_all"}, somebody)
    assert strict["action"] == "block_all"
    api.clear_providers()


def _expect_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sets: int, contexts: int
) -> None:
    asked, wrong = _differences(tmp_path, monkeypatch, sets, contexts)
    print(f"provider-ofrep and provider-flagd: {asked:,} answers each, {len(wrong)} differ")
    assert wrong == []


def _differences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sets: int, contexts: int
) -> tuple[int, list[str]]:
    asked, wrong = 0, []
    held = Rules()
    edge = Edge(held.live)
    with serving(edge) as address:
        remote = OFREPProvider(address)
        for seed in range(sets):
            chance = random.Random(seed)
            held.change(*invented_rules(chance))
            edge.__post_init__()
            local = _of_file(tmp_path / f"{seed}.json", held)
            for _ in range(contexts):
                at, context = invented_moment(chance)
                monkeypatch.setattr(_CLOCK, "time", SimpleNamespace(time=at.timestamp))
                for about, expected in decisions(held.rules, at, context).items():
                    asked += 1
                    for client in (remote, local):
                        found = _answer(client, flag_key(context.surface, about), context)
                        if found != (expected.action, expected.rule):
                            wrong.append(f"seed {seed}: {client}: {context}: {found}")
            local.shutdown()
    return asked, wrong


def _of_file(path: Path, held: Rules) -> FlagdProvider:
    path.write_bytes(held.live().definitions)
    local = FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=str(path))
    local.initialize(EvaluationContext())
    return local


def _answer(
    client: OFREPProvider | FlagdProvider, key: str, context: Context
) -> tuple[object, object]:
    said = {"country": context.country, "subdivision": context.subdivision}
    found = client.resolve_object_details(key, {}, EvaluationContext("somebody", said)).value
    assert isinstance(found, dict)
    return found["action"], found["rule"]
