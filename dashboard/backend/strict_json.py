"""Strict JSON: a body is refused by the name of the field where its text has no single meaning.

Python's reader takes NaN, infinities, numbers too great to be one, and the last of two fields of
one name; another reader of the same bytes would see something else, or nothing.
"""

import json
import math
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import TypeAlias

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

_DEEPEST = 32
_NUL, _FIRST_HALF, _LAST_HALF = "\x00", "\ud800", "\udfff"
_Place: TypeAlias = tuple[str | int, ...]


class StrictRoute(APIRoute):
    """A route whose body is read twice: here for its form, then for what it says."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[None, None, Response]]:
        """The handler, with the reading of the form before it."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            if request.method not in {"GET", "HEAD"}:
                refuse_loose(await request.body())
            return await handler(request)

        return strict


class _Twice:
    """What stands where a field came twice."""


def refuse_loose(body: bytes) -> None:
    """Let a body through that is empty, or JSON of one meaning; raises RequestValidationError."""
    if not body:
        return
    try:
        said = json.loads(body, object_pairs_hook=_fields, parse_constant=float)
    except RecursionError as deep:
        raise _refusal((), "is nested too deeply") from deep
    except (ValueError, UnicodeDecodeError) as wrong:
        raise _refusal((), f"is no JSON: {str(wrong)[:100]}") from wrong
    for place, why in _wrongs(said, ()):
        raise _refusal(place, why)


def _fields(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = _Twice() if name in found else value
    return found


def _wrongs(value: object, place: _Place) -> Iterator[tuple[_Place, str]]:
    """Where the value has no single meaning, and why."""
    why = _wrong(value, place)
    if why:
        yield place, why
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _wrongs(each, (*place, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _wrongs(each, (*place, number))


def _wrong(value: object, place: _Place) -> str:
    """Why this value itself has no single meaning; nothing if it has one."""
    if len(place) > _DEEPEST:
        return "is nested too deeply"
    if isinstance(value, _Twice):
        return "comes twice"
    if isinstance(value, float) and not math.isfinite(value):
        return "is no finite number"
    texts = value if isinstance(value, dict) else [value] if isinstance(value, str) else []
    return "" if all(map(_is_text, texts)) else "holds a character that is none"


def _is_text(text: str) -> bool:
    return not any(sign == _NUL or _FIRST_HALF <= sign <= _LAST_HALF for sign in text)


def _refusal(place: _Place, why: str) -> RequestValidationError:
    return RequestValidationError([{"type": "json", "loc": ("body", *place), "msg": why}])
