"""The rights a person can hold, each named scope:resource:action, in alphabetical order."""

from enum import StrEnum


class Permission(StrEnum):
    """One right, asked for by name wherever it is needed."""

    COST_READ = "executive:cost:read"
    GROWTH_READ = "executive:growth:read"
    OVERVIEW_READ = "executive:overview:read"
    VELOCITY_READ = "executive:velocity:read"
