"""The rights a person can hold, each named scope:resource:action, in alphabetical order."""

from enum import StrEnum


class Permission(StrEnum):
    """One right, asked for by name wherever it is needed."""

    COST_READ = "executive:cost:read"
    GROWTH_READ = "executive:growth:read"
    OVERVIEW_READ = "executive:overview:read"
    VELOCITY_READ = "executive:velocity:read"
    AUDIT_READ = "operations:audit:read"
    AUDIT_READ_GRANTS = "operations:audit:read_grants"
    CHANGES_READ = "operations:changes:read"
    STOP = "operations:changes:stop"
    STOP_OWN = "operations:changes:stop_own"
    CLOCK_SET = "operations:clock:set"
    FREEZE_APPLY = "operations:freeze:apply"
    FREEZE_APPROVE = "operations:freeze:approve"
    FREEZE_PROPOSE = "operations:freeze:propose"
    GEOFENCE_APPLY = "operations:geofence:apply"
    GEOFENCE_APPROVE = "operations:geofence:approve"
    GEOFENCE_PROPOSE = "operations:geofence:propose"
    GEOFENCE_READ = "operations:geofence:read"
    GEOFENCE_TIGHTEN = "operations:geofence:tighten"
    GRANTS_APPLY = "operations:grants:apply"
    GRANTS_APPROVE = "operations:grants:approve"
    GRANTS_PROPOSE = "operations:grants:propose"
    PEOPLE_MANAGE = "operations:people:manage"
    PEOPLE_READ = "operations:people:read"
    STATUS_READ = "operations:status:read"
