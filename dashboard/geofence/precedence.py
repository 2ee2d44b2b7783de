"""Precedence: which of several rules decides, as a table."""

from collections.abc import Iterable

from dashboard.geofence.rule import Action, Rule, Surface

_DOORS = (Action.BLOCK_ALL, Action.READ_ONLY, Action.AGE_GATE, Action.HIDE_CONTENT_CLASS,
          Action.ISOLATE_DATA)  # fmt: skip

PRECEDENCE: dict[Surface, tuple[Action, ...]] = {
    Surface.APP: _DOORS,
    Surface.WEB: _DOORS,
    Surface.UPLOAD: (Action.BLOCK_ALL, Action.BLOCK_UPLOAD, Action.READ_ONLY, Action.ISOLATE_DATA),
    Surface.LIVE: (Action.BLOCK_ALL, Action.BLOCK_UPLOAD, *_DOORS[1:]),
    Surface.API: (Action.BLOCK_ALL, Action.READ_ONLY, Action.HIDE_CONTENT_CLASS,
                  Action.ISOLATE_DATA),
}  # fmt: skip
"""What can be done on each surface, the winner first. An action that is not listed does nothing
there: uploads cannot be hidden, and a program has no age."""

ACCESS, AGE, DATA, HIDE = "access", "age", "data", "hide"
_ASPECTS = {
    Action.BLOCK_ALL: ACCESS,
    Action.BLOCK_UPLOAD: ACCESS,
    Action.READ_ONLY: ACCESS,
    Action.AGE_GATE: AGE,
    Action.ISOLATE_DATA: DATA,
}


def aspect(rule: Rule) -> str:
    """What a rule decides about: access, age, data, or hide.CLASS.

    Only rules about the same aspect compete. What is hidden stays hidden, and data stay apart,
    whatever else is closed.
    """
    return f"{HIDE}.{rule.content_class}" if rule.content_class else _ASPECTS[rule.action]


def acts_on(rule: Rule, surface: Surface) -> bool:
    """Whether the rule does anything there."""
    return surface in rule.surfaces and rule.action in PRECEDENCE[surface]


def ranked(rules: Iterable[Rule], surface: Surface) -> list[Rule]:
    """The rules that act on the surface, the one that decides first.

    Among equal actions the higher age, then the earlier order, then the name decides, so that the
    order in which rules were written never matters. A smaller place is no reason to win: a rule
    for a part relaxes one for its country only where it says so (``instead_of``).
    """
    order = PRECEDENCE[surface]
    return sorted(
        (rule for rule in rules if acts_on(rule, surface)),
        key=lambda rule: (
            order.index(rule.action), -(rule.least_age_years or 0),
            rule.basis.received_at, rule.id,
        ),
    )  # fmt: skip
