"""Conflicts: where a draft meets the rules in force, and who wins there, in a sentence each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboard.countries import UNKNOWN_CODE, country_name, subdivision_name
from dashboard.geofence.evaluator import takes_place
from dashboard.geofence.precedence import acts_on, aspect, ranked
from dashboard.geofence.rule import Rule, Surface, Unknown

_MOST_NAMED = 4


class Meeting(StrEnum):
    """How a draft and a rule in force meet."""

    DRAFT_WINS = "draft_wins"
    RULE_WINS = "rule_wins"
    BOTH_HOLD = "both_hold"
    NAMES_NOTHING = "names_nothing"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One meeting: with which rule, on which surfaces, in which places, and what comes of it."""

    meeting: Meeting
    rule: str
    surfaces: tuple[Surface, ...]
    places: tuple[str, ...]
    sentence: str


def conflicts(draft: Rule, live: Sequence[Rule]) -> list[Conflict]:
    """Every meeting of the draft with a rule in force or to come, in the order of their names.

    The rule that the draft is a new text of is left out.
    """
    others = sorted((rule for rule in live if rule.id != draft.id), key=lambda rule: rule.id)
    found = [each for rule in others for each in _meetings(draft, rule)]
    known = {rule.id for rule in others}
    return found + [_nothing(draft, name) for name in sorted(draft.instead_of - known)]


def shared_places(one: Rule, other: Rule) -> list[str]:
    """The places both rules are about, the smaller of each pair; ZZ where both take the unknown."""
    shared = {
        max(here, there, key=len)
        for here in one.places for there in other.places
        if here == there or here.startswith(f"{there}-") or there.startswith(f"{here}-")
    }  # fmt: skip
    if one.unknown is other.unknown is Unknown.APPLY:
        shared.add(UNKNOWN_CODE)
    return sorted(shared)


def _meetings(draft: Rule, rule: Rule) -> list[Conflict]:
    places, surfaces = shared_places(draft, rule), _shared_surfaces(draft, rule)
    if not places or not surfaces or not _overlap_in_time(draft, rule):
        return []
    by_winner: dict[tuple[Meeting, tuple[Surface, ...]], list[str]] = {}
    for place in places:
        split: dict[Meeting, list[Surface]] = {}
        for surface in surfaces:
            split.setdefault(_meeting(draft, rule, surface, place), []).append(surface)
        for meeting, where in split.items():
            by_winner.setdefault((meeting, tuple(where)), []).append(place)
    return [
        Conflict(meeting, rule.id, where, tuple(there),
                 _sentence(meeting, draft, rule, where=where, places=there))
        for (meeting, where), there in by_winner.items()
    ]  # fmt: skip


def _meeting(draft: Rule, rule: Rule, surface: Surface, place: str) -> Meeting:
    if place != UNKNOWN_CODE and takes_place(draft, rule):
        return Meeting.DRAFT_WINS
    if place != UNKNOWN_CODE and takes_place(rule, draft):
        return Meeting.RULE_WINS
    if aspect(draft) != aspect(rule):
        return Meeting.BOTH_HOLD
    first = ranked([draft, rule], surface)[0]
    return Meeting.DRAFT_WINS if first.id == draft.id else Meeting.RULE_WINS


def _shared_surfaces(one: Rule, other: Rule) -> list[Surface]:
    return [each for each in Surface if acts_on(one, each) and acts_on(other, each)]


def _overlap_in_time(one: Rule, other: Rule) -> bool:
    return (one.ends_at is None or other.begins_at < one.ends_at) and (
        other.ends_at is None or one.begins_at < other.ends_at
    )


def _sentence(
    meeting: Meeting, draft: Rule, rule: Rule, *, where: Sequence[Surface], places: Sequence[str]
) -> str:
    winner, loser = (rule, draft) if meeting is Meeting.RULE_WINS else (draft, rule)
    verb = "holds beside" if meeting is Meeting.BOTH_HOLD else "wins over"
    why = " because it takes its place" if takes_place(winner, loser) else ""
    return (
        f"In {_listed([place_name(place) for place in places])} on {_listed(list(where))}, "
        f"{_called(winner)} {verb} {_called(loser)}{why}."
    )


def place_name(place: str) -> str:
    """A country or subdivision as people call it."""
    if place == UNKNOWN_CODE:
        return "unknown places"
    return subdivision_name(place) if "-" in place else country_name(place)


def _nothing(draft: Rule, name: str) -> Conflict:
    sentence = f"{draft.id} takes the place of {name}, and no rule of that name is in force."
    return Conflict(Meeting.NAMES_NOTHING, name, (), (), sentence)


def _called(rule: Rule) -> str:
    return f"{rule.id} ({rule.action.value.replace('_', ' ')})"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    if more > 0:
        return f"{', '.join(names[:_MOST_NAMED])} and {more} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
