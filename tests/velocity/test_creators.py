"""Creators counted by sets, as brute force counts them and as the reference query does."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access.reader import WORLD, Reach
from dashboard.slices import Grain
from dashboard.velocity import reads
from dashboard.velocity.creators import gini, top_share
from dashboard.warehouse.engine import Warehouse
from tests.velocity.uploading import END, chosen, some_uploads, taken_in
from tests.warehouse.hand_made import FIRST, Row

Days: TypeAlias = Mapping[object, set[date]]

WEIGHT = 50
ROWS = some_uploads(7)
WINDOW = timedelta(days=28)
PLACES = pytest.mark.parametrize("countries", [None, frozenset({"IN"}), frozenset({"BR"})])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return taken_in(tmp_path_factory.mktemp("creators"), WEIGHT, uploads=ROWS)


def published_days(countries: frozenset[str] | None, rows: Iterable[Row] = ROWS) -> Days:
    days: dict[object, set[date]] = {}
    for row in rows:
        instant = row["published_at"]
        if isinstance(instant, datetime) and (countries is None or row["country"] in countries):
            days.setdefault(row["creator_id"], set()).add(instant.astimezone(UTC).date())
    return days


def in_window(days: Days, last: date) -> set[object]:
    return {who for who, when in days.items() if any(last - WINDOW < day <= last for day in when)}


@PLACES
def test_creators_new_returning_and_lapsed_are_those_brute_force_finds(
    house: Warehouse, countries: frozenset[str] | None
) -> None:
    asked = chosen(date(2024, 2, 5), date(2024, 4, 28), countries=countries, asked_grain=Grain.WEEK)
    here, anywhere = published_days(countries), published_days(None)
    found = reads.creators(house, asked, WORLD)
    days = [asked.span.since - timedelta(days=1), *found["day"].to_list()]
    assert len(days) == 13
    for (before, day), row in zip(pairwise(days), found.iter_rows(named=True), strict=True):
        was, now = in_window(here, before), in_window(here, day)
        new = {who for who in now - was if min(anywhere[who]) > before}
        expected = {
            "creators_before": len(was), "creators": len(now), "new": len(new),
            "returning": len(now - was - new), "lapsed": len(was - now),
            "retained": len(was & now),
        }  # fmt: skip
        assert {name: row[name] for name in expected} == {
            n: c * WEIGHT for n, c in expected.items()
        }
        gained = row["new"] + row["returning"] - row["lapsed"]
        assert row["creators"] - row["creators_before"] == gained


@PLACES
def test_the_reference_query_counts_the_same(
    house: Warehouse, countries: frozenset[str] | None
) -> None:
    asked = chosen(date(2024, 2, 5), date(2024, 4, 28), countries=countries, asked_grain=Grain.WEEK)
    found = reads.creators(house, asked, WORLD)
    days = [asked.span.since - timedelta(days=1), *found["day"].to_list()]
    reference = house.read(
        "velocity/window_creators", WORLD.scope(asked), days=days, window=28, zone="UTC"
    )
    names = ["creators_before", "creators", "new", "returning", "lapsed"]
    assert (found.select(names).to_numpy() == reference.drop("day").to_numpy() * WEIGHT).all()


@PLACES
def test_a_cohort_of_creators_keeps_those_brute_force_finds(
    house: Warehouse, countries: frozenset[str] | None
) -> None:
    asked = chosen(date(2024, 1, 1), date(2024, 4, 30), countries=countries)
    here, anywhere = published_days(countries), published_days(None)
    cells = reads.creator_retention(house, asked, WORLD)
    assert cells["step"].max() == 17
    for row in cells.iter_rows(named=True):
        week, period = ({row[name] + timedelta(days=n) for n in range(7)}
                        for name in ("cohort", "period"))  # fmt: skip
        cohort = [who for who, days in here.items()
                  if min(anywhere[who]) in week and min(anywhere[who]) in days]  # fmt: skip
        kept = [who for who in cohort if here[who] & period]
        assert (row["size"], row["people"]) == (len(cohort) * WEIGHT, len(kept) * WEIGHT)
    starts = sorted({*cells["cohort"], END - timedelta(days=END.weekday()) + timedelta(days=7)})
    reference = house.read(
        "velocity/cohort_creators", WORLD.scope(asked), starts=starts, zone="UTC"
    )
    names = ["cohort", "period", "step"]
    assert cells.select(names).equals(reference.select(names))
    assert (cells.select("size", "people") / WEIGHT).rows() == reference.select(
        "size", "people"
    ).rows()


def test_the_curve_sums_people_and_never_shares(house: Warehouse) -> None:
    asked = chosen(date(2024, 1, 1), date(2024, 4, 28))
    cells = reads.creator_retention(house, asked, WORLD)
    curve = reads.creator_retention_curve(house, asked, WORLD)
    first = cells.filter(cells["step"] == 1, cells["is_complete"])
    share = first["people"].sum() / first["size"].sum()
    assert curve.row(1, named=True)["share"] == pytest.approx(share)


def test_who_published_after_the_as_of_day_is_no_creator_then(house: Warehouse) -> None:
    day = date(2024, 2, 10)
    then = chosen(date(2024, 2, 5), day, datetime(2024, 2, 10, tzinfo=UTC))
    last = reads.creators(house, then, WORLD).row(-1, named=True)
    early = [row for row in ROWS if str(row["published_at"]) < str(day)]
    assert last["creators"] == WEIGHT * len(
        in_window(published_days(None, early), day - timedelta(days=1))
    )


def test_a_reader_of_one_country_sees_only_its_creators(house: Warehouse) -> None:
    asked = chosen(FIRST, END)
    seen = reads.creators(house, asked, Reach(frozenset({"BR"})))
    alone = reads.creators(house, chosen(FIRST, END, countries=frozenset({"BR"})), WORLD)
    assert seen.equals(alone)


@pytest.mark.parametrize("name", reads.__all__)
def test_nothing_is_told_of_platforms_for_uploads_name_none(house: Warehouse, name: str) -> None:
    """The whole, shown where a part was asked for, would be taken for the part."""
    narrow = chosen(FIRST, END, platforms=frozenset({"web"}))
    frame = getattr(reads, name)(house, narrow, WORLD)
    numbers = frame.select(pl.selectors.numeric())
    assert not any(value for row in numbers.iter_rows() for value in row)


def test_a_headline_says_why_platforms_have_none(house: Warehouse) -> None:
    frame = reads.headline(house, chosen(FIRST, END, platforms=frozenset({"web"})), WORLD)
    assert frame["value"].null_count() == frame.height
    assert set(frame["note"]) == {"uploads name no platform"}
    assert set(reads.headline(house, chosen(FIRST, END), WORLD)["note"]) == {None}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.sampled_from([0.01, 0.1, 0.5]))
def test_inequality_is_what_its_definition_says_of_every_creator(
    amounts: list[int], share: float
) -> None:
    values, counts = np.unique(np.array(amounts, dtype=np.float64), return_counts=True)
    every_pair = sum(abs(a - b) for a in amounts for b in amounts)
    by_definition = every_pair / (2 * len(amounts) * sum(amounts))
    assert gini(values, counts) == pytest.approx(by_definition, abs=1e-12)
    # Counted in hundredths, where no share misses a whole number by a rounding.
    top = -(-len(amounts) * round(share * 100) // 100)
    largest = sum(sorted(amounts)[-top:]) / sum(amounts)
    assert top_share(values, counts, share) == pytest.approx(largest)


def test_concentration_counts_each_creators_uploads(house: Warehouse) -> None:
    row = reads.concentration(house, chosen(FIRST, END), WORLD).row(0, named=True)
    uploads: dict[object, int] = {}
    for each in ROWS:
        uploads[each["creator_id"]] = uploads.get(each["creator_id"], 0) + 1
    assert row["measure"] == "uploads"
    assert row["creators"] == len(uploads) * WEIGHT
    assert row["top_1_share"] == pytest.approx(max(uploads.values()) / len(ROWS))
