"""Problems: every refusal and failure as one form of answer (RFC 9457), and never more than that.

What went wrong inside is logged here and not told there.
"""

import logging
import re

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from dashboard.backend.wrong_values import said_of
from dashboard.control.wire import Problem
from dashboard.errors import (
    ChangeMoved,
    ChangeUnknown,
    ClockRunsFree,
    ContentRefused,
    DashboardError,
    DatabaseBusy,
    DatabaseUnready,
    JobUnknown,
    KeyMissing,
    KeyUsed,
    NoSuchPerson,
    NotNow,
    NotPermitted,
    NotSignedIn,
    PeopleConflict,
    SecondPersonNeeded,
    SecretSpent,
    SignInTooOld,
    VersionMissing,
    WarehouseError,
)

PROBLEM_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)
_STATUS_OF: dict[type[DashboardError], int] = {
    ChangeMoved: 412,
    ChangeUnknown: 404,
    ClockRunsFree: 409,
    ContentRefused: 422,
    DatabaseBusy: 503,
    DatabaseUnready: 503,
    JobUnknown: 404,
    KeyMissing: 400,
    KeyUsed: 422,
    NoSuchPerson: 404,
    NotNow: 409,
    NotPermitted: 403,
    NotSignedIn: 401,
    PeopleConflict: 409,
    SecondPersonNeeded: 403,
    SecretSpent: 409,
    SignInTooOld: 403,
    VersionMissing: 428,
    WarehouseError: 503,
}
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "2"}}
_INVALID = 422


def answer(problem: Problem) -> Response:
    """A problem as it is sent."""
    headers = _HEADERS.get(problem.status, {})
    return Response(problem.model_dump_json(), problem.status, headers, PROBLEM_TYPE)


def handle_problems(app: FastAPI) -> None:
    """Have the application answer every failure as a problem."""
    app.add_exception_handler(DashboardError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_the_request)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_mistake)


async def _of_ours(_: Request, error: Exception) -> Response:
    kind = type(error)
    status = next((_STATUS_OF[base] for base in kind.__mro__ if base in _STATUS_OF), 500)
    if status == 500:
        _LOG.error("A request failed: %s", error, exc_info=error)
    field = error.field if isinstance(error, ContentRefused) else ""
    return answer(Problem(type=_slug(kind.__name__), title=_words(kind.__name__), status=status,
                          field=field[:200], detail=str(error)[:2000]))  # fmt: skip


async def _of_the_request(_: Request, error: Exception) -> Response:
    [first, *_rest] = error.errors() if isinstance(error, RequestValidationError) else [{}]
    where = ".".join(str(part) for part in first.get("loc", ())[1:])
    return answer(Problem(type="invalid", title="Invalid", status=_INVALID, field=where[:200],
                          detail=f"{where or 'The body'}: {said_of(first)}."[:2000]))  # fmt: skip


async def _of_http(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = str(error.detail) if isinstance(error, HTTPException) else "Failed"
    return answer(Problem(type=_slug(said), title=said, status=status, detail=f"{said}."))


async def _of_mistake(_: Request, error: Exception) -> Response:
    _LOG.error("A request failed", exc_info=error)
    return answer(Problem(
        type="failed", title="Failed", status=500,
        detail="The control plane made a mistake; nothing was changed. It is in its log.",
    ))  # fmt: skip


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _slug(name: str) -> str:
    return _words(name).lower().replace(" ", "-")[:100]
