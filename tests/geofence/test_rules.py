"""Rules: what is refused, which one decides, and when."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from dashboard.geofence import evaluator
from dashboard.geofence.evaluator import Context, Decision, decisions, place_of, standing
from dashboard.geofence.precedence import ACCESS, PRECEDENCE, aspect, ranked
from dashboard.geofence.rule import Action, Rule, Surface
from tests.geofence.ruling import ORDERED, invented_moment, invented_rules, rule

BEGUN = datetime(2020, 6, 29, 15, 30, tzinfo=UTC)
_RUNS = 300


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"places": ["XX"]}, "no country or subdivision is called XX"),
        ({"places": ["in"]}, "no country or subdivision"),
        ({"places": []}, "at least 1"),
        ({"action": "hide_content_class"}, "content_class belongs"),
        ({"least_age_years": 18}, "least_age_years belongs"),
        ({"id": "in/69a"}, "pattern"),
        ({"window": {"since": "2020-06-29T00:00:00", "zone": "Mars"}}, "no time zone"),
        ({"window": {"since": "2020-06-29T00:00:00.5"}}, "whole second"),
        ({"window": {"since": "2020-06-29T00:00:00", "until": "2020-06-28T00:00:00"}}, "ends"),
        ({"window": {"since": "2020-03-08T02:30:00", "zone": "America/New_York"}}, "skip"),
        ({"expires_at": BEGUN}, "expires after"),
        ({"instead_of": ["in-69a"]}, "its own place"),
        ({"speed": 1}, "Extra"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(changed: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        rule(**changed)


def test_a_rule_holds_from_its_first_instant_until_the_earlier_of_its_ends() -> None:
    ends = BEGUN + timedelta(hours=2)
    window = {"since": "2020-06-29T21:00:00", "until": "2020-06-30T21:00:00",
              "zone": "Asia/Kolkata"}  # fmt: skip
    held = rule(window=window, expires_at=ends)
    second = timedelta(seconds=1)
    assert [held.is_in_force(at) for at in (BEGUN - second, BEGUN, ends - second, ends)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_what_is_no_code_is_a_place_not_known() -> None:
    assert place_of({"country": "in", "subdivision": "IN-MH"}) == ("ZZ", "")
    assert place_of({"country": "IN", "subdivision": "US-MT"}) == ("IN", "")
    assert place_of({"country": ["IN"]}) == ("ZZ", "")
    assert place_of({"country": "IN", "subdivision": "IN-MH"}) == ("IN", "IN-MH")


def test_an_unknown_place_gets_what_the_rule_says() -> None:
    somewhere = Context(Surface.APP)
    assert _access([rule()], somewhere) == "allow"
    assert _access([rule(unknown="apply")], somewhere) == "block_all"
    part = rule(places=["IN-MH"], unknown="apply")
    assert _access([part], Context(Surface.APP, "IN")) == "block_all"
    assert _access([part], Context(Surface.APP, "IN", "IN-DL")) == "allow"


def test_a_part_relaxes_its_country_only_where_it_says_so_and_the_place_is_known() -> None:
    country = rule(unknown="apply")
    quiet = rule("in-mh", places=["IN-MH"], action="read_only", unknown="apply")
    open_ = quiet.model_copy(update={"instead_of": frozenset({country.id})})
    here = Context(Surface.APP, "IN", "IN-MH")
    assert _access([country, quiet], here) == "block_all"
    assert _access([country, open_], here) == "read_only"
    assert _access([country, open_], Context(Surface.APP, "IN")) == "block_all"
    assert _access([country, open_], Context(Surface.APP)) == "block_all"


def test_rules_that_name_each_other_open_nothing() -> None:
    one = rule("one", instead_of=["two"])
    two = rule("two", instead_of=["one"], action="read_only")
    assert _access([one, two], Context(Surface.APP, "IN")) == "block_all"


def test_what_is_hidden_stays_hidden_behind_an_age_gate() -> None:
    gate = rule("age", action="age_gate", least_age_years=18)
    hidden = [
        rule(name, action="hide_content_class", content_class=name) for name in ("gore", "polls")
    ]
    found = decisions([gate, *hidden, rule("data", action="isolate_data")], BEGUN,
                      Context(Surface.APP, "IN"))  # fmt: skip
    assert {about: each.rule for about, each in found.items()} == {
        ACCESS: "", "age": "age", "hide.gore": "gore", "hide.polls": "polls", "data": "data",
    }  # fmt: skip


def test_the_most_restrictive_rule_decides_whatever_order_they_come_in() -> None:
    assert _broken_promises() == []


def test_the_proof_sees_when_the_last_rule_written_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluator, "ranked", lambda rules, _: list(rules))
    assert _broken_promises()


def test_every_action_of_the_ladder_acts_somewhere_and_stands_in_its_order() -> None:
    ladder = list(Action)
    assert {action for row in PRECEDENCE.values() for action in row} == set(Action)
    for row in PRECEDENCE.values():
        assert list(row) == sorted(row, key=ladder.index)


def _broken_promises() -> list[str]:
    """Where a decision is not the strictest of those that stand, or depends on the order."""
    wrong = []
    for seed in range(_RUNS):
        chance = random.Random(seed)
        rules = invented_rules(chance)
        at, context = invented_moment(chance)
        found = decisions(rules, at, context)
        again = decisions(chance.sample(rules, len(rules)), at, context)
        stand = standing([each for each in rules if each.is_in_force(at)], context)
        if found != again or any(
            found[aspect(each)].action != _strictest(each, stand) for each in stand
        ):
            wrong.append(f"seed {seed}")
        if not stand and set(found.values()) != {Decision()}:
            wrong.append(f"seed {seed} decides by no rule")
    return wrong


def _strictest(one: Rule, stand: list[Rule]) -> str:
    rivals = [each.action for each in stand if aspect(each) == aspect(one)]
    return min(rivals, key=list(Action).index).value


def _access(rules: list[Rule], context: Context) -> str:
    return decisions(rules, BEGUN, context)[ACCESS].action


def test_equal_actions_are_decided_by_age_then_by_the_earlier_order() -> None:
    young, old = (
        rule(name, action="age_gate", least_age_years=years)
        for name, years in (("a", 13), ("b", 18))
    )
    assert [each.id for each in ranked([young, old], Surface.APP)] == ["b", "a"]
    assert ORDERED < BEGUN
