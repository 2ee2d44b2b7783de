"""A warehouse with real bills in it, and people, uploads and revenue of the same months beside."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from dashboard.access.reader import WORLD
from dashboard.commands.read import Read
from dashboard.slices import Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from tests.places import ROOT

REAL_ROWS = ROOT / "tests" / "data" / "focus" / "real_rows.csv"
FIRST, UNTIL = date(2024, 8, 1), date(2024, 10, 5)
SEPTEMBER = Span(date(2024, 9, 1), date(2024, 10, 1))
COUNTRIES = ("BR", "IN", "US")


def build_billed_warehouse(folder: Path) -> Path:
    """September 2024 of real bills, sixty people in three countries, revenue in one of them."""
    sources = folder.with_name(f"{folder.name}-sources")
    sources.mkdir(parents=True)
    loads = [Load("cost_lines", (REAL_ROWS,))]
    for name, frame in (
        ("user_days", _user_days()), ("uploads", _uploads()), ("revenue_lines", _revenue()),
        ("scale", _budget()),
    ):  # fmt: skip
        path = sources / f"{name}.parquet"
        frame.write_parquet(path)
        loads.append(Load(name, (path,)))
    ingest_in_turn(loads, folder, options=IngestOptions())
    return folder


def september(folder: Path) -> tuple[Warehouse, Slice]:
    """The warehouse, and the choice of the month its bills are of."""
    warehouse = open_folder(folder)
    return warehouse, Slice(SEPTEMBER, warehouse.now)


def asked(read: Read, folder: Path, **changes: frozenset[str]) -> pl.DataFrame:
    """What a read answers about that month."""
    warehouse, chosen = september(folder)
    chosen = Slice(chosen.span, chosen.as_of, **changes)
    return read(warehouse, chosen, WORLD)


def _user_days() -> pl.DataFrame:
    days = pl.DataFrame({"day": pl.date_range(FIRST, UNTIL - timedelta(days=1), eager=True)})
    people = pl.DataFrame({"person_id": range(60)}).with_columns(
        country=pl.lit(pl.Series(list(COUNTRIES))).implode().list.get(pl.col("person_id") % 3)
    )
    return people.join(days, how="cross").with_columns(
        platform=pl.lit("ios"), views=pl.col("person_id") + 5, watch_seconds=600.0, sessions=2
    )


def _uploads() -> pl.DataFrame:
    at = [datetime(2024, 9, day, 12, tzinfo=UTC) for day in range(1, 31)]
    return pl.DataFrame({"video_id": [f"v{n}" for n in range(30)], "uploaded_at": at}).with_columns(
        creator_id=pl.int_range(pl.len()) % 7, published_at="uploaded_at", country=pl.lit("US"),
        duration_seconds=30.0,
    )  # fmt: skip


def _revenue() -> pl.DataFrame:
    rows = [("US", "advertising", "sale", "booked", "100.10"),
            ("US", "advertising", "refund", "booked", "-0.35"),
            ("US", "creator fund", "creator payout", "estimated", "-20"),
            ("BR", "creator fund", "creator payout", "booked", "-5")]  # fmt: skip
    names = ("country", "stream", "kind", "certainty", "net_usd")
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(
        pl.col("net_usd").cast(pl.Decimal(38, 12)), day=pl.lit(date(2024, 9, 12))
    )


def _budget() -> pl.DataFrame:
    row = ("cost_budget_usd_a_month", date(2024, 9, 1), 20.0, "USD a month", "a test")
    return pl.DataFrame([row], schema=["metric", "day", "value", "unit", "source"], orient="row")


ALL_OF_SEPTEMBER = Decimal("14.97651418586")
"""What the effective costs of the file add up to, added by hand in decimals."""
