"""Fences: rules as changes carry them, with the one thing a rule cannot say, that it was lifted."""

from collections.abc import Iterable

from dashboard.geofence.rule import Rule
from dashboard.geofence.tightening import is_tightening


class Fence(Rule):
    """A rule, or with ``is_lifted`` the same rule holding nowhere from then on."""

    is_lifted: bool = False


def holding(fences: Iterable[Fence]) -> list[Rule]:
    """The rules among them that were not lifted, whether or not their time has come."""
    return [fence for fence in fences if not fence.is_lifted]


def opens(new: Fence, base: Fence | None) -> bool:
    """Whether somebody may get more once ``new`` is in force instead of ``base``, None for none.

    A lifted base closes nothing, so that nothing is opened beside it but by taking a place.
    """
    if new.is_lifted:
        return True
    return not is_tightening(new, None if base is None or base.is_lifted else base)
