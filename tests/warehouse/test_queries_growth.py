"""Each reference query of growth gives what a hand counts, where a hand can count."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from dashboard.slices import Scope
from dashboard.warehouse.engine import Parameter, Warehouse
from tests.warehouse.hand_made import Row, day, everything, seen_after, visit, write_warehouse

INDIA = Scope(seen_after(365), frozenset({"IN"}))
WEB = Scope(seen_after(365), platforms=frozenset({"web"}))

# Person 1 comes on days 1, 2 and 10, person 2 moves from India to the United States on day 5,
# person 3 travels on day 9, person 4 only ever opened the app.
STORY: Sequence[Row] = [
    visit(1, 1), visit(2, 1, "IN web"), visit(10, 1),
    visit(1, 2), visit(5, 2, "US ios"), visit(8, 2, "US ios"),
    visit(9, 3, "IN ios", views=2), visit(9, 3, "US ios", views=1), visit(9, 3, "US web", views=2),
    visit(3, 4, views=0),
]  # fmt: skip

NOBODY = pytest.mark.parametrize("rows", [[], [visit(1, 1, views=0)]], ids=["no rows", "no views"])


def _told(folder: Path, rows: Sequence[Row] = STORY) -> Warehouse:
    return write_warehouse(folder, user_days=rows)


def _people(house: Warehouse, scope: Scope, numbers: Sequence[int], window: int) -> list[int]:
    days = [day(number) for number in numbers]
    return house.read("growth/window_active_people", scope, days=days, window=window)[
        "people"
    ].to_list()


def _flows(house: Warehouse, scope: Scope, **asked: Parameter) -> list[dict[str, int]]:
    rows = house.read("growth/window_people_accounting", scope, **asked).drop("day").to_dicts()
    return [{name: people for name, people in row.items() if people} for row in rows]


def test_a_window_holds_its_last_day_and_not_the_day_before_its_first(tmp_path: Path) -> None:
    house = _told(tmp_path)
    assert _people(house, everything(), range(1, 13), 1) == [2, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0]
    assert _people(house, everything(), [7, 8, 9, 10, 16, 17], 7) == [2, 2, 2, 3, 1, 0]
    assert _people(house, INDIA, [7, 8, 9, 10], 7) == [2, 1, 1, 2]
    assert _people(house, WEB, [2, 8, 9], 7) == [1, 1, 1]


def test_nobody_is_active_before_the_as_of_instant_lets_a_day_be_complete(tmp_path: Path) -> None:
    house = _told(tmp_path)
    assert _people(house, everything(8), [8, 9, 10], 28) == [2, 2, 2]
    assert _people(house, Scope(seen_after(365), frozenset()), [9], 28) == [0]


def test_people_are_new_once_on_the_whole_platform(tmp_path: Path) -> None:
    house = _told(tmp_path)
    asked = [day(number) for number in (4, 5, 9)]
    assert _flows(house, everything(), days=asked, window=7) == [
        {"people_before": 2, "people": 2, "retained": 2},
        {"people_before": 2, "people": 2, "new": 1, "left": 1, "churned": 1, "retained": 1},
    ]
    america = Scope(seen_after(365), frozenset({"US"}))
    assert _flows(house, america, days=asked, window=7) == [
        {"people": 1, "moved_in": 1, "resurrected": 1},
        {"people_before": 1, "people": 2, "new": 1, "retained": 1},
    ]


def test_people_who_moved_are_inside_churned_and_resurrected(tmp_path: Path) -> None:
    house = _told(tmp_path)
    asked = [day(number) for number in (7, 8, 9, 10)]
    assert _flows(house, INDIA, days=asked, window=7) == [
        {"people_before": 2, "people": 1, "moved_out": 1, "churned": 1, "retained": 1},
        {"people_before": 1, "people": 1, "new": 1, "left": 1, "churned": 1},
        {"people_before": 1, "people": 2, "returned": 1, "resurrected": 1, "retained": 1},
    ]


def test_someone_back_after_exactly_the_window_was_gone_for_no_day(tmp_path: Path) -> None:
    house = _told(tmp_path, [visit(1, 1), visit(8, 1)])
    asked = [day(number) for number in (7, 8, 9)]
    assert _flows(house, everything(), days=asked, window=7) == [
        {"people_before": 1, "people": 1, "retained": 1},
        {"people_before": 1, "people": 1, "retained": 1},
    ]


def test_a_cohort_is_followed_from_its_own_period(tmp_path: Path) -> None:
    house = _told(tmp_path)
    starts = [day(number) for number in (1, 5, 9, 13)]
    cells = house.read("growth/cohort_retention", everything(), starts=starts)
    assert cells.select("step", "size", "people", "people_since").rows() == [
        (0, 2, 2, 2), (1, 2, 1, 2), (2, 2, 1, 1),
        (0, 0, 0, 0), (1, 0, 0, 0),
        (0, 1, 1, 1),
    ]  # fmt: skip
    assert cells["cohort"].to_list() == [day(n) for n in (1, 1, 1, 5, 5, 9)]
    assert cells["period"].to_list() == [day(n) for n in (1, 5, 9, 5, 9, 9)]


def test_a_cohort_in_a_country_holds_who_was_there_on_their_first_day(tmp_path: Path) -> None:
    house = _told(tmp_path)
    america = Scope(seen_after(365), frozenset({"US"}))
    starts = [day(number) for number in (1, 5, 13)]
    cells = house.read("growth/cohort_retention", america, starts=starts)
    assert cells["size"].to_list() == [0, 0, 1]


def test_days_active_count_days_and_not_rows(tmp_path: Path) -> None:
    house = _told(tmp_path)
    held = house.read("growth/window_people_by_days_active", everything(), day=day(10), window=28)
    assert held.rows() == [(1, 1), (3, 2)]
    held = house.read("growth/window_people_by_days_active", everything(), day=day(10), window=7)
    assert held.rows() == [(1, 2), (2, 1)]


def test_people_count_in_the_country_they_were_last_seen_in(tmp_path: Path) -> None:
    house = _told(tmp_path)
    asked: dict[str, Parameter] = {"days": [day(4), day(10)], "window": 28}
    there = house.read("growth/window_people_by_country", everything(), **asked)
    assert there.rows() == [(day(4), "IN", 2), (day(10), "IN", 1), (day(10), "US", 2)]
    on_phones = Scope(seen_after(365), platforms=frozenset({"ios"}))
    there = house.read("growth/window_people_by_country", on_phones, **asked)
    assert there.rows() == [(day(4), "IN", 2), (day(10), "IN", 2), (day(10), "US", 1)]


def test_a_tie_between_countries_goes_to_the_first_by_code(tmp_path: Path) -> None:
    house = _told(tmp_path, [visit(1, 1, "US ios"), visit(1, 1, "BR ios"), visit(1, 1, "IN web")])
    there = house.read("growth/window_people_by_country", everything(), days=[day(1)], window=1)
    assert there.rows() == [(day(1), "BR", 1)]


def test_subdivisions_add_up_to_the_country_last_seen_in(tmp_path: Path) -> None:
    rows = [
        visit(1, 1, "IN-MH ios"), visit(1, 1, "IN-DL web", views=2),
        visit(1, 2, "IN-MH ios"), visit(2, 2, "IN ios"),
        visit(1, 3, "IN-MH ios"), visit(1, 3, "US-CA ios", views=2), visit(1, 3, "US web", views=9),
    ]  # fmt: skip
    there = _told(tmp_path, rows).read(
        "growth/window_people_by_subdivision", everything(), days=[day(2)], window=28
    )
    assert there.drop("day").rows() == [("IN", "IN-DL", 1), ("IN", None, 1), ("US", "US-CA", 1)]


def test_someone_on_two_platforms_counts_on_both(tmp_path: Path) -> None:
    there = _told(tmp_path).read(
        "growth/window_people_by_platform", everything(), days=[day(2), day(9)], window=8
    )
    assert there.rows() == [
        (day(2), "ios", 2), (day(2), "web", 1), (day(9), "ios", 2), (day(9), "web", 2),
    ]  # fmt: skip


def test_an_overlap_is_told_from_both_sides(tmp_path: Path) -> None:
    asked: dict[str, Parameter] = {"day": day(10), "window": 28, "platforms": None}
    overlap = _told(tmp_path).read(
        "growth/window_audience_overlap", INDIA, countries=["US"], **asked
    )
    assert overlap.rows() == [(1, 2, 0)]
    overlap = _told(tmp_path / "again").read(
        "growth/window_audience_overlap", INDIA, countries=None, **asked
    )
    assert overlap.rows() == [(0, 3, 0)]


def test_daily_activity_adds_up_every_row(tmp_path: Path) -> None:
    activity = _told(tmp_path).read(
        "growth/daily_activity", everything(), since=day(2), until=day(10)
    )
    assert activity.rows() == [
        (day(2), 1, 10.0, 1),
        (day(3), 0, 0.0, 1),
        (day(5), 1, 10.0, 1),
        (day(8), 1, 10.0, 1),
        (day(9), 5, 50.0, 3),
    ]


@NOBODY
def test_nobody_is_counted_as_nobody(tmp_path: Path, rows: list[Row]) -> None:
    house = _told(tmp_path, rows)
    assert _people(house, everything(), [1, 2], 28) == [0, 0]
    assert _flows(house, everything(), days=[day(1), day(2)], window=7) == [{}]
    starts = [day(1), day(8), day(15)]
    cells = house.read("growth/cohort_retention", everything(), starts=starts)
    assert cells.select("size", "people", "people_since").rows() == [(0, 0, 0)] * 3


@NOBODY
def test_nobody_is_nowhere(tmp_path: Path, rows: list[Row]) -> None:
    house = _told(tmp_path, rows)
    asked: dict[str, Parameter] = {"days": [day(1), day(2)], "window": 28}
    for dimension in ("country", "platform", "subdivision"):
        assert house.read(f"growth/window_people_by_{dimension}", everything(), **asked).is_empty()
    held = house.read("growth/window_people_by_days_active", everything(), day=day(1), window=28)
    assert held.is_empty()


@NOBODY
def test_nobody_overlaps_with_nobody(tmp_path: Path, rows: list[Row]) -> None:
    overlap = _told(tmp_path, rows).read(
        "growth/window_audience_overlap",
        everything(),
        day=day(1), window=28, countries=["US"], platforms=["ios"],
    )  # fmt: skip
    assert overlap.rows() == [(0, 0, 0)]


def test_no_days_asked_for_are_no_rows(tmp_path: Path) -> None:
    house = _told(tmp_path)
    assert _people(house, everything(), [], 28) == []
    assert _flows(house, everything(), days=[], window=28) == []
    assert _flows(house, everything(), days=[day(3)], window=28) == []
    assert house.read("growth/cohort_retention", everything(), starts=[day(1)]).is_empty()
