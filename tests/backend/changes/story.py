"""The clock of the story in tests: it stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.backend.changes.clockwork import settle_due
from dashboard.backend.plane import ControlPlane
from tests.backend.changes.acting import Person, ok

BEGUN = datetime(2020, 9, 1, 9, tzinfo=UTC)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is arithmetic of instants, the same on every database."""
_MOST_TURNS = 50


def moved(plane: ControlPlane, *, to: datetime | None = None, **by: float) -> datetime:
    """The instant that the clock shows once it was moved; nothing that came due is settled."""
    with plane.database.writing() as connection:
        now = plane.clock.read(connection, plane.wall()).now
        return plane.clock.set(connection, to or now + timedelta(**by), plane.wall()).now


def settled(plane: ControlPlane) -> int:
    """How many things were due; they are carried out, and what came due by them too."""
    done = 0
    for _ in range(_MOST_TURNS):
        turn = settle_due(plane)
        done += turn
        if not turn:
            return done
    raise AssertionError("The clockwork never comes to rest.")


def passed(plane: ControlPlane, **by: float) -> int:
    """How many things were settled after the clock moved on by so much."""
    moved(plane, **by)
    return settled(plane)


def now_of(person: Person, change: dict) -> dict:
    """The change as it is by now."""
    return ok(person.get(f"/v1/changes/{change['id']}"))


def acts_of(person: Person, change: dict) -> list[str]:
    """What was done to a change, the oldest first."""
    steps = ok(person.get(f"/v1/changes/{change['id']}/timeline"))["steps"]
    return [step["act"] for step in steps]
