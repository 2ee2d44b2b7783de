"""Real bills read as figures: every total is the bill's, and what is unknown stays so."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.cost import reads
from dashboard.cost.allocation import UNALLOCATED
from dashboard.cost.drivers import lines_of
from dashboard.errors import OutsideReach
from dashboard.slices import Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from dashboard.warehouse.library import QUERIES
from tests.cost.billed import (
    ALL_OF_SEPTEMBER,
    REAL_ROWS,
    asked,
    build_billed_warehouse,
    september,
)
from tests.warehouse.hand_made import Row, write_warehouse


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield build_billed_warehouse(tmp_path_factory.mktemp("billed") / "warehouse")


def total(frame: pl.DataFrame, name: str = "cost_usd") -> Decimal:
    return sum(frame[name].to_list(), Decimal(0))


def charge(month: int, cost: str, **others: object) -> Row:
    begin = datetime(2024, month, 1, tzinfo=UTC)
    return {
        "billing_account_id": "a", "billing_period_start": begin,
        "billing_period_end": datetime(2024, month + 1, 1, tzinfo=UTC),
        "charge_period_start": begin, "charge_period_end": begin.replace(day=2),
        "service_provider_name": "cloud", "service_name": "cdn",
        "service_category": "Networking", "charge_category": "Usage",
        "billed_cost": Decimal(cost), "effective_cost": Decimal(cost), "billing_currency": "USD",
        "recorded_at": begin,
    } | others  # fmt: skip


def test_no_figure_counts_a_line_that_a_later_statement_replaced() -> None:
    of_bills = [query for query in QUERIES.values() if {"charges", "cost_lines"} & {*query.source}]
    assert len(of_bills) == 5
    assert all("replaced_at is null" in query.text for query in of_bills)


@pytest.mark.parametrize("by", ["cost_by_driver", "cost_by_system", "cost_by_country"])
def test_every_split_of_the_real_bill_adds_up_to_it(billed: Path, by: str) -> None:
    assert total(asked(getattr(reads, by), billed)) == ALL_OF_SEPTEMBER


def test_what_no_rule_holds_for_is_a_line_of_its_own(billed: Path) -> None:
    drivers = asked(reads.cost_by_driver, billed)
    [row] = drivers.filter(pl.col("driver") == UNALLOCATED).rows(named=True)
    assert row["lines"] == 47
    assert row["cost_usd"] == total(asked(reads.bill_lines, billed).filter(
        pl.col("service_category") == "Other"))  # fmt: skip
    [rest] = asked(reads.cost_by_country, billed).filter(pl.col("country").is_null()).rows()
    assert rest[1] == row["cost_usd"]


def test_the_lines_behind_a_figure_are_as_many_as_it_counts_and_as_dear(billed: Path) -> None:
    for row in asked(reads.cost_by_driver, billed).iter_rows(named=True):
        lines = asked(lines_of(row["driver"]), billed)
        assert set(lines["driver"]) <= {row["driver"]}
        assert lines.height == row["lines"]
        assert total(lines) == row["cost_usd"]
        assert total(lines, "billed_usd") == row["billed_usd"]


def test_each_drivers_lines_are_remembered_apart() -> None:
    assert lines_of("Compute").__qualname__ != lines_of("Content delivery").__qualname__
    assert lines_of("Compute", 1).__qualname__ != lines_of("Compute", 2).__qualname__


def test_of_many_lines_the_dearest_are_given(billed: Path) -> None:
    whole = asked(lines_of("Compute"), billed)
    few = asked(lines_of("Compute", 7), billed)
    assert few.equals(whole.head(7))
    assert whole["cost_usd"].is_sorted(descending=True)


def test_a_line_without_an_account_is_of_another_kind_than_one_with_an_empty_name(
    tmp_path: Path,
) -> None:
    lines = [charge(1, "1"), charge(1, "2", sub_account_id=""), charge(1, "4", tags="")]
    warehouse = write_warehouse(tmp_path, cost_lines=lines)
    chosen = Slice(Span(date(2024, 1, 1), date(2024, 2, 1)), datetime(2024, 6, 1, tzinfo=UTC))
    found = lines_of("Content delivery")(warehouse, chosen, WORLD)
    assert found["cost_usd"].to_list() == [4, 2, 1]


def test_the_real_bill_is_told_for_each_person_view_upload_and_hour(billed: Path) -> None:
    values = dict(asked(reads.headline, billed).select("metric", "value").iter_rows())
    cost, views = float(ALL_OF_SEPTEMBER), 30 * sum(range(5, 65))
    assert values == pytest.approx({
        "cost_usd": cost, "cost_per_mau_usd": cost / 60,
        "cost_per_thousand_views_usd": cost / views * 1000,
        "cost_per_thousand_uploads_usd": cost / 30 * 1000,
        "cost_per_thousand_hours_usd": cost / (60 * 30 * 600 / 3600) * 1000,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "held"),
    [
        # Spans shorter than a month: both ended after the same month.
        (date(2024, 4, 10), date(2024, 4, 17), date(2024, 2, 1)),
        (date(2024, 4, 1), date(2024, 5, 1), date(2024, 3, 1)),
        (date(2024, 4, 1), date(2024, 6, 1), date(2024, 3, 1)),
        (date(2024, 2, 1), date(2024, 2, 8), None),
    ],
)
def test_a_month_is_held_against_the_one_at_the_end_of_the_compared_span_and_never_itself(
    tmp_path: Path, since: date, until: date, held: date | None
) -> None:
    lines = [charge(month, "1") for month in range(1, 7)]
    warehouse = write_warehouse(tmp_path, cost_lines=lines)
    chosen = Slice(Span(since, until), datetime(2024, 6, 30, tzinfo=UTC))
    [month] = set(reads.headline(warehouse, chosen, WORLD)["month_before"])
    assert month == held


def test_a_choice_of_countries_has_no_cost_of_its_own(billed: Path) -> None:
    figures = asked(reads.headline, billed, countries=frozenset({"IN"}))
    assert figures["value"].to_list() == [None] * 5
    countries = asked(reads.cost_by_country, billed, countries=frozenset({"IN"}))
    assert countries["country"].to_list() == ["IN"]


def test_a_country_without_revenue_is_unknown_and_never_zero(billed: Path) -> None:
    rows = {row["country"]: row for row in
            asked(reads.contribution_by_country, billed).iter_rows(named=True)}  # fmt: skip
    assert rows["US"]["revenue_usd"] == Decimal("99.75")
    assert rows["US"]["contribution_usd"] == (
        Decimal("99.75") - 20 + rows["US"]["infrastructure_usd"]
    )
    for country in ("BR", "IN"):
        assert rows[country]["revenue_usd"] is None
        assert rows[country]["contribution_usd"] is None
        assert rows[country]["infrastructure_usd"] < 0


def test_streams_say_how_much_of_them_is_estimated(billed: Path) -> None:
    rows = asked(reads.contribution_by_stream, billed).rows(named=True)
    assert [(row["stream"], row["net_usd"]) for row in rows] == [
        ("advertising", Decimal("99.75")), ("creator fund", Decimal(-25)),
    ]  # fmt: skip
    assert [row["estimated_share"] for row in rows] == [0.0, 0.8]


def test_explained_effects_add_up_in_each_driver_and_to_the_bills(billed: Path) -> None:
    frame = asked(reads.change_explained, billed)
    for row in frame.iter_rows():
        assert sum(row[1:6], Decimal(0)) == row[6]
    assert total(frame) == ALL_OF_SEPTEMBER
    assert total(frame, "before_usd") == 0


def test_a_month_under_way_is_projected_beside_its_budget(billed: Path) -> None:
    warehouse, chosen = september(billed)
    early = Slice(Span(date(2024, 9, 1), date(2024, 9, 15)), datetime(2024, 9, 15, tzinfo=UTC))
    [row] = reads.month_end(warehouse, early, WORLD).rows(named=True)
    assert (row["known_days"], row["days"], row["budget_usd"]) == (14, 30, 20.0)
    assert row["to_date_usd"] < row["projected_usd"]
    assert row["low_usd"] is None


def test_who_may_not_see_the_world_sees_revenue_in_reach_and_no_bill(billed: Path) -> None:
    warehouse, chosen = september(billed)
    for name in set(reads.__all__) - {"contribution_by_stream"}:
        with pytest.raises(OutsideReach):
            getattr(reads, name)(warehouse, chosen, Reach(frozenset({"IN"})))


def test_every_read_answers_an_empty_warehouse_with_its_columns(
    tmp_path: Path, billed: Path
) -> None:
    empty = write_warehouse(tmp_path)
    chosen = Slice(Span(date(2024, 9, 1), date(2024, 10, 1)), empty.now)
    for name in reads.__all__:
        found = getattr(reads, name)(empty, chosen, WORLD)
        assert found.columns == asked(getattr(reads, name), billed).columns


def test_a_bill_is_open_until_its_period_is_over_and_restated_by_a_later_statement(
    tmp_path: Path,
) -> None:
    later = datetime(2024, 3, 9, tzinfo=UTC)
    lines = [
        charge(1, "10", replaced_at=later), charge(1, "12.5", recorded_at=later),
        charge(2, "7"), charge(3, "5", billing_account_id="b"),
        charge(3, "6", replaced_at=later, billed_cost=Decimal(4)), charge(3, "6"),
    ]  # fmt: skip
    warehouse = write_warehouse(tmp_path, cost_lines=lines)
    as_of = datetime(2024, 3, 20, tzinfo=UTC)
    frame = reads.billing_periods(
        warehouse, Slice(Span(date(2024, 1, 1), date(2024, 3, 20)), as_of), WORLD
    )
    found = frame.select("billing_period_start", "billing_account_id", "state", "change").rows()
    assert [(start.month, account, state, change) for start, account, state, change in found] == [
        (3, "a", "open", Decimal(2)), (3, "b", "open", None),
        (2, "a", "invoiced", None), (1, "a", "restated", Decimal("2.5")),
    ]  # fmt: skip


def test_where_a_provider_names_invoices_a_bill_without_one_is_open(tmp_path: Path) -> None:
    lines = [charge(1, "1", invoice_id="i-1"), charge(2, "1")]
    warehouse = write_warehouse(tmp_path, cost_lines=lines)
    chosen = Slice(Span(date(2024, 1, 1), date(2024, 6, 1)), datetime(2024, 6, 1, tzinfo=UTC))
    states = reads.billing_periods(warehouse, chosen, WORLD)["state"].to_list()
    assert states == ["open", "invoiced"]


def test_commitments_tell_what_was_paid_for_nothing(tmp_path: Path) -> None:
    lines = [
        charge(1, "0", charge_category="Purchase", billed_cost=Decimal(100)),
        charge(1, "96", billed_cost=Decimal(0), commitment_discount_status="Used"),
        charge(1, "4", billed_cost=Decimal(0), commitment_discount_status="Unused"),
    ]
    warehouse = write_warehouse(tmp_path, cost_lines=lines)
    chosen = Slice(Span(date(2024, 1, 1), date(2024, 2, 1)), datetime(2024, 6, 1, tzinfo=UTC))
    [row] = reads.commitments(warehouse, chosen, WORLD).rows(named=True)
    assert (row["bought_usd"], row["used_usd"], row["unused_usd"]) == (100, 96, 4)
    assert row["used_share"] == 0.96


def test_a_look_into_the_past_sees_the_statement_that_held_then(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    again = tmp_path / "again.csv"
    text = REAL_ROWS.read_text().splitlines()
    again.write_text("\n".join(text[:11]) + "\n")
    for source in (REAL_ROWS, again):
        ingest_in_turn([Load("cost_lines", (source,))], folder, options=IngestOptions())
    warehouse = open_folder(folder)
    frames = [
        reads.bill_lines(warehouse, Slice(Span(date(2024, 9, 1), date(2024, 10, 1)), as_of), WORLD)
        for as_of in (datetime(2024, 9, 30, 23, 30, tzinfo=UTC), warehouse.now)
    ]
    assert [frame.height for frame in frames] == [1_000, 68]
