"""Answers: what flagd's own evaluator says by a set of definitions, by this machine's clock."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import OpenFeatureError

from dashboard.errors import BadDefinitions
from dashboard.geofence.flags import Json, digest

_TIMESTAMP = "$flagd.timestamp"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one flag says: its value, the variant's name and why."""

    value: Mapping[str, object]
    variant: str
    reason: str


@dataclass(frozen=True)
class Definitions:
    """A set of definitions that is ready to answer."""

    text: bytes
    keys: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()
    _core: FlagdCore = field(default_factory=FlagdCore, repr=False, compare=False)

    @classmethod
    def read(cls, text: bytes) -> "Definitions":
        """The definitions in a text; raises BadDefinitions where they cannot be followed."""
        core = FlagdCore()
        try:
            said = json.loads(text)
            flags = said["flags"]
            turns = sorted(set(_turns(said)))
            keys = tuple(sorted(flags))
            core.set_flags(said)
        except (ValueError, KeyError, TypeError, AttributeError, OpenFeatureError) as wrong:
            raise BadDefinitions("The definitions are not flagd's; the last ones stand.") from wrong
        return cls(text, keys, tuple(turns), core)

    @property
    def sha256(self) -> str:
        """The sha256 of the text, in hexadecimal."""
        return digest(self.text)

    def turned(self, seconds: float) -> int:
        """How many of the windows' beginnings and ends have passed at an instant (epoch)."""
        return bisect_right(self.turns, seconds)

    def answer(self, key: str, who: str, country: str, subdivision: str = "") -> Answer | None:
        """What the flag says for somebody there; None where there is no such flag."""
        if key not in self.keys:
            return None
        context = EvaluationContext(who, {"country": country, "subdivision": subdivision})
        found = self._core.resolve_object_value(key, {}, context)
        value = cast(Mapping[str, object], found.value)
        return Answer(value, found.variant or "", str(found.reason or "UNKNOWN"))


def _turns(part: Json) -> Iterator[int]:
    """Every second that the definitions hold the time against."""
    if isinstance(part, dict):
        for operands in part.values():
            if isinstance(operands, list) and {"var": _TIMESTAMP} in operands:
                yield from (each for each in operands if isinstance(each, int))
            else:
                yield from _turns(operands)
    elif isinstance(part, list):
        for each in part:
            yield from _turns(each)
