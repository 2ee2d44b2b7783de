"""The sets an ingest leaves: who was where on each day, who was new, and who travelled."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from dashboard.warehouse.ingest.id_table import NOBODY, IdTable
from dashboard.warehouse.ingest.numbering import BLOCK_NUMBERS
from dashboard.warehouse.ingest.ordering import last_of_runs, order_of
from dashboard.warehouse.ingest.packing import packed_sets
from dashboard.warehouse.ingest.spans import FILES_IN_A_MONTH
from tests.warehouse.taking_in import Place, visits


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "warehouse")


def test_every_day_has_the_sets_of_the_world_of_countries_and_of_platforms(place: Place) -> None:
    rows = [
        (1, 1, "IN", "ios", 3), (1, 1, "US", "ios", 1), (1, 2, "IN", "web", 2),
        (1, 3, "US", "ios", 0), (3, 2, "IN", "web", 1), (40, 2, "IN", "ios", 1),
        (80, 3, "US", "ios", 0),
    ]  # fmt: skip
    place.take("user_days", visits(*rows))

    assert place.sets() == _expected(rows)
    assert place.cohorts() == {1: {"1", "2"}}
    travels = pl.read_parquet(
        [place.folder / file.path for file in place.manifest.audiences["active"].travels]
    )
    assert travels.select("country", "platform", "views").rows() == [
        ("IN", "ios", 3),
        ("US", "ios", 1),
    ]


def test_sets_and_cohorts_are_right_again_when_days_arrive_late_or_change(place: Place) -> None:
    history: dict[tuple[int, int, str, str], int] = {}
    chance = np.random.default_rng(5)
    batches = []
    for days in ((5, 6, 40), (2, 5), (1, 33, 6), (70,)):
        rows = [
            (int(day), int(person), ("IN", "US")[person % 2 if moved else 0], "ios", int(views))
            for day in days
            for person, moved, views in zip(
                chance.choice(9, 5, replace=False),
                chance.random(5) < 0.5,
                chance.integers(0, 3, 5),
                strict=True,
            )
        ]
        batches.append(visits(*rows))
        history.update({row[:4]: row[4] for row in rows})
    place.take("user_days", batches[0])
    place.take_in_turn("user_days", *batches[1:])

    kept = [(*key, views) for key, views in history.items()]
    assert place.sets() == _expected(kept)
    first = {}
    for day, person, _, _, views in sorted(kept):
        if views:
            first.setdefault(str(person), day)
    cohorts = defaultdict(set)
    for person, day in first.items():
        cohorts[day].add(person)
    assert place.cohorts() == dict(cohorts)


def test_numbers_never_change_and_the_people_of_a_country_lie_close_together(place: Place) -> None:
    place.take("user_days", visits(*((1, p, ("IN", "US")[p % 2], "ios", 1) for p in range(20))))
    before = place.numbers()
    place.take("user_days", visits((2, 3, "IN", "ios", 1), (2, 99, "US", "ios", 1)))

    after = place.numbers()
    assert {person: after[person] for person in before} == before
    blocks = {person: number // BLOCK_NUMBERS for person, number in after.items()}
    assert {blocks[str(p)] for p in range(0, 20, 2)} == {0}
    assert {blocks[str(p)] for p in (*range(1, 20, 2), 99)} == {1}


def test_the_files_of_a_table_keep_to_disjoint_spans_and_to_few_a_month(place: Place) -> None:
    days = (1, 3, 5, 7, 9, 11, 13, 15, 17, 4, 35)
    place.take_in_turn("user_days", *(visits((day, day, "IN", "ios", 1)) for day in days))

    files = place.manifest.tables["user_days"].files
    spans = [(file.since, file.until) for file in files]
    edges = [edge for span in spans for edge in span if edge is not None]
    assert edges == sorted(edges)
    assert len(edges) == 2 * len(files)
    assert len(files) <= FILES_IN_A_MONTH + 1
    assert sum(file.rows for file in files) == 11
    sets = place.manifest.audiences["active"].days
    assert [(file.since, file.until) for file in sets] == spans


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 70_000), st.booleans()),
        max_size=40,
    )
)
def test_packed_sets_are_the_bitmaps_that_roaring_reads(
    runs: list[tuple[int, int, int, bool]],
) -> None:
    expected: dict[int, set[int]] = defaultdict(set)
    for slot, high, low, is_dense in runs:
        some = range(low, low + 9_000, 2) if is_dense else [low]
        expected[slot].update((high << 16) + number for number in some)
    pairs = sorted((slot, number) for slot, numbers in expected.items() for number in numbers)
    slots, numbers = (np.array([p[i] for p in pairs], np.uint32) for i in (0, 1))

    packed = packed_sets(slots, numbers)

    found = {
        int(slot): set(BitMap.deserialize(packed.data[begin:end].tobytes()))
        for slot, begin, end in zip(packed.slots, packed.ends, packed.ends[1:], strict=False)
    }
    assert found == dict(expected)
    assert packed.people.tolist() == [len(expected[int(slot)]) for slot in packed.slots]


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 3)), min_size=1))
def test_ordering_is_stable_and_keeps_the_last_of_equal_keys(rows: list[tuple[int, int]]) -> None:
    second, first = (np.array([row[i] for row in rows], np.uint32) for i in (0, 1))
    order = order_of(first, order_of(second))
    assert order.tolist() == sorted(range(len(rows)), key=lambda i: (first[i], second[i], i))

    last = order[last_of_runs(first[order], second[order])]
    assert sorted(last.tolist()) == sorted({row: i for i, row in enumerate(rows)}.values())


@given(st.lists(st.sets(st.integers(-(2**63), 2**63 - 1), max_size=60), max_size=8))
def test_the_id_table_finds_everyone_it_learned_and_nobody_else(batches: list[set[int]]) -> None:
    table, known = IdTable(), dict[int, int]()
    for batch in batches:
        new = [person for person in batch if person not in known]
        known.update({person: len(known) + i for i, person in enumerate(new)})
        table.learn(np.array(new, np.int64), np.array([known[p] for p in new], np.uint32))

    asked = np.array([*known, 5, -(2**63), 77], np.int64)
    assert table.find(asked).tolist() == [known.get(int(p), int(NOBODY)) for p in asked]


def _expected(rows: list[tuple[int, int, str, str, int]]) -> dict[tuple[int, str, str], set[str]]:
    found = defaultdict(set)
    for day, person, country, platform, views in rows:
        if views:
            for place in ((c, p) for c in ("", country) for p in ("", platform)):
                found[(day, *place)].add(str(person))
    return dict(found)
