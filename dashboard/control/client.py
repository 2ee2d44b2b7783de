"""The client: one method for each thing that the control plane is asked."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from urllib.parse import urlencode

from dashboard.control.change_documents import Impact
from dashboard.control.changes_client import ChangesClient
from dashboard.control.connection import READ_SECONDS, Act, Connection
from dashboard.control.edge import Traffic
from dashboard.control.geofence import Draft, GeofenceRegister
from dashboard.control.jobs_client import JobsClient
from dashboard.control.people import Demo, DemoPerson, Me, SignedOut
from dashboard.control.people_client import PeopleClient
from dashboard.control.status import Status
from dashboard.control.wire import (
    AuditPage,
    AuditQuestion,
    AuditState,
    ClockReading,
    ClockSetting,
)


class ControlClient:
    """The control plane at one address, asked for one person or for nobody."""

    def __init__(self, connection: Connection) -> None:
        """Ask over this connection."""
        self.connection = connection
        self.changes = ChangesClient(connection)
        self.people = PeopleClient(connection)
        self.jobs = JobsClient(connection)

    @classmethod
    def at(cls, base_url: str) -> "ControlClient":
        """The control plane at this address, asked for nobody; nothing is sent yet."""
        return cls(Connection.to(base_url))

    def close(self) -> None:
        """Let go of the connections."""
        self.connection.close()

    def of(self, token: Callable[[], str]) -> "ControlClient":
        """The same control plane, asked for the person whom this gives tokens of."""
        return ControlClient(self.connection.of(token))

    def unattended(self) -> "ControlClient":
        """The same, for what a screen asks by itself: it keeps nobody's sign-in from ending."""
        return ControlClient(self.connection.unattended())

    def clock(self, within_seconds: float = READ_SECONDS) -> ClockReading:
        """What the platform's clock shows."""
        return self.connection.read("/v1/clock", ClockReading, within_seconds)

    def set_clock(self, setting: ClockSetting) -> ClockReading:
        """Set a demo's clock; raises ActRefused outside demo."""
        return self.connection.act(Act("PUT", "/v1/clock", setting), ClockReading)

    def me(self) -> Me:
        """Who asks; raises ActRefused for nobody."""
        return self.connection.read("/v1/me", Me)

    def demo_people(self) -> tuple[DemoPerson, ...]:
        """Who can be signed in as; raises ActRefused outside demo."""
        return self.connection.read("/v1/demo", Demo).people

    def sign_out(self) -> None:
        """End the session of whoever asks."""
        self.connection.act(Act("DELETE", "/v1/session"), SignedOut)

    def audit(self, asked: AuditQuestion) -> AuditPage:
        """Rows of the audit, the newest first."""
        said = asked.model_dump(mode="json", exclude_defaults=True)
        return self.connection.read(f"/v1/audit?{urlencode(said)}", AuditPage)

    def audit_state(self) -> AuditState:
        """Whether every row and every signed checkpoint holds."""
        return self.connection.read("/v1/audit/state", AuditState)

    def geofence(self, at: datetime | None = None) -> GeofenceRegister:
        """The register of geofence orders now, or what was in force at an instant."""
        asked = f"?{urlencode({'at': at.isoformat()})}" if at else ""
        return self.connection.read(f"/v1/geofence{asked}", GeofenceRegister)

    def impact_of(self, draft: Draft) -> Impact:
        """Whom a rule would touch that is still being written; nothing is kept of it."""
        return self.connection.act(Act("POST", "/v1/geofence/impact", draft), Impact)

    def traffic(self, country: str) -> Traffic:
        """What became of the requests from one country at the edge, by minute."""
        return self.connection.read(f"/v1/geofence/traffic?country={country}", Traffic)

    def status(self) -> Status:
        """How the control plane stands."""
        return self.connection.read("/v1/status", Status)


@cache
def control_at(base_url: str) -> ControlClient:
    """The one client of this process for a control plane, so that all share what it learned."""
    return ControlClient.at(base_url)
