"""Others: what the rules that are in force already do where a draft would begin."""

from collections.abc import Sequence

from dashboard.geofence.evaluator import Context, decisions
from dashboard.geofence.precedence import PRECEDENCE, acts_on, aspect
from dashboard.geofence.rule import Rule, Surface


def already_closed(draft: Rule, live: Sequence[Rule]) -> tuple[str, ...]:
    """The draft's places where other rules already do as much on each of its surfaces.

    Looked at when the draft begins; the rule that it is a new text of is left out.
    """
    others = [rule for rule in live if rule.id != draft.id]
    surfaces = [surface for surface in Surface if acts_on(draft, surface)]
    return tuple(
        place for place in sorted(draft.places)
        if surfaces and all(_does_as_much(draft, others, place, each) for each in surfaces)
    )  # fmt: skip


def _does_as_much(draft: Rule, others: Sequence[Rule], place: str, surface: Surface) -> bool:
    context = Context(surface, place[:2], place if "-" in place else "")
    found = decisions(others, draft.begins_at, context).get(aspect(draft))
    if found is None or not found.rule:
        return False
    order = [action.value for action in PRECEDENCE[surface]]
    years = {rule.id: rule.least_age_years or 0 for rule in others}
    is_old_enough = years[found.rule] >= (draft.least_age_years or 0)
    return is_old_enough and order.index(found.action) <= order.index(draft.action.value)
