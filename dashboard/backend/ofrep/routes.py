"""The routes of OFREP 0.3 and those of points of presence."""

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from dashboard.access.reader import Reach
from dashboard.backend.ofrep.answering import (
    EVENTS_PATH,
    Asked,
    Misasked,
    asked_in,
    etag,
    every,
    is_closed,
    one,
)
from dashboard.backend.ofrep.ledger import Ledger
from dashboard.backend.ofrep.live import KEPT_SECONDS, Live, Ready, Recent
from dashboard.backend.plane import wall_now
from dashboard.control.edge import Acknowledgement, Snapshot, Traffic
from dashboard.control.status import EdgeState
from dashboard.control.wire import Problem

MOST_STREAMS = 64
_QUIET_SECONDS = 15.0
_JSON = "application/json"
_EVENTS = "text/event-stream"
_OFREP = "/ofrep/v1/evaluate/flags"
_GUARDED: dict[int | str, dict[str, object]] = {
    401: {"model": Problem, "description": "The key of the edge is missing or another"},
}
_ASKED: dict[int | str, dict[str, object]] = {
    400: {"description": "The question cannot be answered; errorCode says why"},
    422: {"model": Problem, "description": "A header is not as it should be"},
    503: {"model": Problem, "description": "The database does not answer"},
}
_BUSY: dict[int | str, dict[str, object]] = {
    429: {"model": Problem, "description": "There are too many already"},
}
_KNOWN: dict[str, object] = {"description": "It is what If-None-Match names"}
_NO_FLAG: dict[str, object] = {"description": "There is no flag of that key"}
_NotModified = Annotated[str, Header(alias="If-None-Match", max_length=200)]


@dataclass
class Edge:
    """What the routes work with. ``live`` gives the definitions in force, in the edge's time.

    Where there is a ``key``, only who sends it as X-API-Key or as a bearer is answered.
    """

    live: Callable[[], Live]
    ledger: Ledger = field(default_factory=Ledger)
    key: str = ""
    wall: Callable[[], datetime] = wall_now
    streams: int = 0

    def states(self, reach: Reach) -> tuple[EdgeState, ...]:
        """How every point of presence stands, with the requests of countries within reach.

        Raises what the look-up raises.
        """
        found = self.ledger.states(self.live(), self.wall())
        return found if reach.countries is None else tuple(_within(reach, each) for each in found)

    def traffic(self, country: str) -> Traffic:
        """What the points of presence told of requests from one country, by minute."""
        return Traffic(country=country, minutes=self.ledger.traffic(country, self.wall()))

    def __post_init__(self) -> None:
        """Prepare to look up the definitions."""
        self.recent = Recent(self.live)
        self.answers = lru_cache(maxsize=1_024)(_sent)


def _within(reach: Reach, state: EdgeState) -> EdgeState:
    """The state without what it tells of countries beyond reach."""
    seen, still = reach.countries or frozenset(), state.still_served
    return state.model_copy(
        update={
            "served": tuple(each for each in state.served if each.country in seen),
            "still_served": still and tuple(each for each in still if each.country in seen),
        }
    )


def ofrep_routes(edge: Edge) -> APIRouter:
    """The routes of OFREP, which have its own form of refusal."""
    router = _router(edge)
    router.add_api_route(_OFREP, _bulk(edge), methods=["POST"], response_class=Response,
                         responses={**_ASKED, 304: _KNOWN})  # fmt: skip
    router.add_api_route(_OFREP + "/{key}", _single(edge), methods=["POST"],
                         response_class=Response, responses={**_ASKED, 404: _NO_FLAG})  # fmt: skip
    router.add_api_route(EVENTS_PATH, _events(edge), methods=["GET"], responses=_BUSY,
                         response_class=StreamingResponse)  # fmt: skip
    return router


def edge_routes(edge: Edge) -> APIRouter:
    """The routes of points of presence."""
    router = _router(edge)
    router.add_api_route("/v1/edge/snapshot", _snapshot(edge), methods=["GET"],
                         response_class=Response, responses={304: _KNOWN})  # fmt: skip
    router.add_api_route("/v1/edge/acknowledgements", _acknowledged(edge), methods=["POST"],
                         status_code=204, responses=_BUSY)  # fmt: skip
    return router


def _router(edge: Edge) -> APIRouter:
    admitted = [Depends(_admitted(edge))]
    return APIRouter(tags=["edge"], dependencies=admitted, responses=_GUARDED)


def _admitted(edge: Edge) -> Callable[[Request], Awaitable[None]]:
    async def admitted(request: Request) -> None:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        said = request.headers.get("x-api-key", bearer)
        if edge.key and not hmac.compare_digest(said.encode(), edge.key.encode()):
            raise HTTPException(401, "Not an edge of ours")

    return admitted


def _single(edge: Edge) -> Callable[..., object]:
    async def evaluate(key: str, request: Request) -> Response:
        """What one flag says for the context, as OFREP has it."""
        try:
            asked = asked_in(await request.body())
        except Misasked as wrong:
            return _wrong(wrong, key[:200])
        found = one(await edge.recent.now(), key, asked)
        if found is None:
            missing = Misasked("FLAG_NOT_FOUND", "There is no flag of that key.")
            return _wrong(missing, key[:200], 404)
        return Response(json.dumps(found), media_type=_JSON)

    return evaluate


def _bulk(edge: Edge) -> Callable[..., object]:
    async def evaluate_all(request: Request, known: _NotModified = "") -> Response:
        """What every flag says for the context; 304 while the answers are those known."""
        try:
            asked = asked_in(await request.body())
        except Misasked as wrong:
            return _wrong(wrong)
        ready = await edge.recent.now()
        tag = etag(ready, asked, edge.wall().timestamp())
        if known == tag:
            return Response(status_code=304, headers={"ETag": tag})
        # Who asks changes no answer, so that one is kept for everybody of a place.
        place = Asked("anybody", asked.country, asked.subdivision)
        return Response(edge.answers(tag, ready, place), headers={"ETag": tag}, media_type=_JSON)

    return evaluate_all


def _sent(_tag: str, ready: Ready, asked: Asked) -> bytes:
    return every(ready, asked)


def _snapshot(edge: Edge) -> Callable[..., object]:
    async def snapshot(known: _NotModified = "") -> Response:
        """The definitions in force, for points of presence; 304 while they are those known."""
        ready = await edge.recent.now()
        digest = ready.definitions.sha256
        tag = f'"{ready.revision}-{digest[:32]}"'
        if known == tag:
            return Response(status_code=304, headers={"ETag": tag})
        text = ready.definitions.text.decode()
        held = Snapshot(revision=ready.revision, sha256=digest, definitions=text)
        return Response(held.model_dump_json(), headers={"ETag": tag}, media_type=_JSON)

    return snapshot


def _acknowledged(edge: Edge) -> Callable[..., object]:
    async def acknowledge(told: Acknowledgement) -> None:
        """Take in what a point of presence runs and served."""
        ready, now = await edge.recent.now(), edge.wall()
        edge.ledger.course.note(ready.live, now)
        turned = ready.definitions.turned(now.timestamp())
        if not edge.ledger.note(told, now, partial(is_closed, ready.definitions, turned)):
            raise HTTPException(429, "Too many points of presence")

    return acknowledge


def _events(edge: Edge) -> Callable[..., object]:
    async def events() -> Response:
        """A stream of notices (SSE) that the flags are to be fetched again."""
        if edge.streams >= MOST_STREAMS:
            raise HTTPException(429, "Too many streams", headers={"Retry-After": "5"})
        first = await edge.recent.now()
        return StreamingResponse(_notices(edge, first), media_type=_EVENTS,
                                 headers={"Cache-Control": "no-store"})  # fmt: skip

    return events


async def _notices(edge: Edge, known: Ready) -> AsyncIterator[str]:
    edge.streams += 1
    state, quiet = _state(edge, known), 0.0
    try:
        yield ": listening\n\n"
        while True:
            await anyio.sleep(KEPT_SECONDS)
            quiet += KEPT_SECONDS
            now = _state(edge, await edge.recent.now())
            if now != state:
                state, quiet = now, 0.0
                yield _notice(state, edge.wall())
            elif quiet >= _QUIET_SECONDS:
                quiet = 0.0
                yield ": still here\n\n"
    finally:
        edge.streams -= 1


def _state(edge: Edge, ready: Ready) -> str:
    turned = ready.definitions.turned(edge.wall().timestamp())
    return f"{ready.revision}-{ready.definitions.sha256[:16]}-{turned}"


def _notice(state: str, at: datetime) -> str:
    said = {"type": "refetchEvaluation", "etag": state, "lastModified": round(at.timestamp())}
    return f"event: message\ndata: {json.dumps(said)}\n\n"


def _wrong(wrong: Misasked, key: str = "", status: int = 400) -> Response:
    said = {"errorCode": wrong.code, "errorDetails": str(wrong)} | ({"key": key} if key else {})
    return Response(json.dumps(said), status, media_type=_JSON)
