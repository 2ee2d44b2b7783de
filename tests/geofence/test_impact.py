"""Impact: equal to a count person by person, within reach, and null where nothing is known."""

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.cost.contribution import contribution_by_country
from dashboard.errors import OutsideReach
from dashboard.geofence import people
from dashboard.geofence.impact import Impact, impact
from dashboard.geofence.rule import Rule
from dashboard.slices import Scope, Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from tests.geofence.ruling import rule
from tests.velocity.uploading import END, at, midnight, taken_in, upload
from tests.warehouse.brute_force import Crowd, History, Visit, history
from tests.warehouse.hand_made import day, seen_after
from tests.warehouse.hand_made_sets import write_people
from tests.warehouse.histories import lives

_FEW, _MANY = 2, 10
_PLACES = (["IN"], ["BR", "US"], ["IN-MH"], ["US", "IN-DL"], ["DE"])
_REACHES = (WORLD, Reach(frozenset({"IN", "BR"})), Reach(frozenset({"IN", "BR", "US", "DE"})))
_DAYS = (10, 40, 61)


@pytest.mark.wide
def test_impact_equals_a_count_person_by_person(tmp_path: Path) -> None:
    _expect_no_difference(tmp_path, _FEW)


@pytest.mark.drill
@pytest.mark.timeout(600)
def test_impact_equals_a_count_person_by_person_in_many_histories(tmp_path: Path) -> None:
    _expect_no_difference(tmp_path, _MANY)


@pytest.mark.wide
def test_the_proof_sees_people_who_left_counted_where_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = people._places
    monkeypatch.setattr(people, "_places", lambda question, _: placed(question, 29))
    assert _differences(tmp_path, 1)[1]


def test_a_rule_beyond_reach_is_refused_rather_than_counted_in_part(tmp_path: Path) -> None:
    house = write_people(tmp_path / "house", history(*lives(1, 5)))
    with pytest.raises(OutsideReach, match="US"):
        _asked(house, rule(places=["IN", "US"]), Reach(frozenset({"IN"})), 61)


def test_parts_that_no_row_names_are_unknown_and_never_zero(tmp_path: Path) -> None:
    rows = [row._replace(subdivision=None) for each in lives(2, 20) for row in each]
    house = write_people(tmp_path / "house", history(rows))
    found = _asked(house, rule(places=["IN-MH"]), WORLD, 61)
    assert (found.people, found.people_today, found.share_of_world) == (None, None, None)
    assert found.people_unplaced > 0
    assert (found.uploads, found.revenue_usd, found.travellers) == (None, None, None)


def test_a_sample_that_met_nobody_there_knows_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, nobody = write_people(tmp_path / "house", history(*lives(1, 5))), rule(places=["AQ"])
    assert _asked(house, nobody, WORLD, 61).people == 0
    monkeypatch.setattr(type(house), "weight", lambda *_: 100_000)
    found = _asked(house, nobody, WORLD, 61)
    assert (found.people, found.people_today, found.share_of_world) == (None, None, None)


def test_what_other_rules_already_close_is_told_apart(tmp_path: Path) -> None:
    house = write_people(tmp_path / "house", history(*lives(3, 30)))
    draft = rule("draft", places=["IN", "US"], action="read_only")
    found = _asked(house, draft, WORLD, 61, [rule(), rule("gate", places=["US"],
                   action="age_gate", least_age_years=18)])  # fmt: skip
    alone = _asked(house, rule("draft"), WORLD, 61)
    assert found.places_already_closed == ("IN",)
    assert found.people_already_closed == alone.people


def test_creators_and_uploads_equal_a_count_by_hand(tmp_path: Path) -> None:
    chance = random.Random(4)
    last = END - timedelta(days=1)
    sent = [
        upload(number, chance.randint(1, 40), at(END - timedelta(days=chance.randint(1, 60)), 3),
               country=chance.choice(["BR", "IN", "US"]))
        for number in range(300)
    ]  # fmt: skip
    house = taken_in(tmp_path, uploads=sent)
    for places, reach in (
        (["IN"], WORLD),
        (["BR", "US"], WORLD),
        (["IN"], Reach(frozenset({"IN"}))),
    ):
        inside = [
            row for row in sent
            if row["country"] in places and row["uploaded_at"] >= at(last - timedelta(days=27), 0)
        ]  # fmt: skip
        found = impact(house, rule(places=places), [], reach=reach, as_of=midnight(END))
        assert (found.uploads, found.creators) == (
            len(inside), len({row["creator_id"] for row in inside}),
        )  # fmt: skip


@pytest.mark.sample
def test_money_at_stake_is_what_the_cost_screen_shows(sample_warehouse: Path) -> None:
    house = open_folder(sample_warehouse)
    as_of = datetime(2020, 6, 29, 15, 30, tzinfo=UTC)
    found = impact(house, rule(), [], reach=WORLD, as_of=as_of)
    may = Slice(Span(date(2020, 5, 1), date(2020, 6, 1)), as_of)
    shown = contribution_by_country(house, may, WORLD).filter(pl.col("country") == "IN")
    assert found.revenue_usd == shown["revenue_usd"][0]
    assert found.cost_usd == -shown["infrastructure_usd"][0]
    near = impact(house, rule(), [], reach=Reach(frozenset({"IN"})), as_of=as_of)
    assert (near.revenue_usd, near.cost_usd) == (found.revenue_usd, None)
    assert near.share_of_world is None


@pytest.mark.sample
def test_india_on_the_29th_of_june_is_about_two_hundred_million_people(
    sample_warehouse: Path,
) -> None:
    house = open_folder(sample_warehouse)
    as_of = datetime(2020, 6, 29, 15, 30, tzinfo=UTC)
    found = impact(house, rule(), [], reach=WORLD, as_of=as_of)
    print(f"India as of {as_of}: {found.model_dump_json(exclude={'languages'}, indent=1)}")
    assert found.people is not None
    assert found.people == pytest.approx(200e6, rel=0.1)
    assert found.uploads
    assert found.revenue_usd
    assert found.cost_usd


def _expect_no_difference(tmp_path: Path, histories: int) -> None:
    asked, wrong = _differences(tmp_path, histories)
    print(f"impact and brute force: {asked} impacts compared, {len(wrong)} differ")
    assert wrong == []
    assert asked > 30 * histories


def _differences(tmp_path: Path, histories: int) -> tuple[int, list[str]]:
    asked, wrong = 0, []
    for seed in range(histories):
        chance = random.Random(seed)
        held = history(*lives(seed, chance.randint(3, 40)))
        house = write_people(tmp_path / str(seed), held)
        for number in _DAYS:
            for places in _PLACES:
                for reach in _REACHES:
                    draft = rule(places=places)
                    if draft.touched_countries - (reach.countries or draft.touched_countries):
                        continue
                    asked += 1
                    found = _told(_asked(house, draft, reach, number))
                    if found != _by_hand(held, draft, reach, number):
                        wrong.append(f"seed {seed}, day {number}, {places}, {reach}")
    return asked, wrong


def _asked(
    house: Warehouse, draft: Rule, reach: Reach, number: int, live: list[Rule] | None = None
) -> Impact:
    return impact(house, draft, live or [], reach=reach, as_of=seen_after(number))


def _told(found: Impact) -> tuple[object, ...]:
    share = None if found.share_of_world is None else round(found.share_of_world, 12)
    spoken = {each.language: each.people for each in found.languages}
    return (found.people, found.people_today, share, found.travellers, found.residents_abroad,
            found.people_unplaced, spoken, found.watch_hours)  # fmt: skip


def _by_hand(held: History, draft: Rule, reach: Reach, number: int) -> tuple[object, ...]:
    scope = Scope(seen_after(number), countries=reach.countries, reach=reach.countries)
    crowd, last = Crowd(held, scope), day(number)
    month, today = (crowd.by_subdivision(last, window) for window in (28, 1))
    inside, everybody = _people(month, draft), sum(month.values())
    split = {part[:2] for part in draft.subdivisions}
    unplaced = sum(n for (where, part), n in month.items() if part is None and where in split)
    travellers, abroad = (None, None) if split else _on_their_way(crowd, draft, last)
    spoken = {
        who for who in crowd.window(last, 28)
        if any(_is_there(row, draft, last) for row in crowd.visits if row.key.person == who)
    }  # fmt: skip
    share = None
    if reach == WORLD and inside is not None and everybody:
        share = round(inside / everybody, 12)
    languages = {None: len(spoken)} if spoken and not split else {}
    return (inside, _people(today, draft), share, travellers, abroad, unplaced, languages,
            _watched(held, draft, last))  # fmt: skip


def _people(counts: dict[tuple[str, str | None], int], draft: Rule) -> int | None:
    named = {where for where, part in counts if part is not None}
    if not {part[:2] for part in draft.subdivisions} - draft.countries <= named:
        return None
    return sum(
        n for (where, part), n in counts.items()
        if where in draft.countries or part in draft.subdivisions
    )  # fmt: skip


def _on_their_way(crowd: Crowd, draft: Rule, last: date) -> tuple[int, int]:
    travellers = abroad = 0
    for person in crowd.window(last, 28):
        days: dict[str, set[date]] = defaultdict(set)
        views: Counter[str] = Counter()
        for row in crowd.visits:
            if row.key.person == person and last - timedelta(days=28) < row.key.day <= last:
                days[row.key.country].add(row.key.day)
                views[row.key.country] += row.views
        home = min(days, key=lambda code: (-len(days[code]), -views[code], code))
        is_here = crowd._last_country(person, last) in draft.countries
        travellers += is_here and home not in draft.countries
        abroad += not is_here and home in draft.countries
    return travellers, abroad


def _watched(held: History, draft: Rule, last: date) -> float | None:
    rows = [row for row in held.values() if _is_there(row, draft, last)]
    if draft.subdivisions or not rows:
        return None
    return sum(10.0 * row.views for row in rows) / 3600


def _is_there(row: Visit, draft: Rule, last: date) -> bool:
    return row.key.country in draft.countries and last - timedelta(days=28) < row.key.day <= last
