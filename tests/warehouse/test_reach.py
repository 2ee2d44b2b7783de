"""A reader sees the countries in reach, and nothing of any other: whatever query is asked."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.access.reader import WORLD, Reach
from dashboard.errors import OutsideReach
from dashboard.slices import Scope, Slice, Span
from dashboard.warehouse.engine import AudienceKind, Warehouse
from dashboard.warehouse.library import QUERIES
from dashboard.warehouse.scoped import relation, table_of
from dashboard.warehouse.tables import TABLES, TAKEN_IN
from tests.warehouse.asking import LAST, NOW, asked
from tests.warehouse.brute_force import Crowd, Visit, history
from tests.warehouse.clickhouse.full_house import FIRST, rows
from tests.warehouse.hand_made import Row, day, seen_after, write_warehouse
from tests.warehouse.hand_made_sets import write_people
from tests.warehouse.histories import COUNTRIES, ingests
from tests.warehouse.histories import LAST as LAST_OF_LIVES
from tests.wide import first_quick

INDIA = Reach(frozenset({"IN"}))
OF_THE_WHOLE_PLATFORM = {
    "cost_lines", "charges", "service_samples", "headcount", "evidence", "scale",
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Every table with rows of several countries, and some that touch them all."""
    return write_warehouse(tmp_path_factory.mktemp("whole"), **_rows(None))


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The same as if India were the only country there is."""
    return write_warehouse(tmp_path_factory.mktemp("part"), **_rows("IN"))


def _rows(country: str | None) -> dict[str, list[Row]]:
    return {name: _of(name, country) for name in TAKEN_IN}


def _of(name: str, country: str | None) -> list[Row]:
    """The rows of a table that touch a country, or all; nobody is seen in two countries."""
    frame = rows(TABLES[name])
    if "country" in frame.columns:
        codes = sorted(frame["country"].unique())
        apart = pl.col("country").replace_strict(codes, range(len(codes))).cast(pl.UInt32) * 1000
        persons = [column for column in TABLES[name].persons if column in frame.columns]
        frame = frame.with_columns(pl.col(person) + apart for person in persons)
    if country is not None and "country" in frame.columns:
        frame = frame.filter(pl.col("country") == country)
    if country is not None and "countries" in frame.columns:
        frame = frame.filter(pl.col("countries").list.contains(country))
    return frame.to_dicts()


def _scope(reach: Reach) -> Scope:
    return reach.scope(Slice(Span(FIRST, LAST), NOW))


def _answer(house: Warehouse, query: str, scope: Scope) -> pl.DataFrame:
    values = {name: None if name == "countries" else v for name, v in asked(query).items()}
    return house.read(query, scope, **values)


@pytest.mark.parametrize("query", first_quick(QUERIES))
def test_a_query_answers_as_if_there_were_only_the_countries_in_reach(
    whole: Warehouse, part: Warehouse, query: str
) -> None:
    if {table_of(name).name for name in QUERIES[query].source} & OF_THE_WHOLE_PLATFORM:
        with pytest.raises(OutsideReach, match="a reader who may see every country"):
            _answer(whole, query, _scope(INDIA))
        assert not _answer(whole, query, _scope(WORLD)).is_empty()
    else:
        answer = _answer(whole, query, _scope(INDIA))
        assert_frame_equal(answer, _answer(part, query, _scope(WORLD)))
        assert not answer.is_empty()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_countries_is_for_those_who_may_see_the_world(name: str) -> None:
    """A new table needs a column of countries, or a place among those of the whole platform."""
    assert TABLES[name].needs_world is (name in OF_THE_WHOLE_PLATFORM)
    assert relation(name, [], _scope(WORLD))
    if name in OF_THE_WHOLE_PLATFORM:
        with pytest.raises(OutsideReach, match=name):
            relation(name, [], _scope(INDIA))


def test_a_scope_never_passes_the_reach_it_is_for() -> None:
    for countries in (None, frozenset({"US"}), frozenset({"IN", "US"})):
        with pytest.raises(ValueError, match="within its reach"):
            Scope(NOW, countries, reach=frozenset({"IN"}))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new folder for each example."""
    root = tmp_path_factory.mktemp("reach")
    return (root / str(number) for number in count())


some_countries = st.frozensets(st.sampled_from(COUNTRIES), min_size=1)


@pytest.mark.wide
# Whether a country lies within reach shows in few examples; the sets are tried elsewhere.
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ingests, seen=some_countries, there=st.none() | some_countries)
def test_both_sides_of_an_overlap_lie_within_reach(
    folders: Iterator[Path], rows: list[list[Visit]], seen: frozenset[str],
    there: frozenset[str] | None,
) -> None:  # fmt: skip
    held, now = history(*rows), seen_after(LAST_OF_LIVES)
    house = write_people(next(folders), held)
    here = Reach(seen).scope(Slice(Span(day(1), day(2)), now))
    within = Scope(now, seen & (there or seen), reach=seen)
    on = day(30)
    truth = Crowd(held, here).overlap(Crowd(held, within), on, 28)

    asked = {"countries": there and sorted(there), "platforms": None}
    query = house.read("growth/window_audience_overlap", here, day=on, window=28, **asked)
    assert query.row(0) == truth
    sets, other = (house.audience(AudienceKind.ACTIVE, scope) for scope in (here, within))
    assert sets.overlap(other, on, 28) == truth
