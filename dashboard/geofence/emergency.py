"""Emergency: what one person closed at once, how long that holds, and what the edge is told of it.

What it closes beyond the text before it ends by itself unless it is approved, and that text goes on
to hold: the edge is given both, so that it needs nobody to tell it when the time is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.geofence.rule import BasisKind, LegalBasis, Rule

LASTS = timedelta(minutes=60)
"""How long it holds without an order and without an approval."""
CALLED_AFTER_MINUTES = (0, 15, 30, 45, 60)
"""When approvers are called, counted from when it came in force, until they decide."""
_BESIDE = "-emergency"


@dataclass(frozen=True, slots=True)
class Emergency:
    """A rule in force without approval until an instant, and the text it tightens, if any."""

    rule: Rule
    before: Rule | None
    until: datetime


def has_order(basis: LegalBasis) -> bool:
    """Whether somebody outside may demand it, so that it stays until it is decided."""
    return basis.kind is not BasisKind.OWN_DECISION


def ends_at(basis: LegalBasis, begins: datetime) -> datetime | None:
    """When it ends by itself, in whole seconds as the edge counts; None where it stays."""
    return None if has_order(basis) else (begins + LASTS).replace(microsecond=0)


def with_emergencies(rules: Iterable[Rule], emergencies: Iterable[Emergency]) -> list[Rule]:
    """The rules with those in force for a while beside what holds before and after them.

    A tightening closes whatever the text before it closes, so the two together decide as it does
    alone. Whatever takes the place of the rule takes that of both.
    """
    found = list(rules)
    for each in emergencies:
        last = min(filter(None, (each.until, each.rule.expires_at)))
        if each.before is None:
            found.append(each.rule.model_copy(update={"expires_at": last}))
            continue
        name = f"{each.rule.id}{_BESIDE}"
        beside = each.rule.model_copy(update={"id": name, "expires_at": last})
        found = [_naming_both(rule, each.rule.id, name) for rule in found]
        found += [each.before, beside]
    return found


def _naming_both(rule: Rule, id: str, beside: str) -> Rule:
    if id not in rule.instead_of:
        return rule
    return rule.model_copy(update={"instead_of": rule.instead_of | {beside}})
