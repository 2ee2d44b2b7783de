"""Conflicts, jobs and the register: each in sentences and states that can be acted on."""

import random
from datetime import timedelta

import pytest
from pydantic import ValidationError

from dashboard.geofence.conflicts import Meeting, conflicts
from dashboard.geofence.evaluator import ACCESS, Context, decisions
from dashboard.geofence.jobs import CHECKLIST, Job, JobState, checklist
from dashboard.geofence.precedence import aspect
from dashboard.geofence.register import Standing, register
from dashboard.geofence.rule import BasisKind
from tests.geofence.ruling import ORDERED, basis, invented_rules, rule

_HOUR = timedelta(hours=1)


def test_each_meeting_is_named_in_a_sentence() -> None:
    part = rule("in-mh", places=["IN-MH"], action="read_only", surfaces=["app", "web"])
    [found] = conflicts(part, [rule()])
    assert found.meeting is Meeting.RULE_WINS
    assert found.sentence == (
        "In Maharashtra on app and web, in-69a (block all) wins over in-mh (read only)."
    )
    [found] = conflicts(part.model_copy(update={"instead_of": frozenset({"in-69a"})}), [rule()])
    assert found.sentence.endswith("because it takes its place.")
    assert found.meeting is Meeting.DRAFT_WINS


def test_a_rule_elsewhere_or_at_another_time_is_no_conflict() -> None:
    over = rule("old", window={"since": "2020-01-01T00:00:00", "until": "2020-02-01T00:00:00"})
    assert conflicts(rule("new"), [over, rule("br", places=["BR"]), rule("new")]) == []


def test_rules_about_different_things_hold_beside_each_other() -> None:
    [found] = conflicts(rule("data", action="isolate_data"), [rule()])
    assert found.meeting is Meeting.BOTH_HOLD


def test_taking_the_place_of_a_rule_that_is_not_there_is_told() -> None:
    [found] = conflicts(rule("new", instead_of=["gone"]), [])
    assert found.meeting is Meeting.NAMES_NOTHING


def test_who_is_said_to_win_does_win() -> None:
    checked = 0
    for seed in range(200):
        rules = invented_rules(random.Random(seed), 6)
        for draft in rules:
            for met in conflicts(draft, rules):
                if met.meeting not in (Meeting.DRAFT_WINS, Meeting.RULE_WINS):
                    continue
                other = next(each for each in rules if each.id == met.rule)
                winner = draft if met.meeting is Meeting.DRAFT_WINS else other
                place = met.places[0]
                context = Context(met.surfaces[0], place[:2], place if "-" in place else "")
                at = max(draft.begins_at, other.begins_at)
                found = decisions([draft, other], at, context)
                assert found[aspect(winner)].rule == winner.id, (seed, met)
                checked += 1
    assert checked > 200


def _job(**changed: object) -> Job:
    said: dict[str, object] = {
        "id": "delete-1", "rule": "in-69a", "order_number": "IT Act 69A", "kind": "delete",
        "what": "videos of India", "owner": "data desk",
        "opened_at": ORDERED, "due_at": ORDERED + _HOUR,
    }  # fmt: skip
    return Job.model_validate(said | changed)


def test_a_job_is_done_by_evidence_and_overdue_without() -> None:
    with pytest.raises(ValidationError, match="evidence"):
        _job(done_at=ORDERED + _HOUR)
    assert _job().state(ORDERED) is JobState.OPEN
    assert _job().state(ORDERED + _HOUR) is JobState.OVERDUE
    proof = {"document": "log", "sha256": "0" * 64, "by": "data desk", "at": ORDERED}
    done = _job(done_at=ORDERED + 2 * _HOUR, evidence=[proof])
    assert done.state(ORDERED + _HOUR) is JobState.OVERDUE
    assert done.state(ORDERED + 2 * _HOUR) is JobState.DONE


def test_every_legal_basis_has_a_checklist_and_it_follows_the_jobs() -> None:
    assert set(CHECKLIST) == set(BasisKind)
    ordered = rule()
    duty = next(each for each in CHECKLIST[ordered.basis.kind] if each.kind == "delete")
    proof = {"document": "log", "sha256": "0" * 64, "by": "data desk", "at": ORDERED}
    done = _job(what=duty.what, done_at=ORDERED + _HOUR, evidence=[proof])
    rows = checklist(ordered, [done], ORDERED + 12 * _HOUR, is_obeyed=True)
    assert [is_done for each, _, is_done in rows if each is duty] == [True]
    assert sum(is_done for *_, is_done in rows) == 2
    of_another_order = done.model_copy(update={"order_number": "another"})
    rows = checklist(ordered, [of_another_order], ORDERED + 12 * _HOUR, is_obeyed=False)
    assert not any(is_done for *_, is_done in rows)


def test_the_register_puts_what_is_overdue_first() -> None:
    late = basis(due_at=ORDERED + _HOUR)
    orders = register(
        [rule(), rule("ended", expires_at=rule().begins_at + _HOUR), rule("late", basis=late)],
        [rule("forgotten", basis=late), rule("to-come"), rule()], [_job()],
        ORDERED + 12 * _HOUR,
    )  # fmt: skip
    assert [(each.rule.id, each.standing) for each in orders] == [
        ("forgotten", Standing.OVERDUE), ("to-come", Standing.PENDING),
        ("late", Standing.IN_FORCE), ("in-69a", Standing.IN_FORCE), ("ended", Standing.ENDED),
    ]  # fmt: skip
    assert [each.rule.id for each in orders if each.is_late] == ["late"]
    assert {each.rule.id: each.overdue_jobs for each in orders}["in-69a"] == 1
    assert ACCESS == "access"
