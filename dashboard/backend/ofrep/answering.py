"""Answering: a question of OFREP 0.3 read, and the answers in the form its clients need.

The Python client needs a variant and a reason with every answer and details with every error,
although the specification leaves them out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from dashboard.backend.ofrep.live import Ready
from dashboard.geofence.answers import Answer, Definitions
from dashboard.geofence.evaluator import place_of
from dashboard.geofence.flags import flag_key
from dashboard.geofence.rule import Action, Surface

MOST_BODY_BYTES = 8 << 10
_MOST_KEY = 200
EVENTS_PATH = "/ofrep/v1/events"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks and where from; a place that is not known is ZZ."""

    who: str
    country: str
    subdivision: str


class Misasked(Exception):
    """A question that cannot be answered: OFREP's code, and why in a sentence."""

    def __init__(self, code: str, why: str) -> None:
        """Name the code and the reason."""
        super().__init__(why)
        self.code = code


def asked_in(body: bytes) -> Asked:
    """The question in a request's body; raises Misasked."""
    if len(body) > MOST_BODY_BYTES:
        raise Misasked("INVALID_CONTEXT", f"The context is larger than {MOST_BODY_BYTES} bytes.")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise Misasked("PARSE_ERROR", "The body is not JSON.") from wrong
    context = said.get("context") if isinstance(said, dict) else None
    if not isinstance(context, dict):
        raise Misasked("INVALID_CONTEXT", "The body holds no context object.")
    who = context.get("targetingKey")
    if not isinstance(who, str) or not who or len(who) > _MOST_KEY:
        raise Misasked("TARGETING_KEY_MISSING", "The context has no targetingKey.")
    return Asked(who, *place_of(context))


def etag(ready: Ready, asked: Asked, seconds: float) -> str:
    """What the answers to a question are known by: the place, the revision, and the windows past.

    Nobody's answers depend on who they are.
    """
    turned = ready.definitions.turned(seconds)
    whole = (ready.revision, ready.definitions.sha256, turned, asked.country, asked.subdivision)
    return f'"{sha256(repr(whole).encode()).hexdigest()[:32]}"'


def one(ready: Ready, key: str, asked: Asked) -> dict[str, object] | None:
    """The answer of one flag; None where there is none of that key."""
    found = ready.definitions.answer(key, asked.who, asked.country, asked.subdivision)
    return None if found is None else _written(key, found, ready)


@lru_cache(maxsize=4_096)
def is_closed(definitions: Definitions, _turned: int, country: str) -> bool:
    """Whether nobody is let in from a country, on any surface, as the windows have turned.

    Where only a surface is closed it is not: requests are told by country alone.
    """
    answers = (definitions.answer(flag_key(surface), "edge", country) for surface in Surface)
    return all(each is not None and each.value["action"] == Action.BLOCK_ALL for each in answers)


def every(ready: Ready, asked: Asked) -> bytes:
    """The answers of all flags, as they are sent."""
    stream = {"type": "sse", "endpoint": {"requestUri": EVENTS_PATH}, "inactivityDelaySec": 120}
    flags = [one(ready, key, asked) for key in ready.definitions.keys]
    whole = {"flags": flags, "metadata": {"revision": ready.revision}, "eventStreams": [stream]}
    return json.dumps(whole, separators=(",", ":")).encode()


def _written(key: str, found: Answer, ready: Ready) -> dict[str, object]:
    value: Mapping[str, object] = found.value
    return {
        "key": key, "value": dict(value), "reason": found.reason, "variant": found.variant,
        "metadata": {"revision": ready.revision},
    }  # fmt: skip
