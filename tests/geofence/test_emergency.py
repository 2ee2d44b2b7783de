"""What one person closed at once decides until its end, and what it tightened decides after it."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from dashboard.geofence import emergency
from dashboard.geofence.emergency import Emergency, ends_at, with_emergencies
from dashboard.geofence.evaluator import Context, decisions
from dashboard.geofence.precedence import ACCESS
from dashboard.geofence.rule import LegalBasis, Rule, Surface
from dashboard.geofence.tightening import is_tightening
from tests.geofence.ruling import ORDERED, basis, invented_moment, invented_rules, rule

_SETS = 4_000


@pytest.mark.wide
def test_until_its_end_it_decides_and_then_what_it_tightened() -> None:
    wrong, held = _differences()
    print(f"\n{held} tightenings beside other rules, each at 12 instants and places")
    assert wrong == []
    assert held > 30


def test_what_takes_the_place_of_a_rule_takes_that_of_its_tightening() -> None:
    assert _where_another_takes_its_place() == "block_upload"


@pytest.mark.wide
def test_an_edge_that_forgets_who_takes_its_place_turns_the_proof_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(emergency, "_naming_both", lambda rule, *_: rule)
    assert _where_another_takes_its_place() == "block_all"


@pytest.mark.wide
def test_a_rule_that_opens_what_it_tightened_at_its_end_turns_the_proof_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = emergency.Emergency
    alone = with_emergencies

    def without_before(rules: list[Rule], held: list[Emergency]) -> list[Rule]:
        return alone(rules, [real(each.rule, None, each.until) for each in held])

    monkeypatch.setitem(globals(), "with_emergencies", without_before)
    assert _differences()[0]


def test_only_what_somebody_outside_may_demand_has_no_end() -> None:
    own = LegalBasis.model_validate(basis(kind="own_decision"))
    order = LegalBasis.model_validate(basis())
    assert ends_at(order, ORDERED) is None
    assert ends_at(own, ORDERED.replace(microsecond=5)) == ORDERED + timedelta(hours=1)


def _where_another_takes_its_place() -> str:
    """What is decided where a milder rule stands instead of the one that is tightened."""
    whole = rule(places=["IN", "BR"], action="read_only")
    milder = rule("in-mild", action="block_upload", instead_of=["in-69a"])
    held = Emergency(rule(places=["IN", "BR"]), whole, rule().begins_at + timedelta(hours=1))
    rules = with_emergencies([milder], [held])
    found = decisions(rules, rule().begins_at, Context(Surface.UPLOAD, "IN"))
    return found[ACCESS].action


def _differences() -> tuple[list[str], int]:
    """Where the edge would decide otherwise than it should, and how many cases there were."""
    wrong, held = [], 0
    for seed in range(_SETS):
        chance = random.Random(seed)
        for before, after, others in _tightenings(chance):
            held += 1
            until = ORDERED + timedelta(hours=chance.randint(1, 6))
            found = with_emergencies(others, [Emergency(after, before, until)])
            for _ in range(12):
                at, context = invented_moment(chance)
                now = after if at < until else before
                expected = decisions([*others, *([now] if now else [])], at, context)
                actions = {about: each.action for about, each in expected.items()}
                said = decisions(found, at, context)
                if any(said[about].action != action for about, action in actions.items()):
                    wrong.append(f"{seed}: {context} at {at}")
    return wrong, held


def _tightenings(chance: random.Random) -> Iterator[tuple[Rule | None, Rule, list[Rule]]]:
    """Texts of one rule, the later one closing more than the earlier, with rules beside them."""
    beside = invented_rules(chance, 5)
    for later in invented_rules(chance, 4):
        others = [each for each in beside if each.id != later.id]
        for earlier in invented_rules(chance, 4):
            before = earlier.model_copy(update={"id": later.id})
            if before.id not in before.instead_of and is_tightening(later, before):
                yield before, later, others
        if is_tightening(later, None) and chance.random() < 0.02:
            yield None, later, others
