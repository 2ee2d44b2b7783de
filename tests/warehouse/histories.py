"""Invented histories: small ones that hypothesis chooses, larger ones from a seed."""

import random
from collections.abc import Iterator
from datetime import datetime

from hypothesis import strategies as st

from dashboard.slices import Scope
from tests.warehouse.agreement import Question
from tests.warehouse.brute_force import Key, Visit
from tests.warehouse.hand_made import day, seen_after

COUNTRIES = ("BR", "IN", "US")
PLATFORMS = ("android", "ios", "web")
PARTS = ("MH", "DL", None)
WINDOWS = (1, 7, 28, 30)
LAST = 92

# Days that lie a window apart, a day less and a day more, are where an off-by-one shows.
_TELLING_DAYS = [1, 2, 7, 8, 9, 14, 15, 28, 29, 30, 31, 32, 36, 57, 58, 60, 61]

_visits = st.builds(
    lambda number, person, country, platform, views, part: Visit(
        Key(day(number), person, country, platform), views, part and f"{country}-{part}"
    ),
    number=st.sampled_from(_TELLING_DAYS) | st.integers(1, 62),
    person=st.sampled_from("abcde"),
    country=st.sampled_from(COUNTRIES),
    platform=st.sampled_from(PLATFORMS),
    views=st.sampled_from([0, 1, 1, 2, 3]),
    part=st.sampled_from(PARTS),
)

ingests = st.lists(st.lists(_visits, max_size=30), min_size=1, max_size=4)


@st.composite
def _scopes(draw: st.DrawFn, as_of: datetime) -> Scope:
    countries = st.none() | st.frozensets(st.sampled_from((*COUNTRIES, "ZZ")), max_size=3)
    platforms = st.none() | st.frozensets(st.sampled_from(PLATFORMS), max_size=2)
    return Scope(as_of, draw(countries), draw(platforms))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question about the first two months, as of any day of them or later."""
    as_of = seen_after(draw(st.sampled_from([LAST, LAST, 61, 30, 7])))
    run = st.builds(range, st.integers(1, 40), st.integers(42, 64))
    scattered = st.sets(st.integers(1, 70), min_size=1, max_size=6).map(sorted)
    return Question(
        scope=draw(_scopes(as_of)),
        other=draw(_scopes(as_of)),
        days=[day(number) for number in draw(run | scattered)],
        starts=[day(number) for number in draw(scattered)],
        window=draw(st.sampled_from(WINDOWS)),
    )


def lives(seed: int, people: int, days: int = LAST) -> Iterator[list[Visit]]:
    """Day by day, what people did who come and go, move, travel and use several platforms."""
    chance = random.Random(seed)
    homes = {f"p{number}": chance.choice(COUNTRIES) for number in range(people)}
    habits = {person: chance.choice([0.02, 0.05, 0.3, 0.9]) for person in homes}
    joined = {person: chance.randint(1, days) for person in homes}
    for number in range(1, days + 1):
        yield [
            visit
            for person, habit in habits.items()
            if joined[person] <= number and chance.random() < habit
            for visit in _day_of(chance, number, person, homes)
        ]


def _day_of(
    chance: random.Random, number: int, person: str, homes: dict[str, str]
) -> Iterator[Visit]:
    if chance.random() < 0.03:
        homes[person] = chance.choice(COUNTRIES)
    places = {homes[person], chance.choice(COUNTRIES)} if chance.random() < 0.1 else {homes[person]}
    for country in sorted(places):
        for platform in chance.sample(PLATFORMS, chance.choice([1, 1, 1, 2])):
            part = chance.choice(PARTS)
            views = chance.choice([0, 1, 2, 3, 5])
            yield Visit(
                Key(day(number), person, country, platform), views, part and f"{country}-{part}"
            )
