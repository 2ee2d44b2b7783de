"""Ramps: who is reached by a change that goes in force step by step, told by arithmetic alone.

Everybody has a bucket of their own for each change: the first 8 bytes of SHA-256 of the change's
salt, a colon and the person's number, as a whole number (most significant byte first), modulo
10,000. A ramp at p per cent reaches the buckets below 100 p, so a step up only adds people.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from dashboard.control.wire import Instant, Message

BUCKETS = 10_000
_BYTES = 8
_WHOLE = 100
_LONGEST_BAKE_SECONDS = 14 * 24 * 3600


class RampStep(Message):
    """One step: the per cent of people it reaches, and for how long it is watched."""

    percent: Annotated[int, Field(ge=1, le=_WHOLE)]
    bake_seconds: Annotated[int, Field(ge=0, le=_LONGEST_BAKE_SECONDS)]


class RampPlan(Message):
    """The steps of a ramp; it goes on by itself when a step was watched, or waits for somebody."""

    steps: Annotated[tuple[RampStep, ...], Field(min_length=1, max_length=20)]
    is_automatic: bool = True

    @model_validator(mode="after")
    def _goes_up_to_everybody(self) -> Self:
        shares = [step.percent for step in self.steps]
        if shares != sorted(set(shares)) or shares[-1] != _WHOLE:
            raise ValueError("the steps go up, and the last one reaches 100 per cent")
        return self


USUAL_RAMP = RampPlan(
    steps=(
        RampStep(percent=1, bake_seconds=3600),
        RampStep(percent=5, bake_seconds=3600),
        RampStep(percent=25, bake_seconds=3600),
        RampStep(percent=100, bake_seconds=0),
    )
)
"""1, 5, 25 and 100 per cent, an hour each."""


class RampPlace(Message):
    """Where a ramp stands: the step (0 is the first), since when, and when it was paused.

    Instants are the platform's. While it is paused no time passes for it; ``since`` is later by
    every pause that ended, the last one at ``resumed_at``.
    """

    step: Annotated[int, Field(ge=0)]
    since: Instant
    paused_at: Instant | None = None
    resumed_at: Instant | None = None

    def at(self, plan: RampPlan, now: datetime) -> "RampPlace":
        """Where it stands by that instant, going on by itself if the plan says so."""
        until, step, since = self.paused_at or now, self.step, self.since
        while plan.is_automatic and step + 1 < len(plan.steps):
            over = since + timedelta(seconds=plan.steps[step].bake_seconds)
            if over > until:
                break
            step, since = step + 1, over
        return self.model_copy(update={"step": step, "since": since})

    def next_at(self, plan: RampPlan) -> datetime | None:
        """When the next step may begin; None in a pause and at the last step."""
        if self.paused_at is not None or self.is_whole(plan):
            return None
        return self.since + timedelta(seconds=plan.steps[self.step].bake_seconds)

    def paused(self, now: datetime) -> "RampPlace":
        """The same place, in which no time passes from that instant on, if it still did."""
        return self if self.paused_at else self.model_copy(update={"paused_at": now})

    def resumed(self, now: datetime) -> "RampPlace":
        """The same place with the same people, its time running on from where it stopped."""
        rested = now - self.paused_at if self.paused_at else timedelta()
        later = self.since + max(rested, timedelta())
        return RampPlace(step=self.step, since=later, resumed_at=now)

    def is_whole(self, plan: RampPlan) -> bool:
        """Whether everybody is reached."""
        return self.step + 1 == len(plan.steps)


def bucket_of(salt: str, person: int) -> int:
    """The bucket of a person in the ramp of this salt, 0 to 9,999."""
    digest = hashlib.sha256(f"{salt}:{person}".encode()).digest()
    return int.from_bytes(digest[:_BYTES], "big") % BUCKETS


def is_reached(salt: str, person: int, percent: int) -> bool:
    """Whether a ramp at so many per cent reaches a person."""
    return bucket_of(salt, person) < percent * BUCKETS // _WHOLE
