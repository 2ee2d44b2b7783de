"""An actor: one person as the control plane knows them while they act."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.access.permissions import Permission
from dashboard.access.reader import Reach
from dashboard.access.roles import Role, permissions_of


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, with the roles that the database gave them a moment ago.

    ``person`` is one person however they signed in and whatever token they hold: four eyes are
    told apart by it. ``signed_in_at`` is when they last proved who they are, by wall time; None
    for a token that no sign-in stands behind. ``only`` holds such a token to a few rights.
    """

    person: str
    name: str
    roles: frozenset[Role]
    reach: Reach
    session: str
    signed_in_at: datetime | None
    is_service: bool = False
    only: frozenset[Permission] | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the actor may do."""
        held = permissions_of(self.roles)
        return held if self.only is None else held & self.only
