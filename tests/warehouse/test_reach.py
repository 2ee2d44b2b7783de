"""A reader sees the countries in reach, and nothing of any other: whatever query is asked."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.access.reader import WORLD, Reach
from dashboard.errors import OutsideReach
from dashboard.slices import Scope, Slice, Span
from dashboard.warehouse.engine import AudienceKind, Parameter, Warehouse
from dashboard.warehouse.library import QUERIES, Word
from dashboard.warehouse.scoped import relation, table_of
from dashboard.warehouse.tables import TABLES
from tests.warehouse.brute_force import Crowd, Visit, history
from tests.warehouse.hand_made import Row, day, noon, seen_after, visit, write_warehouse
from tests.warehouse.hand_made_sets import write_people
from tests.warehouse.histories import COUNTRIES, LAST, ingests

INDIA = Reach(frozenset({"IN"}))
NOW = seen_after(365)
OF_THE_WHOLE_PLATFORM = {"cost_lines", "service_samples", "headcount", "evidence", "scale"}

# One value for each name and type of parameter that a query may take.
_ASKED: dict[tuple[str, Word], Parameter] = {
    ("since", Word.DAY): day(1),
    ("until", Word.DAY): day(60),
    ("since", Word.INSTANT): noon(1),
    ("until", Word.INSTANT): noon(60),
    ("day", Word.DAY): day(28),
    ("days", Word.DAYS): [day(7), day(28)],
    ("starts", Word.DAYS): [day(1), day(8), day(29)],
    ("window", Word.WHOLE): 28,
    ("countries", Word.TEXTS): None,
    ("platforms", Word.TEXTS): None,
}  # fmt: skip


def _happening(name: str, countries: Sequence[str] | None) -> Row:
    return {
        "incident_id": name, "title": name, "started_at": noon(3), "trigger": "t", "impact": "i",
        "source": "s", "recorded_at": noon(4), "countries": countries,
    }  # fmt: skip


def _change(name: str, countries: Sequence[str] | None) -> Row:
    return {
        "change_id": name, "revision": 1, "kind": "geofence", "title": name, "content_hash": "0",
        "applied_at": noon(3), "countries": countries,
    }  # fmt: skip


def _upload(country: str) -> Row:
    return {
        "video_id": country, "creator_id": 1, "uploaded_at": noon(5), "published_at": noon(5),
        "country": country, "duration_seconds": 9.0,
    }  # fmt: skip


def _sale(country: str) -> Row:
    return {
        "day": day(5), "country": country, "stream": "gifts", "kind": "sale",
        "certainty": "booked", "net_usd": Decimal("1.5"),
    }  # fmt: skip


def _phase() -> Row:
    return {
        "milestone_id": "one", "kind": "phase", "phase": "one", "title": "one", "source": "s",
        "since": day(1),
    }  # fmt: skip


def _write(folder: Path, *places: str) -> Warehouse:
    """A warehouse with people, incidents and changes in these countries, and some everywhere."""
    touched: list[tuple[str, list[str] | None]] = [(place, [place]) for place in places]
    everywhere = [*touched, ("everywhere", None), ("also everywhere", [])]
    visits = [
        visit(number, sum(place.encode()), f"{place}-MH ios")
        for number in (1, 2, 9, 28)
        for place in places
    ]
    uploads = [_upload(place) for place in places]
    revenue = [_sale(place) for place in places]
    return write_warehouse(
        folder, user_days=visits, uploads=uploads, revenue_lines=revenue, milestones=[_phase()],
        incidents=[_happening(*each) for each in everywhere],
        applied_changes=[_change(*each) for each in everywhere],
    )  # fmt: skip


def _scope(reach: Reach) -> Scope:
    return reach.scope(Slice(Span(day(1), day(60)), NOW))


def _answer(house: Warehouse, query: str, scope: Scope) -> pl.DataFrame:
    params = QUERIES[query].params
    return house.read(query, scope, **{name: _ASKED[name, of.word] for name, of in params.items()})


@pytest.mark.parametrize("query", list(QUERIES))
def test_a_query_answers_as_if_there_were_only_the_countries_in_reach(
    tmp_path: Path, query: str
) -> None:
    whole, part = _write(tmp_path / "whole", "IN", "US"), _write(tmp_path / "part", "IN")
    if {table_of(name).name for name in QUERIES[query].source} & OF_THE_WHOLE_PLATFORM:
        with pytest.raises(OutsideReach, match="a reader who may see every country"):
            _answer(whole, query, _scope(INDIA))
        assert _answer(whole, query, _scope(WORLD)).is_empty()
    else:
        answer = _answer(whole, query, _scope(INDIA))
        assert answer.equals(_answer(part, query, _scope(WORLD)))
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


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ingests, seen=some_countries, there=st.none() | some_countries)
def test_both_sides_of_an_overlap_lie_within_reach(
    folders: Iterator[Path], rows: list[list[Visit]], seen: frozenset[str],
    there: frozenset[str] | None,
) -> None:  # fmt: skip
    held, now = history(*rows), seen_after(LAST)
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
