"""Rules by hand and by chance, and contexts to hold them against."""

import random
from datetime import UTC, datetime, timedelta

from dashboard.geofence.evaluator import Context
from dashboard.geofence.rule import Action, Rule, Surface

ORDERED = datetime(2020, 6, 29, 6, tzinfo=UTC)
PLACES = ("IN", "BR", "US", "IN-MH", "IN-DL", "US-MT")
_CONTEXTS = (
    ("IN", ""), ("IN", "IN-MH"), ("IN", "IN-DL"), ("IN", "IN-KA"), ("BR", ""), ("US", "US-MT"),
    ("US", ""), ("DE", ""), ("ZZ", ""),
)  # fmt: skip


def basis(**changed: object) -> dict[str, object]:
    """The order of 29 June 2020."""
    return {
        "kind": "government_order", "authority": "MeitY", "order_number": "IT Act 69A",
        "received_at": ORDERED, "due_at": ORDERED + timedelta(days=1),
        "document": "press release 1635206", "contact": "legal desk",
    } | changed  # fmt: skip


def rule(name: str = "in-69a", **changed: object) -> Rule:
    """The block of India in force from the evening of 29 June 2020, changed as said."""
    said: dict[str, object] = {
        "id": name, "title": "India closed by order", "places": ["IN"], "action": "block_all",
        "surfaces": list(Surface), "basis": basis(),
        "window": {"since": "2020-06-29T21:00:00", "zone": "Asia/Kolkata"},
    }  # fmt: skip
    return Rule.model_validate(said | changed)


def invented_rules(chance: random.Random, most: int = 12) -> list[Rule]:
    """Some rules of every action, that overlap in place, time and surface."""
    names = [f"r-{number}" for number in range(chance.randint(0, most))]
    return [_invented(chance, name, names) for name in names]


def invented_moment(chance: random.Random) -> tuple[datetime, Context]:
    """An instant near the edges of the rules, and somebody who asks then."""
    at = ORDERED + timedelta(hours=chance.randint(-2, 14), seconds=chance.choice([-1, 0, 1]))
    country, part = chance.choice(_CONTEXTS)
    return at, Context(chance.choice(list(Surface)), country, part)


def _invented(chance: random.Random, name: str, names: list[str]) -> Rule:
    action = chance.choice(list(Action))
    since = ORDERED + timedelta(hours=chance.randint(0, 6))
    until = chance.choice([None, since + timedelta(hours=chance.randint(1, 6))])
    expires = chance.choice([None, None, since + timedelta(hours=chance.randint(1, 6))])
    others = [other for other in names if other != name]
    instead = chance.sample(others, min(len(others), chance.choice([0, 0, 1, 2])))
    return rule(
        name, action=action, places=chance.sample(PLACES, chance.randint(1, 3)),
        surfaces=chance.sample(list(Surface), chance.randint(1, 5)),
        window={"since": since.replace(tzinfo=None), "until": until and until.replace(tzinfo=None)},
        expires_at=expires, unknown=chance.choice(["apply", "allow"]), instead_of=instead,
        content_class=chance.choice(["gore", "polls"]) if action is Action.HIDE_CONTENT_CLASS
        else None,
        least_age_years=chance.choice([13, 18]) if action is Action.AGE_GATE else None,
        basis=basis(received_at=ORDERED - timedelta(hours=chance.randint(0, 2))),
    )  # fmt: skip
