"""What one person may do at once takes nothing away that a rule closed."""

import os
import random
import subprocess
import sys

import pytest

from dashboard.geofence import tightening
from dashboard.geofence.evaluator import Context, Decision, decisions
from dashboard.geofence.impact import Impact
from dashboard.geofence.precedence import PRECEDENCE
from dashboard.geofence.rule import Rule
from dashboard.geofence.sentences import sentences
from dashboard.geofence.tightening import is_tightening
from tests.geofence.ruling import invented_moment, invented_rules, rule
from tests.servers import ROOT

_PAIRS = 1_500


def test_a_tightening_gives_nobody_more_than_before() -> None:
    wrong, tightened = _openings()
    assert wrong == []
    assert tightened > 50


@pytest.mark.wide
@pytest.mark.parametrize("guard", ["_holds_wherever", "_holds_whenever", "_does_as_much"])
def test_the_proof_sees_each_guard_left_out(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tightening, guard, lambda *_: True)
    assert _openings()[0]


def test_relaxing_is_never_a_tightening() -> None:
    assert is_tightening(rule(), None)
    assert is_tightening(rule(places=["IN", "BR"]), rule())
    assert not is_tightening(rule(action="read_only"), rule())
    assert not is_tightening(rule("new", instead_of=["in-69a"]), None)


def test_a_rule_has_one_form_whatever_the_process() -> None:
    made = {_written(seed) for seed in ("1", "2", "3")}
    assert len(made) == 1


def test_an_impact_says_what_is_unknown() -> None:
    unknown = dict.fromkeys(
        ("day", "people", "people_today", "share_of_world", "travellers", "residents_abroad",
         "people_already_closed", "creators", "uploads", "watch_hours", "revenue_usd", "cost_usd",
         "money_month")
    )  # fmt: skip
    found = Impact.model_validate({
        "data_version": 1, "data_fingerprint": "f", "as_of": "2020-06-29T00:00:00Z",
        "people_unplaced": 0, "places_already_closed": ["IN"], "languages": [],
        **unknown, "people": 195_300_000, "share_of_world": 0.2017, "day": "2020-06-28",
    })  # fmt: skip
    said = sentences(found)
    assert said[0] == "195,300,000 people of the 28 days up to 2020-06-28, 20.2% of the world's."
    assert said[2] == "Unknown travellers there, Unknown residents abroad."
    assert said[-1] == "Other rules already do as much in India."


def _openings() -> tuple[list[str], int]:
    """Where a change that is called a tightening gave somebody more, and how many there were."""
    wrong, tightened = [], 0
    for seed in range(_PAIRS):
        chance = random.Random(seed)
        rules = invented_rules(chance, 5)
        drafts = invented_rules(chance, 5)
        if not rules or not drafts:
            continue
        base = chance.choice([None, *rules])
        draft = _draft(chance, chance.choice(drafts), base)
        if not is_tightening(draft, base):
            continue
        tightened += 1
        after = [*(each for each in rules if each is not base), draft]
        for _ in range(20):
            at, context = invented_moment(chance)
            old, new = (decisions(each, at, context) for each in (rules, after))
            if any(
                _strictness(new.get(about, Decision()), after, context)
                < _strictness(was, rules, context)
                for about, was in old.items()
            ):
                wrong.append(f"seed {seed}: {context} at {at}")
    return wrong, tightened


def _draft(chance: random.Random, other: Rule, base: Rule | None) -> Rule:
    """A new rule, or a text near the base: one or two of its fields are another's."""
    if base is None:
        return other.model_copy(update={"id": "draft"})
    fields = chance.sample(["places", "surfaces", "window", "expires_at", "unknown"], 2)
    changed: dict[str, object] = {name: getattr(other, name) for name in fields}
    if chance.random() < 0.5:
        for name in ("action", "content_class", "least_age_years"):
            changed[name] = getattr(other, name)
    return base.model_copy(update=changed)


def _strictness(found: Decision, rules: list[Rule], context: Context) -> tuple[int, int]:
    order = [action.value for action in PRECEDENCE[context.surface]]
    if not found.rule:
        return -len(order), 0
    decided = next(each for each in rules if each.id == found.rule)
    return -order.index(found.action), decided.least_age_years or 0


def _written(hash_seed: str) -> bytes:
    program = (
        "from tests.geofence.ruling import rule; "
        "print(rule(places=['US', 'IN', 'BR', 'IN-MH'], instead_of=['b', 'a']).model_dump_json())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, check=True
    ).stdout
