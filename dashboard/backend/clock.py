"""The platform's clock: wall time in production; in demo an instant of the story, running on.

Deadlines, expiries, windows and bake times follow it. What is audited also stores wall time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dashboard.backend.schema import CLOCK
from dashboard.control.wire import ClockMode, ClockReading
from dashboard.errors import ClockRunsFree

_THE_ONE = 1


@dataclass(frozen=True, slots=True)
class PlatformClock:
    """The clock as one control plane keeps it.

    ``data_until`` tells how far the data goes: a demo's clock that was never set follows it.
    """

    mode: ClockMode
    data_until: Callable[[], datetime]

    def begin(self, connection: sa.Connection, at: datetime, wall: datetime) -> None:
        """Start a demo's clock where it was never set; a clock that was set runs on."""
        if self.mode is ClockMode.DEMO and connection.execute(sa.select(CLOCK)).first() is None:
            connection.execute(sa.insert(CLOCK).values(id=_THE_ONE, platform_at=at, wall_at=wall))

    def read(self, connection: sa.Connection, wall: datetime) -> ClockReading:
        """What the clock shows at an instant of wall time."""
        if not self._is_demo:
            return ClockReading(now=wall, wall_at=wall, mode=self.mode, is_set=False)
        row = connection.execute(sa.select(CLOCK)).first()
        now = self.data_until() if row is None else row.platform_at + (wall - row.wall_at)
        return ClockReading(now=now, wall_at=wall, mode=self.mode, is_set=row is not None)

    def set(self, connection: sa.Connection, at: datetime, wall: datetime) -> ClockReading:
        """Set it to an instant from which it runs on; raises ClockRunsFree outside demo."""
        if not self._is_demo:
            raise ClockRunsFree(
                "The clock follows wall time here and cannot be set; only a demo's clock can."
            )
        connection.execute(sa.delete(CLOCK))
        connection.execute(sa.insert(CLOCK).values(id=_THE_ONE, platform_at=at, wall_at=wall))
        return self.read(connection, wall)

    @property
    def _is_demo(self) -> bool:
        return self.mode is ClockMode.DEMO
