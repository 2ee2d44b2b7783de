"""Charges are the lines of bills summed: whatever is asked of them, the lines would answer so."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.errors import DamagedFile, IngestError
from dashboard.slices import Scope
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.manifest import publish
from tests.warehouse.taking_in import Place

BEGIN, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
SPAN = {"since": BEGIN, "until": END}
_BORN = {1: (BEGIN, datetime(2024, 2, 1, tzinfo=UTC)), 2: (datetime(2024, 2, 1, tzinfo=UTC), END)}
_SEEN = "charge_period_start < {at} and coalesce(recorded_at < {at}, true)"
_STANDS = "(replaced_at is null or replaced_at >= {at})"
_IN_DOLLARS = f"{_SEEN} and billing_currency = 'USD' and {_STANDS}"
_KIND = "service_provider_name, service_category, service_name, sub_account_id, tags"
_MONTH = "cast(date_trunc('month', charge_period_start) as date) as month"
_DAILY = "charge_period_end <= charge_period_start + interval 1 day"
PLAIN = {
    "cost/month_cost_by_charge": f"""
        select {_MONTH}, {_KIND}, charge_category, commitment_discount_status, pricing_unit,
            count(*), sum(billed_cost), sum(effective_cost), sum(pricing_quantity)
        from lines where {_IN_DOLLARS} group by all order by all""",  # noqa: S608
    "cost/day_cost_by_charge": f"""
        select cast(charge_period_start as date) as day, {_DAILY}, {_KIND}, sum(effective_cost)
        from lines where {_IN_DOLLARS} group by all order by all""",  # noqa: S608
    "cost/month_effective_cost": f"""
        select {_MONTH}, cast(sum(effective_cost) as double)
        from lines where {_IN_DOLLARS} group by all order by all""",  # noqa: S608
    "cost/billing_periods": f"""
        select billing_account_id, service_provider_name, epoch_us(billing_period_start),
            epoch_us(billing_period_end), billing_currency,
            count(*) filter (where {_STANDS}), count(invoice_id) filter (where {_STANDS}),
            coalesce(sum(billed_cost) filter (where {_STANDS}), 0),
            coalesce(sum(effective_cost) filter (where {_STANDS}), 0),
            count(*) filter (where not {_STANDS}),
            count(invoice_id) filter (where not {_STANDS}),
            coalesce(sum(billed_cost) filter (where not {_STANDS}), 0),
            coalesce(sum(effective_cost) filter (where not {_STANDS}), 0),
            epoch_us(max(replaced_at) filter (where not {_STANDS}))
        from lines where {_SEEN} group by all order by all""",  # noqa: S608
}
"""What each query means, asked of the lines themselves as they were known at an instant."""

amounts = st.decimals(-9, 9, places=12)
lines = st.fixed_dictionaries(
    {
        "month": st.sampled_from([1, 2]),
        "hour": st.integers(0, 28 * 24),
        "hours": st.sampled_from([1, 24, 600]),
        "billing_account_id": st.sampled_from(["a", "b"]),
        "service_name": st.sampled_from(["cdn", "compute"]),
        "sub_account_id": st.sampled_from([None, "", "s"]),
        "tags": st.sampled_from([None, '{"team": "video"}']),
        "commitment_discount_status": st.sampled_from([None, "Used"]),
        "invoice_id": st.sampled_from([None, "i-1", "i-2"]),
        "billing_currency": st.sampled_from(["USD", "EUR"]),
        "pricing_quantity": st.sampled_from([None, 0.5, 3.0]),
        "billed_cost": amounts,
        "effective_cost": amounts,
        "written": st.sampled_from([None, 0, 30, 90]),
    }
)


def stated(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    """Lines as a source of cost_lines has them."""
    return pl.DataFrame([_line(**row) for row in rows], infer_schema_length=None).with_columns(
        pl.col("billed_cost", "effective_cost").cast(pl.Decimal(38, 12)),
        pl.col("sub_account_id", "tags", "invoice_id").cast(pl.String),
        pl.col("commitment_discount_status").cast(pl.String),
        pl.col("pricing_quantity").cast(pl.Float64),
        pl.col("recorded_at").cast(pl.Datetime("us", "UTC")),
    )  # fmt: skip


def _line(
    *, month: int, hour: int, hours: int, written: int | None, **others: object
) -> dict[str, object]:
    begin, end = _BORN[month]
    at = begin + timedelta(hours=hour)
    return {
        "billing_period_start": begin, "billing_period_end": end, "charge_period_start": at,
        "charge_period_end": at + timedelta(hours=hours), "service_provider_name": "cloud",
        "service_category": "Other", "charge_category": "Usage", "pricing_unit": "GB",
        "recorded_at": None if written is None else begin + timedelta(days=written), **others,
    }  # fmt: skip


def plain(place: Place, query: str, as_of: datetime) -> list[tuple[object, ...]]:
    """What the lines answer, in plain SQL."""
    paths = [str(place.folder / file.path) for file in place.manifest.tables["cost_lines"].files]
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.read_parquet(paths).create_view("lines")
        at = f"timestamptz '{as_of.isoformat()}'"
        return connection.sql(PLAIN[query].format(at=at)).fetchall()


def told(warehouse: Warehouse, query: str, as_of: datetime) -> list[tuple[object, ...]]:
    """What the query answers, instants as microseconds and rows in the same order as plainly."""
    frame = warehouse.read(query, Scope(as_of), **SPAN)
    instants = [name for name, kind in frame.schema.items() if kind == pl.Datetime("us", "UTC")]
    with duckdb.connect() as connection:
        connection.register("answered", frame.with_columns(pl.col(instants).dt.epoch("us")))
        return connection.sql("select * from answered order by all").fetchall()


def assert_as_plainly_told(place: Place) -> None:
    warehouse = open_folder(place.folder)
    now = warehouse.now
    for query in PLAIN:
        for as_of in (now, now - timedelta(days=9), BEGIN + timedelta(days=20)):
            expected = plain(place, query, as_of)
            assert [tuple(map(pytest.approx, row)) if query.endswith("effective_cost") else row
                    for row in expected] == told(warehouse, query, as_of)  # fmt: skip


@pytest.mark.wide
@settings(max_examples=5)
@given(st.lists(st.lists(lines, min_size=1, max_size=12), min_size=1, max_size=3))
def test_charges_answer_what_the_lines_would_at_each_instant(
    tmp_path_factory: pytest.TempPathFactory, statements: list[list[dict[str, object]]]
) -> None:
    place = Place(tmp_path_factory.mktemp("stated") / "warehouse")
    for statement in statements:
        place.take("cost_lines", stated(statement))
    assert_as_plainly_told(place)


def line(month: int = 1, *, hour: int = 0, cost: str = "1", **others: object) -> dict[str, object]:
    plainly: dict[str, object] = {
        "month": month, "hour": hour, "hours": 1, "billing_account_id": "a", "tags": None,
        "service_name": "cdn", "sub_account_id": None, "commitment_discount_status": None,
        "invoice_id": None, "billing_currency": "USD", "pricing_quantity": 1.0,
        "billed_cost": Decimal(cost), "effective_cost": Decimal(cost), "written": None,
    }  # fmt: skip
    return plainly | others


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    there = Place(tmp_path / "warehouse")
    there.take("cost_lines", stated([line(cost="1.1"), line(cost="2.2"), line(hour=5)]))
    yield there


def test_lines_that_begin_together_and_are_alike_are_one_row(place: Place) -> None:
    assert place.rows("charges", "lines, effective_cost, pricing_quantity") == [
        (1, Decimal(1), 1.0), (2, Decimal("3.3"), 2.0),
    ]  # fmt: skip


def test_a_file_of_lines_that_was_kept_keeps_its_sums(place: Place) -> None:
    [first] = place.manifest.tables["charges"].files
    place.take("cost_lines", stated([line(2)]))
    kept, new = place.manifest.tables["charges"].files
    assert kept == first
    lines_of_bills = place.manifest.tables["cost_lines"].files
    assert [Path(file.path).name for file in (kept, new)] == [
        Path(file.path).name for file in lines_of_bills
    ]
    assert place.manifest.tables["charges"].watermark == (
        place.manifest.tables["cost_lines"].watermark
    )


@pytest.mark.wide
def test_sums_that_nothing_names_any_more_are_swept(place: Place) -> None:
    for cost in range(9):
        place.take("cost_lines", stated([line(cost=str(cost))]))
    held = {path.name for path in (place.folder / "tables" / "charges").iterdir()}
    assert held == {path.name for path in (place.folder / "tables" / "cost_lines").iterdir()}
    assert len(held) == 8


def test_nobody_ingests_sums_by_hand(place: Place) -> None:
    with pytest.raises(IngestError, match="Ingest the source into cost_lines"):
        place.take("charges", stated([line()]))


def test_altered_sums_are_named_and_not_shown(place: Place) -> None:
    [file] = place.manifest.tables["charges"].files
    with (place.folder / file.path).open("ab") as opened:
        opened.write(b"more")
    with pytest.raises(DamagedFile, match=r"tables/charges/.*bytes instead of"):
        open_folder(place.folder).read("cost/month_effective_cost", Scope(END), **SPAN)


def without_sums(place: Place) -> None:
    """Make it a warehouse that was written before there were sums."""
    before = place.manifest
    tables = {name: stored for name, stored in before.tables.items() if name != "charges"}
    publish(place.folder, replace(before, version=before.version + 1, tables=tables))


def test_a_warehouse_older_than_sums_shows_the_same_figures(place: Place) -> None:
    answers = [told(open_folder(place.folder), query, END) for query in PLAIN]
    without_sums(place)
    assert all(answers)
    assert [told(open_folder(place.folder), query, END) for query in PLAIN] == answers


@pytest.mark.wide
def test_the_next_bill_makes_the_sums_that_an_older_warehouse_lacks(place: Place) -> None:
    without_sums(place)
    place.take("cost_lines", stated([line(2)]))
    assert sum(count for (count,) in place.rows("charges", "lines")) == 4
    assert_as_plainly_told(place)


def test_sums_of_a_bill_come_out_the_same_from_any_number_of_files(tmp_path: Path) -> None:
    rows = stated([line(hour=hour, cost=f"{hour}.000000000001") for hour in range(0, 640, 7)])
    whole, parts = Place(tmp_path / "whole"), Place(tmp_path / "parts")
    whole.take("cost_lines", rows)
    parts.take("cost_lines", rows.head(40), rows.tail(rows.height - 40))
    one, other = (
        open_folder(each.folder).read("cost/day_cost_by_charge", Scope(END), **SPAN)
        for each in (whole, parts)
    )
    assert_frame_equal(one, other)
