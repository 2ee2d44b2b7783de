"""Flags: live rules as flagd definitions, the same bytes for the same rules.

One object flag per surface and aspect: ``geofence.app`` is access, ``geofence.app.age``,
``geofence.app.data`` and ``geofence.app.hide.CLASS`` the rest. Each answer names the rule that
decided. The form is flagd's, flagd-schemas json 0.2.15.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeAlias

from dashboard.countries import UNKNOWN_CODE
from dashboard.geofence.evaluator import ALLOW, takes_place
from dashboard.geofence.precedence import ACCESS, AGE, DATA, PRECEDENCE, aspect, ranked
from dashboard.geofence.rule import Action, Rule, Surface, Unknown, Window

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | bool | None

SCHEMA = 1
_PREFIX = "geofence"
_NOW: Json = {"var": "$flagd.timestamp"}
_COUNTRY: Json = {"var": "country"}
_PART: Json = {"var": "subdivision"}
_NO_COUNTRY: Json = {"or": [{"!": [_COUNTRY]}, {"in": [_COUNTRY, [UNKNOWN_CODE]]}]}


def flag_key(surface: Surface, about: str = ACCESS) -> str:
    """The key of the flag of a surface and aspect; only letters that no client spells otherwise."""
    return f"{_PREFIX}.{surface.value}" + ("" if about == ACCESS else f".{about}")


def compiled(rules: Sequence[Rule], ahead: timedelta = timedelta()) -> bytes:
    """The definitions of these rules in canonical JSON.

    ``ahead`` is how far the edge's clocks are ahead of the platform's: nothing but in a demo,
    whose platform lives in another year.
    """
    flags: dict[str, Json] = {}
    for surface in Surface:
        acting = ranked(rules, surface)
        for about in sorted(_aspects(surface) | {aspect(rule) for rule in acting}):
            flags[flag_key(surface, about)] = _flag(acting, about, ahead)
    return canonical({"flags": flags})


def compiled_still(rules: Sequence[Rule], at: datetime) -> bytes:
    """The definitions that say for ever what the rules say at an instant.

    For a platform whose clock stands still, as a demo's does until it is set.
    """
    endless = {"window": Window(since=datetime(1970, 1, 1)), "expires_at": None}  # noqa: DTZ001
    return compiled([rule.model_copy(update=endless) for rule in rules if rule.is_in_force(at)])


def canonical(value: Json) -> bytes:
    """JSON whose bytes depend on nothing but the value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest(definitions: bytes) -> str:
    """The sha256 of definitions, in hexadecimal."""
    return sha256(definitions).hexdigest()


def _aspects(surface: Surface) -> set[str]:
    """The aspects that always have a flag, so that a client always finds its key."""
    there = {Action.AGE_GATE: AGE, Action.ISOLATE_DATA: DATA}
    return {ACCESS} | {about for action, about in there.items() if action in PRECEDENCE[surface]}


def _flag(acting: Sequence[Rule], about: str, ahead: timedelta) -> Json:
    deciding = [rule for rule in acting if aspect(rule) == about]
    variants: dict[str, Json] = {rule.id: _value(rule) for rule in deciding}
    nothing = ALLOW
    while nothing in variants:
        nothing += "_"
    variants[nothing] = {"schema": SCHEMA, "action": ALLOW, "rule": ""}
    flag: dict[str, Json] = {
        "state": "ENABLED", "variants": variants, "defaultVariant": nothing,
    }  # fmt: skip
    if deciding:
        steps: list[Json] = []
        for rule in deciding:
            steps += [_condition(rule, acting, ahead), rule.id]
        flag["targeting"] = {"if": [*steps, nothing]}
    return flag


def _value(rule: Rule) -> Json:
    value: dict[str, Json] = {"schema": SCHEMA, "action": rule.action.value, "rule": rule.id}
    if rule.content_class:
        value["content_class"] = rule.content_class
    if rule.least_age_years is not None:
        value["least_age_years"] = rule.least_age_years
    return value


def _condition(rule: Rule, acting: Sequence[Rule], ahead: timedelta) -> Json:
    """When the rule decides: in its time and places, where no other takes its place."""
    others: list[Json] = [
        {"!": [{"and": [*_in_time(by, ahead), _named(by)]}]}
        for by in acting if takes_place(by, rule)
    ]  # fmt: skip
    return {"and": [*_in_time(rule, ahead), _placed(rule), *others]}


def _in_time(rule: Rule, ahead: timedelta) -> list[Json]:
    begins: list[Json] = [{">=": [_NOW, _seconds(rule.begins_at, ahead)]}]
    if rule.ends_at is None:
        return begins
    return [*begins, {"<": [_NOW, _seconds(rule.ends_at, ahead)]}]


def _seconds(at: datetime, ahead: timedelta) -> int:
    return round((at + ahead).timestamp())


def _placed(rule: Rule) -> Json:
    if rule.unknown is Unknown.ALLOW:
        return _named(rule)
    guessed: list[Json] = [_NO_COUNTRY]
    if rule.subdivisions:
        parts_of: list[Json] = [*sorted({part[:2] for part in rule.subdivisions})]
        guessed.append({"and": [{"in": [_COUNTRY, parts_of]}, {"!": [_PART]}]})
    return {"or": [_named(rule), *guessed]}


def _named(rule: Rule) -> Json:
    said: list[Json] = []
    if rule.countries:
        said.append({"in": [_COUNTRY, [*sorted(rule.countries)]]})
    if rule.subdivisions:
        said.append({"in": [_PART, [*sorted(rule.subdivisions)]]})
    return {"or": said} if len(said) > 1 else said[0]
