"""Roles: what a person may do, deny by default, in one table."""

from collections.abc import Iterable
from enum import StrEnum

from dashboard.access.permissions import Permission


class Role(StrEnum):
    """What somebody is here for."""

    EXECUTIVE = "executive"
    REVIEWER = "reviewer"
    SENIOR_REVIEWER = "senior_reviewer"
    RANKING_ENGINEER = "ranking_engineer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


_EVERYONE = frozenset(
    {
        Permission.OVERVIEW_READ,
        Permission.GROWTH_READ,
        Permission.COST_READ,
        Permission.VELOCITY_READ,
        Permission.STATUS_READ,
        Permission.CLOCK_SET,
    }
)
"""Figures without personal data, and the clock, which only a demo lets anybody set."""

_GRANTED: dict[Role, frozenset[Permission]] = {
    Role.EXECUTIVE: frozenset({Permission.GEOFENCE_READ}),
    Role.REVIEWER: frozenset(),
    Role.SENIOR_REVIEWER: frozenset(
        {Permission.CHANGES_READ, Permission.GEOFENCE_READ, Permission.GEOFENCE_APPROVE}
    ),
    Role.RANKING_ENGINEER: frozenset(
        {
            Permission.CHANGES_READ,
            Permission.GEOFENCE_READ,
            Permission.GEOFENCE_PROPOSE,
            Permission.FREEZE_PROPOSE,
            Permission.STOP_OWN,
        }
    ),
    Role.OPERATOR: frozenset(
        {
            Permission.CHANGES_READ,
            Permission.GEOFENCE_READ,
            Permission.GEOFENCE_PROPOSE,
            Permission.GEOFENCE_TIGHTEN,
            Permission.FREEZE_PROPOSE,
            Permission.STOP,
        }
    ),
    Role.APPROVER: frozenset(
        {
            Permission.CHANGES_READ,
            Permission.GEOFENCE_READ,
            Permission.GEOFENCE_PROPOSE,
            Permission.GEOFENCE_APPROVE,
            Permission.GEOFENCE_APPLY,
            Permission.FREEZE_PROPOSE,
            Permission.FREEZE_APPROVE,
            Permission.FREEZE_APPLY,
            Permission.STOP,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.CHANGES_READ,
            Permission.GEOFENCE_READ,
            Permission.PEOPLE_READ,
            Permission.PEOPLE_MANAGE,
            Permission.AUDIT_READ_GRANTS,
            Permission.GRANTS_PROPOSE,
            Permission.GRANTS_APPROVE,
            Permission.GRANTS_APPLY,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.CHANGES_READ,
            Permission.GEOFENCE_READ,
            Permission.PEOPLE_READ,
            Permission.AUDIT_READ,
            Permission.AUDIT_READ_GRANTS,
        }
    ),
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """What people of these roles may do together; nothing without a role."""
    held = [_GRANTED[role] | _EVERYONE for role in roles]
    return frozenset().union(*held)
