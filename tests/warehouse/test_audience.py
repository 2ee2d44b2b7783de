"""Sets, reference SQL and brute force give the same growth, whatever people did."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from dashboard.slices import Scope
from dashboard.warehouse.engine import AudienceKind, Warehouse
from tests.warehouse.agreement import Question, broken_promises, disagreements
from tests.warehouse.brute_force import History, Key, Visit, history
from tests.warehouse.hand_made import day, seen_after
from tests.warehouse.hand_made_sets import write_people
from tests.warehouse.histories import LAST, WINDOWS, ingests, lives, questions
from tests.wide import first_quick

NOW = seen_after(LAST)
SCOPES = {
    "world": Scope(NOW),
    "one country": Scope(NOW, frozenset({"IN"})),
    "two countries": Scope(NOW, frozenset({"BR", "US"})),
    "one platform": Scope(NOW, platforms=frozenset({"ios"})),
    "a country on two platforms": Scope(NOW, frozenset({"IN"}), frozenset({"ios", "web"})),
    "two countries as of day 60": Scope(seen_after(60), frozenset({"IN", "US"})),
    "nowhere": Scope(NOW, frozenset()),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new folder for each example."""
    root = tmp_path_factory.mktemp("histories")
    return (root / str(number) for number in count())


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, History]:
    """Three months of sixty people."""
    held = history(*lives(seed=20, people=60))
    return write_people(tmp_path_factory.mktemp("larger"), held), held


@pytest.mark.wide
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ingests, asked=questions())
def test_sets_and_queries_agree_with_brute_force(
    folders: Iterator[Path], rows: list[list[Visit]], asked: Question
) -> None:
    held = history(*rows)
    house = write_people(next(folders), held)
    assert disagreements(house, held, asked) == []
    assert broken_promises(house.audience(AudienceKind.ACTIVE, asked.scope), asked) == []


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("where", first_quick(SCOPES))
def test_they_agree_on_months_of_many_people(
    larger: tuple[Warehouse, History], where: str, window: int
) -> None:
    house, held = larger
    asked = Question(
        scope=SCOPES[where],
        other=Scope(SCOPES[where].as_of, frozenset({"IN"})),
        days=[day(number) for number in range(40, LAST + 3, 1 if window == 28 else 5)],
        starts=[day(number) for number in range(1, LAST, 14)],
        window=window,
    )
    assert disagreements(house, held, asked) == []
    assert broken_promises(house.audience(AudienceKind.ACTIVE, asked.scope), asked) == []


def test_countries_come_in_the_order_of_their_codes_across_the_edge_of_a_month(
    folders: Iterator[Path],
) -> None:
    visits = [Visit(Key(day(number), person, country, "ios"), 1, None)
              for number, person, country in ((28, "a", "BR"), (32, "b", "IN"))]  # fmt: skip
    house = write_people(next(folders), history(visits))
    seen = house.audience(AudienceKind.ACTIVE, Scope(NOW)).by_country([day(33)], 7)
    assert seen["country"].to_list() == ["BR", "IN"]
