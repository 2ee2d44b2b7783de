"""The control plane as one object: its database, its clock and the warehouse that it decides by."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from dashboard.backend.audit.entries import Entry, Result
from dashboard.backend.audit.log import Head, append, head
from dashboard.backend.clock import PlatformClock
from dashboard.backend.database import Database
from dashboard.backend.identity.tokens import Tokens
from dashboard.control.keys import opened_secret
from dashboard.control.wire import ClockMode, ClockReading
from dashboard.settings import APPROVERS_KEY_NAME, EDGE_KEY_NAME, Server
from dashboard.sign_in_settings import SignInSettings
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.opening import open_warehouse

_ANSWERS_KEY_NAME = "answers.key"


def wall_now() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class ControlPlane:
    """What every route works with; ``wall`` tells wall time, ``base_url`` where it is found.

    What is put in force goes on from the warehouse's folder into the server ``load_into``, if any.
    """

    database: Database
    clock: PlatformClock
    warehouse_place: Path | Server
    audit_folder: Path
    tokens: Tokens
    base_url: str = "http://127.0.0.1:8601"
    sign_in: SignInSettings = SignInSettings()
    edge_key_file: Path | None = None
    load_into: Server | None = None
    approvers_url: str = ""
    approvers_key_file: Path | None = None
    wall: Callable[[], datetime] = wall_now
    started_at: datetime = field(default_factory=wall_now)

    @property
    def is_demo(self) -> bool:
        """Whether this is a demo, whose people anybody at this machine may be."""
        return self.clock.mode is ClockMode.DEMO

    @property
    def edge_key(self) -> str:
        """What points of presence are let in by; raises SettingsError."""
        return opened_secret(self.edge_key_file or self.audit_folder / EDGE_KEY_NAME)

    @property
    def approvers_key(self) -> str:
        """What calls to approvers are signed with; raises SettingsError."""
        return opened_secret(self.approvers_key_file or self.audit_folder / APPROVERS_KEY_NAME)

    @property
    def answers_key(self) -> str:
        """What secrets that are told in answers are derived by; raises SettingsError."""
        return opened_secret(self.audit_folder / _ANSWERS_KEY_NAME)

    @property
    def issuer(self) -> str:
        """The name of the embedded provider."""
        return f"{self.base_url}/oidc"

    def now(self) -> ClockReading:
        """What the platform's clock shows."""
        with self.database.reading() as connection:
            return self.clock.read(connection, self.wall())

    def record(self, connection: sa.Connection, entry: Entry) -> None:
        """Add to the audit, in the writing transaction of what the entry tells of."""
        wall = self.wall()
        now = self.clock.read(connection, wall).now
        append(connection, entry, wall_at=wall, platform_at=now)

    def record_refusal(self, entry: Entry) -> None:
        """Add to the audit what somebody tried and was refused."""
        with self.database.writing() as connection:
            self.record(connection, replace(entry, result=Result.REFUSED))

    def audit_head(self) -> Head:
        """The end of the audit's chain."""
        with self.database.reading() as connection:
            return head(connection)

    def warehouse(self) -> Warehouse:
        """The newest version of the warehouse; raises WarehouseError."""
        return open_warehouse(self.warehouse_place)
