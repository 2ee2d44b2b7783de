"""Growth as it is read: counts of the platform, null where unknown, and sums that reconcile."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.errors import OutsideReach
from dashboard.growth import reads
from dashboard.slices import Grain, Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.ingest import IngestOptions, ingest
from dashboard.warehouse.tables import USER_DAYS
from tests.warehouse.hand_made import seen_after, visit, write_warehouse
from tests.warehouse.taking_in import visits

_WEIGHT = 1000
_JANUARY = Span(date(2024, 1, 1), date(2024, 2, 1))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Two months: ten people at home, five of them gone in February, two who come then."""
    folder = tmp_path_factory.mktemp("growth")
    at_home = [(day, who, "BR", "ios", 3) for day in range(1, 32) for who in range(1, 11)]
    stayed = [(day, who, "BR", "ios", 3) for day in range(32, 61) for who in range(1, 6)]
    came = [(day, who, "US", "web", 1) for day in range(40, 61) for who in (11, 12)]
    source = folder / "visits.parquet"
    visits(*at_home, *stayed, *came).write_parquet(source)
    warehouse = folder / "warehouse"
    ingest(USER_DAYS, [source], warehouse, options=IngestOptions(weight=_WEIGHT))
    return open_folder(warehouse)


def _chosen(span: Span, asked_grain: Grain | None = None) -> Slice:
    return Slice(span, seen_after(60), asked_grain=asked_grain)


def test_counts_are_the_samples_times_its_weight(house: Warehouse) -> None:
    last = reads.active_people(house, _chosen(_JANUARY), WORLD).row(-1, named=True)
    assert (last["dau"], last["wau"], last["mau_28"], last["mau_30"]) == (10_000,) * 4
    assert last["stickiness"] == pytest.approx(1.0)


def test_the_waterfall_adds_up_and_agrees_with_the_countries(house: Warehouse) -> None:
    chosen = _chosen(Span(date(2024, 2, 1), date(2024, 3, 1)))
    steps = dict(reads.mau_waterfall(house, chosen, WORLD).iter_rows())
    assert steps == {
        "mau_before": 10_000, "new": 2_000, "returned": 0, "moved_in": 0,
        "left": -5_000, "moved_out": 0, "mau": 7_000,
    }  # fmt: skip
    countries = reads.people_by_country(house, chosen, WORLD)
    assert countries["people"].sum() == steps["mau"]
    assert countries["change"].sum() == steps["mau"] - steps["mau_before"]
    assert countries["share_of_change"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("grain", Grain)
def test_every_period_reconciles_to_the_person(house: Warehouse, grain: Grain) -> None:
    span = Span(date(2024, 1, 5), date(2024, 3, 1))
    changes = reads.mau_changes(house, _chosen(span, asked_grain=grain), WORLD)
    gained = changes["new"] + changes["resurrected"] - changes["churned"]
    assert (changes["people"] - changes["people_before"] == gained).all()
    assert changes["people"].to_list()[:-1] == changes["people_before"].to_list()[1:]


def test_a_ratio_is_null_when_nobody_churned(house: Warehouse) -> None:
    changes = reads.mau_changes(house, _chosen(_JANUARY), WORLD)
    assert changes["period_quick_ratio"].null_count() == changes.height


def test_a_month_is_unknown_until_the_data_holds_one(house: Warehouse) -> None:
    people = reads.active_people(house, _chosen(_JANUARY), WORLD)
    assert people["dau"].null_count() == 0
    assert people["wau"].null_count() == 6
    assert people["mau_28"].null_count() == people["stickiness"].null_count() == 27
    early = reads.headline(house, _chosen(Span(date(2024, 1, 1), date(2024, 1, 11))), WORLD)
    known = dict(early.select("metric", pl.col("value").is_not_null()).iter_rows())
    assert known == {"dau": True, "wau": True, "mau_28": False, "mau_30": False,
                     "stickiness": False, "quick_ratio": False}  # fmt: skip


def test_a_span_beyond_the_instant_is_compared_from_where_it_is_known(house: Warehouse) -> None:
    beyond = reads.headline(house, _chosen(Span(date(2024, 2, 20), date(2024, 12, 1))), WORLD)
    within = reads.headline(house, _chosen(Span(date(2024, 2, 20), date(2024, 3, 1))), WORLD)
    assert beyond.equals(within)


def test_a_sampled_headline_has_an_interval_around_it(house: Warehouse) -> None:
    rows = {row["metric"]: row for row in
            reads.headline(house, _chosen(_JANUARY), WORLD).iter_rows(named=True)}  # fmt: skip
    assert rows["mau_28"]["low"] < rows["mau_28"]["value"] < rows["mau_28"]["high"]


def test_retention_is_whole_at_the_first_step_and_marks_what_has_not_ended(
    house: Warehouse,
) -> None:
    span = Span(date(2024, 1, 1), date(2024, 2, 29))
    cells = reads.retention(house, _chosen(span), WORLD)
    firsts = cells.filter(pl.col("step") == 0, pl.col("size") > 0)
    assert firsts["share"].to_list() == [1.0] * firsts.height
    last_week = cells.filter(pl.col("period") == cells["period"].max())
    assert not last_week["is_complete"].any()
    curve = reads.retention_curve(house, _chosen(span), WORLD)
    assert (curve["share"].drop_nulls() <= curve["share_since"].drop_nulls()).all()


def test_days_active_sum_to_the_month(house: Warehouse) -> None:
    histogram = reads.days_active(house, _chosen(_JANUARY), WORLD)
    assert histogram["people"].sum() == 10_000
    assert histogram.filter(pl.col("days") == 28)["share"].item() == 1.0


def test_subdivisions_add_up_to_the_month_of_their_country(tmp_path: Path) -> None:
    rows = [visit(1, 1, "US-CA ios"), visit(2, 2, "US-NY ios"), visit(3, 3, "US-CA web"),
            visit(4, 4, "US web"), visit(4, 5, "BR-SP web")]  # fmt: skip
    house = write_warehouse(tmp_path, user_days=rows)
    chosen = Slice(_JANUARY, seen_after(60), frozenset({"US"}))
    early = Slice(Span(_JANUARY.since, date(2024, 1, 11)), seen_after(60), frozenset({"US"}))
    parts = reads.people_by_subdivision(house, early, WORLD)
    assert parts.rows() == [
        ("US", "US-CA", 2, 0.5),
        ("US", None, 1, 0.25),
        ("US", "US-NY", 1, 0.25),
    ]
    assert reads.people_by_subdivision(house, chosen, WORLD)["people"].sum() == 1


def test_a_reader_sees_only_the_countries_in_reach(house: Warehouse) -> None:
    chosen = _chosen(Span(date(2024, 2, 1), date(2024, 3, 1)))
    reach = Reach(frozenset({"US"}))
    assert reads.people_by_country(house, chosen, reach)["country"].to_list() == ["US"]
    assert reads.active_people(house, chosen, reach)["mau_28"][-1] == 2_000
    with pytest.raises(OutsideReach):
        brazil = Slice(chosen.span, chosen.as_of, frozenset({"BR"}))
        reads.active_people(house, brazil, reach)


def test_nothing_after_the_as_of_instant_is_read(house: Warehouse) -> None:
    chosen = Slice(Span(date(2024, 1, 1), date(2024, 3, 1)), seen_after(31))
    people = reads.active_people(house, chosen, WORLD)
    assert people["day"][-1] == date(2024, 1, 31)
    assert reads.people_by_country(house, chosen, WORLD)["country"].to_list() == ["BR"]


@pytest.mark.parametrize("name", reads.__all__)
def test_every_read_answers_when_there_is_nothing_to_read(
    house: Warehouse, tmp_path: Path, name: str
) -> None:
    read = getattr(reads, name)
    empty = write_warehouse(tmp_path)
    future = Span(date(2030, 1, 1), date(2030, 2, 1))
    for warehouse, span in ((empty, _JANUARY), (house, future), (house, Span(*[future.since] * 2))):
        frame = read(warehouse, _chosen(span), WORLD)
        assert frame.schema == read(house, _chosen(_JANUARY), WORLD).schema
        # One row that says nothing is known, or none.
        assert frame.drop("metric", strict=False).null_count().sum_horizontal()[0] == (
            frame.height * (frame.width - ("metric" in frame.columns))
        )


def test_platforms_overlap_so_their_shares_may_pass_one(house: Warehouse) -> None:
    span = Span(date(2024, 2, 1), date(2024, 3, 1))
    shares = reads.people_by_platform(house, _chosen(span), WORLD)
    assert dict(shares.select("platform", "people").iter_rows()) == {"ios": 5_000, "web": 2_000}
    assert (span.until - span.since) == timedelta(days=29)
