"""The edge's wire: what points of presence fetch from the control plane and tell it."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from dashboard.control.wire import Instant, Message
from dashboard.countries import UNKNOWN_CODE, is_country

POP_NAME = r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$"
MOST_LINES = 300
"""As many lines of requests as one acknowledgement may carry."""


def _of_somewhere(code: str) -> str:
    if code != UNKNOWN_CODE and not is_country(code):
        raise ValueError("is no country of ISO 3166-1, nor ZZ for one that is not known")
    return code


Origin = Annotated[str, Field(pattern=r"^[A-Z]{2}$"), AfterValidator(_of_somewhere)]
"""Where a request came from: a country, or ZZ where that is not known."""


class Outcome(StrEnum):
    """What became of a request at the edge."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    REDIRECTED = "redirected"


class Served(Message):
    """How many requests from a country had one outcome since the last acknowledgement."""

    country: Origin
    outcome: Outcome
    requests: Annotated[int, Field(ge=0, le=10**12)]


class Acknowledgement(Message):
    """What a point of presence runs, and what it served since it said so last."""

    pop: Annotated[str, Field(pattern=POP_NAME)]
    revision: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    at: Instant
    served: Annotated[tuple[Served, ...], Field(max_length=MOST_LINES)] = ()


class Snapshot(Message):
    """The definitions that hold, as flagd reads them, and what they are known by."""

    revision: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    definitions: Annotated[str, Field(max_length=8 << 20)]


class StillServed(Message):
    """Requests of a minute that were let in from a country which the rules in force close."""

    country: Origin
    requests: Annotated[int, Field(ge=0)]


class TrafficMinute(Message):
    """What became of the requests from one country that were told in a minute of wall time."""

    at: Instant
    allowed: Annotated[int, Field(ge=0)]
    blocked: Annotated[int, Field(ge=0)]
    redirected: Annotated[int, Field(ge=0)]
    is_over: bool


class Traffic(Message):
    """The requests from one country by minute, the oldest first."""

    country: Origin
    minutes: tuple[TrafficMinute, ...]
