"""Bills of many days: what each of three services cost a day, with a week's season and noise."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from dashboard.slices import Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn

FIRST = date(2023, 1, 1)
DAYS = 420
UNTIL = FIRST + timedelta(days=DAYS)
QUARTER = Span(UNTIL - timedelta(days=91), UNTIL)
PIPES, MACHINES, FILMS = range(3)
SERVICES = {"Pipes": ("Networking", 30_000.0), "Machines": ("Compute", 20_000.0),
            "Films": ("Media", 10_000.0)}  # fmt: skip


def quiet_costs() -> np.ndarray:
    """Days x services, in dollars: nothing but growth, the week and noise."""
    rng, days = np.random.default_rng(5), np.arange(DAYS)[:, None]
    week = np.array([0.98, 0.96, 0.97, 0.98, 1.0, 1.05, 1.06])[days % 7]
    level = np.array([usual for _, usual in SERVICES.values()])
    drawn = np.exp(0.0008 * days + 0.02 * rng.standard_normal((DAYS, len(SERVICES))))
    costs: np.ndarray = np.round(level * week * drawn, 2)
    return costs


def number_of(day: date) -> int:
    """The row of a day."""
    return (day - FIRST).days


def billed(folder: Path, costs: np.ndarray) -> Warehouse:
    """A warehouse with these charges of a day each, no line where nothing was charged."""
    frames = [
        _lines(name, category, costs[:, at]) for at, (name, (category, _)) in
        enumerate(SERVICES.items())
    ]  # fmt: skip
    source = folder.with_name(f"{folder.name}.parquet")
    pl.concat(frames).write_parquet(source)
    ingest_in_turn([Load("cost_lines", (source,))], folder, options=IngestOptions())
    return open_folder(folder)


def chosen(warehouse: Warehouse, span: Span = QUARTER, *, as_of: date | None = None) -> Slice:
    """A choice of days, seen from now or from the end of a day before."""
    seen = (
        warehouse.now if as_of is None else datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    )
    return Slice(span, seen)


def _lines(name: str, category: str, costs: np.ndarray) -> pl.DataFrame:
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    at = pl.col("day").cast(pl.Datetime("us", "UTC"))
    month = pl.col("day").dt.month_start().cast(pl.Datetime("us", "UTC"))
    frame = pl.DataFrame({"day": days, "billed_cost": costs}).filter(pl.col("billed_cost") != 0)
    return frame.select(
        "billed_cost", effective_cost="billed_cost", charge_period_start=at,
        charge_period_end=at.dt.offset_by("1d"), billing_period_start=month,
        billing_period_end=month.dt.offset_by("1mo"), service_name=pl.lit(name),
        service_category=pl.lit(category), billing_account_id=pl.lit("a"),
        service_provider_name=pl.lit("Cloud"), charge_category=pl.lit("Usage"),
        billing_currency=pl.lit("USD"),
    )  # fmt: skip
