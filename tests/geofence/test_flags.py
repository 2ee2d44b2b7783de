"""Flags: flagd's own evaluator answers as the reference evaluator does."""

import json
import random
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.contrib.tools.flagd.core.targeting import targeting
from openfeature.evaluation_context import EvaluationContext

from dashboard.geofence import flags
from dashboard.geofence.evaluator import Context, decisions
from dashboard.geofence.flags import compiled, compiled_still, flag_key
from dashboard.geofence.rule import Rule, Surface
from tests.geofence.ruling import invented_moment, invented_rules, rule

_SETS, _CONTEXTS = 200, 20
_EDGE = sys.modules[targeting.__module__]


def test_flagd_answers_as_the_reference_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, asked = _differences(monkeypatch)
    print(f"flagd-core and the reference: {asked:,} answers compared, {len(wrong)} differ")
    assert wrong == []


@pytest.mark.wide
def test_the_proof_sees_a_rule_that_no_longer_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flags, "takes_place", lambda *_: False)
    assert _differences(monkeypatch)[0]


@pytest.mark.wide
def test_the_proof_sees_an_end_that_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = flags._in_time
    monkeypatch.setattr(flags, "_in_time", lambda *given: whole(*given)[:1])
    assert _differences(monkeypatch)[0]


def test_the_bytes_depend_on_the_rules_alone() -> None:
    for seed in range(30):
        chance = random.Random(seed)
        rules = invented_rules(chance)
        assert compiled(rules) == compiled(chance.sample(rules, len(rules)))


def test_thirty_changes_rolled_back_to_each_point_compile_to_the_same_bytes() -> None:
    chance = random.Random(7)
    points: list[tuple[list[Rule], bytes]] = [([], compiled([]))]
    for each in (rule(f"r-{number}", title=f"{number}") for number in range(30)):
        kept = [old for old in points[-1][0] if chance.random() < 0.9]
        points.append(([*kept, each], compiled([*kept, each])))
    for rules, then in reversed(points):
        read_back = [Rule.model_validate_json(each.model_dump_json()) for each in rules]
        assert compiled(read_back[::-1]) == then


def test_every_key_and_answer_suits_the_real_clients() -> None:
    for seed in range(30):
        for key, flag in json.loads(compiled(invented_rules(random.Random(seed))))["flags"].items():
            assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
            assert flag["defaultVariant"] in flag["variants"]
            assert all(value["schema"] == 1 for value in flag["variants"].values())


def test_a_rule_called_allow_still_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    named = rule("allow")
    at = named.begins_at
    _set_edge_clock(monkeypatch, at)
    core = FlagdCore()
    core.set_flags(compiled([named]).decode())
    context = Context(Surface.APP, "IN")
    assert _answer(core, "geofence.app", context) == ("block_all", "allow")


def test_a_demo_of_another_year_tells_the_edge_in_the_edges_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ahead = timedelta(days=2_000)
    core = FlagdCore()
    core.set_flags(compiled([rule()], ahead).decode())
    context = Context(Surface.APP, "IN")
    for early, action in ((timedelta(seconds=1), "allow"), (timedelta(), "block_all")):
        _set_edge_clock(monkeypatch, rule().begins_at + ahead - early)
        assert _answer(core, "geofence.app", context)[0] == action


def test_a_clock_that_stands_still_keeps_what_held_then(monkeypatch: pytest.MonkeyPatch) -> None:
    over = rule("over", places=["BR"], expires_at=rule().begins_at + timedelta(hours=1))
    for later, india, brazil in ((-1, "allow", "allow"), (0, "block_all", "block_all"),
                                 (7_200, "block_all", "allow")):  # fmt: skip
        at = rule().begins_at + timedelta(seconds=later)
        core = FlagdCore()
        core.set_flags(compiled_still([rule(), over], at).decode())
        _set_edge_clock(monkeypatch, at + timedelta(days=2_000))
        found = [_answer(core, "geofence.app", Context(Surface.APP, place)) for place in
                 ("IN", "BR")]  # fmt: skip
        assert [action for action, _ in found] == [india, brazil]


def _differences(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], int]:
    wrong, asked = [], 0
    for seed in range(_SETS):
        chance = random.Random(seed)
        rules = invented_rules(chance)
        core = FlagdCore()
        core.set_flags(compiled(rules).decode())
        for _ in range(_CONTEXTS):
            at, context = invented_moment(chance)
            _set_edge_clock(monkeypatch, at)
            for about, expected in decisions(rules, at, context).items():
                asked += 1
                key = flag_key(context.surface, about)
                if _answer(core, key, context) != (expected.action, expected.rule):
                    wrong.append(f"seed {seed}: {key} {at} {context}")
    return wrong, asked


def _answer(core: FlagdCore, key: str, context: Context) -> tuple[object, object]:
    said = {"country": context.country, "subdivision": context.subdivision}
    found = core.resolve_object_value(key, {}, EvaluationContext("somebody", said))
    assert found.variant
    assert found.reason in ("STATIC", "TARGETING_MATCH")
    value = found.value
    assert not isinstance(value, Sequence)
    return value["action"], value["rule"]


def _set_edge_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(_EDGE, "time", SimpleNamespace(time=at.timestamp))
