"""Small whole warehouses for tests to stand in, made as anybody makes one: by ingesting files."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from dashboard.warehouse.tables import COST_LINES, INCIDENTS, MILESTONES, UPLOADS, USER_DAYS
from sample_data.build import build_sample
from tests.shared import built_once

ROOT = Path(__file__).parent.parent
FIRST_DAY = date(2020, 4, 1)
LAST_DAY = date(2020, 7, 29)
COUNTRIES = ("BR", "IN", "US")
PLATFORMS = ("android", "ios", "web")
PEOPLE = 60


def build_tiny_warehouse(folder: Path) -> None:
    """Four months of sixty people, most of them there on most days, and India gone on 29 June."""
    sources = folder.with_name("sources")
    sources.mkdir(parents=True)
    loads = []
    for name, frame in tiny_tables().items():
        source = sources / f"{name}.parquet"
        frame.write_parquet(source)
        loads.append(Load(name, (source,)))
    ingest_in_turn(loads, folder, options=IngestOptions())


def tiny_tables() -> dict[str, pl.DataFrame]:
    """The rows of the small warehouse by table."""
    return {
        USER_DAYS.name: _user_days(),
        INCIDENTS.name: _incidents(),
        MILESTONES.name: _phases(),
        COST_LINES.name: _bills(),
        UPLOADS.name: _uploads(),
    }


def built_sample() -> Path:
    """The folder of the sample that the generator makes as it stands, kept between runs."""
    made_by = hashlib.sha256()
    for path in sorted((ROOT / "sample_data").rglob("*.*")):
        if path.suffix in {".py", ".csv"}:
            made_by.update(path.read_bytes())
    return built_once(ROOT / "build" / "samples" / made_by.hexdigest()[:16], build_sample)


def _user_days() -> pl.DataFrame:
    days = pl.DataFrame({"day": pl.date_range(FIRST_DAY, LAST_DAY, eager=True)})
    people = pl.DataFrame({"person_id": range(PEOPLE)}).with_columns(
        country=_turn(COUNTRIES, pl.col("person_id")),
        platform=_turn(PLATFORMS, pl.col("person_id") // 3),
        subdivision=pl.when(pl.col("person_id") % 6 == 2).then(pl.lit("US-CA")),
    )
    ordinal = (pl.col("day") - FIRST_DAY).dt.total_days()
    # Each person rests on some days, a fifth of them join late, and a few leave for a month.
    rests = (ordinal * 7 + pl.col("person_id") * 11) % 5 == 0
    joined = (pl.col("person_id") % 5 != 0) | (ordinal >= pl.col("person_id"))
    away = (pl.col("person_id") % 9 == 0) & ordinal.is_between(30, 62)
    banned = (pl.col("country") == "IN") & (pl.col("day") >= date(2020, 6, 29))
    return (
        people.join(days, how="cross")
        .filter(~rests & joined & ~away & ~banned)
        .with_columns(views=5 + pl.col("person_id"), watch_seconds=pl.lit(600.0), sessions=2)
    )


def _uploads() -> pl.DataFrame:
    """A video from every seventh day of a person, published within minutes."""
    days = _user_days().filter((pl.col("person_id") + pl.col("day").dt.ordinal_day()) % 7 == 0)
    began = pl.col("day").cast(pl.Datetime("us", "UTC")) + pl.duration(hours=9)
    return days.select(
        video_id=pl.format("{} {}", "person_id", "day"),
        creator_id="person_id",
        uploaded_at=began,
        published_at=began + pl.duration(minutes=3 + pl.col("person_id") % 5),
        country="country",
        category=pl.lit("dance"),
        duration_seconds=pl.lit(15.0),
    )


def _incidents() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "incident_id": ["india-ban"],
            "title": ["India ban"],
            "started_at": [datetime(2020, 6, 29, 14, tzinfo=UTC)],
            "countries": [["IN"]],
            "trigger": ["a government order"],
            "impact": ["nobody in India can watch"],
            "source": ["written for a test"],
            "recorded_at": [datetime(2020, 6, 29, 15, tzinfo=UTC)],
        }
    )


def _phases() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "milestone_id": ["dominance"],
            "kind": ["phase"],
            "phase": ["Dominance"],
            "since": [FIRST_DAY],
            "until": [LAST_DAY + timedelta(days=1)],
            "title": ["Dominance"],
            "source": ["written for a test"],
        }
    )


def _bills() -> pl.DataFrame:
    """A charge of each of three services on each day."""
    days = pl.DataFrame({"day": pl.date_range(FIRST_DAY, LAST_DAY, eager=True)})
    services = pl.DataFrame(
        {"service_name": ["Pipes", "Machines", "Films"],
         "service_category": ["Networking", "Compute", "Media"],
         "billed_cost": [30.0, 20.0, 10.0]}
    )  # fmt: skip
    at = pl.col("day").cast(pl.Datetime("us", "UTC"))
    month = pl.col("day").dt.month_start().cast(pl.Datetime("us", "UTC"))
    return days.join(services, how="cross").select(
        "service_name", "service_category", "billed_cost",
        effective_cost="billed_cost", charge_period_start=at,
        charge_period_end=at.dt.offset_by("1d"), billing_period_start=month,
        billing_period_end=month.dt.offset_by("1mo"), pricing_quantity=pl.col("billed_cost") * 2,
        pricing_unit=pl.lit("GB"), billing_account_id=pl.lit("a"),
        service_provider_name=pl.lit("Cloud"), charge_category=pl.lit("Usage"),
        billing_currency=pl.lit("USD"),
    )  # fmt: skip


def _turn(names: tuple[str, ...], number: pl.Expr) -> pl.Expr:
    """One of the names in turn, by a number."""
    return pl.lit(pl.Series(list(names))).implode().list.get(number % len(names))
