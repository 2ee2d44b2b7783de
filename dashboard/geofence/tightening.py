"""Tightening: whether a rule only closes more, so that one person may put it in force at once."""

from dashboard.geofence.precedence import PRECEDENCE, acts_on, aspect
from dashboard.geofence.rule import Rule, Surface, Unknown


def is_tightening(new: Rule, base: Rule | None) -> bool:
    """Whether nobody gets more than before once ``new`` is in force instead of ``base``.

    ``base`` is the text in force, None for none. A rule that takes the place of others opens what
    they close, and is never one.
    """
    if new.instead_of or (base is not None and base.instead_of):
        return False
    return base is None or (
        _holds_wherever(new, base) and _holds_whenever(new, base) and _does_as_much(new, base)
    )


def _holds_wherever(new: Rule, base: Rule) -> bool:
    covered = all(place in new.places or place[:2] in new.places for place in base.places)
    # Whose part is not known matters to rules for parts alone: those of the base stay named.
    is_as_strict = base.unknown is Unknown.ALLOW or (
        new.unknown is Unknown.APPLY and base.subdivisions <= new.subdivisions | _closed(new, base)
    )
    return covered and is_as_strict


def _closed(new: Rule, base: Rule) -> frozenset[str]:
    """The parts of the base whose whole country the new rule closes."""
    return frozenset(part for part in base.subdivisions if part[:2] in new.countries)


def _holds_whenever(new: Rule, base: Rule) -> bool:
    ends_later = new.ends_at is None or (base.ends_at is not None and base.ends_at <= new.ends_at)
    return new.begins_at <= base.begins_at and ends_later


def _does_as_much(new: Rule, base: Rule) -> bool:
    is_of_age = (new.least_age_years or 0) >= (base.least_age_years or 0)
    return aspect(new) == aspect(base) and is_of_age and all(
        acts_on(new, surface) and _rank(new, surface) <= _rank(base, surface)
        for surface in Surface if acts_on(base, surface)
    )  # fmt: skip


def _rank(rule: Rule, surface: Surface) -> int:
    return PRECEDENCE[surface].index(rule.action)
