"""The reference evaluator: what rules decide for somebody at an instant, in plain Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.countries import UNKNOWN_CODE, is_country, is_subdivision
from dashboard.geofence.precedence import ACCESS, acts_on, aspect, ranked
from dashboard.geofence.rule import Rule, Surface, Unknown

ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, as far as a rule looks: where from, and on which surface.

    A country that is not known is ZZ, and a subdivision that is not known is empty.
    """

    surface: Surface
    country: str = UNKNOWN_CODE
    subdivision: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody gets in one respect, and the rule that decided; empty where none did."""

    action: str = ALLOW
    rule: str = ""


def place_of(said: Mapping[str, object]) -> tuple[str, str]:
    """The country and subdivision that a request names; what is no code counts as not known.

    A code in the wrong case or of no country must not slip past the rules as a place of its own.
    """
    country, part = said.get("country"), said.get("subdivision")
    known = country if isinstance(country, str) and is_country(country) else UNKNOWN_CODE
    inside = isinstance(part, str) and is_subdivision(part) and part[:2] == known
    return known, str(part) if inside else ""


def decisions(rules: Sequence[Rule], at: datetime, context: Context) -> dict[str, Decision]:
    """What is decided for the context at that instant, by aspect; access is always among them."""
    found = {aspect(rule): Decision() for rule in rules if acts_on(rule, context.surface)}
    in_force = [rule for rule in rules if rule.is_in_force(at)]
    for rule in reversed(ranked(standing(in_force, context), context.surface)):
        found[aspect(rule)] = Decision(rule.action.value, rule.id)
    return {ACCESS: Decision()} | found


def standing(rules: Iterable[Rule], context: Context) -> list[Rule]:
    """Those of the rules that are about the context, without those another takes the place of."""
    matching = [rule for rule in rules if applies(rule, context)]
    return [
        rule for rule in matching
        if not any(takes_place(by, rule) and is_named(by, context) for by in matching)
    ]  # fmt: skip


def takes_place(by: Rule, rule: Rule) -> bool:
    """Whether one rule takes the place of another where it holds.

    One that takes a place itself cannot lose its own: two rules that name each other would open
    what both of them close.
    """
    return rule.id in by.instead_of and not rule.instead_of


def applies(rule: Rule, context: Context) -> bool:
    """Whether the rule is about this place and surface, whenever it holds."""
    if not acts_on(rule, context.surface):
        return False
    is_guessed = rule.unknown is Unknown.APPLY and _is_unknown_to(rule, context)
    return is_named(rule, context) or is_guessed


def is_named(rule: Rule, context: Context) -> bool:
    """Whether the place is known to be one of the rule's."""
    return context.country in rule.countries or context.subdivision in rule.subdivisions


def _is_unknown_to(rule: Rule, context: Context) -> bool:
    """Whether the rule cannot tell if the place is one of its own."""
    parts_of = {part[:2] for part in rule.subdivisions}
    is_part_unknown = not context.subdivision and context.country in parts_of
    return context.country == UNKNOWN_CODE or is_part_unknown
