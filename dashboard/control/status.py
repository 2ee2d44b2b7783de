"""Status: how the control plane, the warehouse it decides by and the edge stand."""

from typing import Annotated

from pydantic import Field

from dashboard.control.edge import Served, StillServed
from dashboard.control.wire import ClockReading, Instant, Message


class EdgeState(Message):
    """One point of presence: the revision it runs, by how many that is behind, what it served.

    ``acknowledged_at`` is when it first said that it runs it, ``heard_at`` when it was heard of
    last, in wall time. ``served`` counts requests since the control plane began.

    ``lag_seconds`` is for how long something else has been in force than what it runs, 0 where it
    runs that, counted from when this control plane first saw it; ``straggles_since`` is since when
    it lags or is silent. ``still_served`` are the requests of the last minute from countries that
    the rules in force close on every surface, and null while it is silent: nobody knows then.
    """

    pop: str
    revision: int
    behind: int
    is_straggler: bool
    acknowledged_at: Instant
    heard_at: Instant
    served: tuple[Served, ...]
    lag_seconds: Annotated[float, Field(ge=0)] = 0
    straggles_since: Instant | None = None
    still_served: tuple[StillServed, ...] | None = ()


class TableState(Message):
    """How far one table of the warehouse goes."""

    name: str
    complete_until: Instant


class OutboxState(Message):
    """How many rows the warehouse was not told yet of what is in force, since when, and why."""

    waiting: int = 0
    oldest_at: Instant | None = None
    trouble: str = ""


class CallsState(Message):
    """How many calls of approvers are due and did not get through, since when, and why.

    Without an address nobody is called but by the screen.
    """

    has_address: bool = False
    waiting: int = 0
    oldest_at: Instant | None = None
    trouble: str = ""


class Status(Message):
    """How the control plane stands: versions, database, clock, warehouse and edge."""

    version: str
    started_at: Instant
    database: str
    schema_revision: str
    clock: ClockReading
    warehouse_version: int | None
    warehouse_trouble: str
    tables: tuple[TableState, ...]
    outbox: OutboxState = OutboxState()
    calls: CallsState = CallsState()
    edges: tuple[EdgeState, ...] = ()
