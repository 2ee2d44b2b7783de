"""A warehouse in which every table has rows and every column a value, for holding engines together.

One country and platform holds more than 10,000 rows of each fact, so that a quantile which is
approximate on large groups would show.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from dashboard.warehouse.contract import Kind, Table
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from dashboard.warehouse.tables import TAKEN_IN
from tests.warehouse.hand_made import DTYPES

FIRST = date(2024, 1, 1)
DAYS = 70
MANY = 16_000
FEW = 60
_FACTS = {"user_days", "uploads", "video_days", "service_samples"}
_COUNTRIES = ("IN", "IN", "IN", "IN", "IN", "IN", "IN", "US", "BR", "ID")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "country": _COUNTRIES,
    "platform": ("ios", "ios", "ios", "android", "web"),
    "billing_currency": ("USD",),
    "grade": ("A", "B", "C", "D", "S"),
    "certainty": ("booked", "estimated"),
    "kind": ("sale", "refund", "creator payout"),
    "service": ("feed", "upload"),
    "measure": ("errors_share", "wait_seconds"),
    "region": ("asia",),
    "provider": ("own",),
    "metric": ("mau", "dau"),
    "charge_category": ("Usage",),
}
_KINDS: Mapping[str, tuple[str, ...]] = {
    "milestones": ("phase", "feature"),
    "applied_changes": ("geofence", "ranking"),
}


def write_full_house(folder: Path) -> Path:
    """Make the warehouse, by ingesting a source of each; gives back its folder."""
    sources = folder.with_name(f"{folder.name}-sources")
    sources.mkdir(parents=True)
    loads = []
    for table in TAKEN_IN.values():
        path = sources / f"{table.name}.parquet"
        rows(table).write_parquet(path)
        loads.append(Load(table.name, (path,)))
    ingest_in_turn(loads, folder, options=IngestOptions())
    return folder


def rows(table: Table) -> pl.DataFrame:
    """Invented rows of a table, one for each key, no value unknown."""
    count = MANY if table.name in _FACTS else FEW
    chance = np.random.default_rng(sum(table.name.encode()))
    frame = pl.DataFrame(
        {
            column.name: _values(table, column.name, column.kind, count, chance)
            for column in table.columns
        },
        schema={column.name: DTYPES[column.kind] for column in table.columns},
    )
    return _in_order(table, frame).unique(table.key, keep="first", maintain_order=True)


def _values(
    table: Table, name: str, kind: Kind, count: int, chance: np.random.Generator
) -> list[object]:
    choices = _KINDS.get(table.name, ()) if name == "kind" else ()
    choices = choices or _CHOICES.get(name, ())
    if choices:
        return list(chance.choice(choices, count))
    match kind:
        case Kind.DAY:
            return [FIRST + timedelta(days=int(n)) for n in chance.integers(0, DAYS, count)]
        case Kind.INSTANT:
            seconds = chance.integers(0, DAYS * 86_400, count)
            return [_midnight() + timedelta(seconds=int(n)) for n in seconds]
        case Kind.TEXT:
            return [f"{name} {number}" for number in range(count)]
        case Kind.TEXTS:
            return [[code] for code in chance.choice(_COUNTRIES, count)]
        case Kind.PERSON:
            return list(chance.integers(0, 900, count))
        case Kind.WHOLE:
            return list(chance.integers(0, 40, count))
        case _:
            return [float(n) / 100 for n in chance.integers(0, 100_000, count)]


def _in_order(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with every end after its beginning."""
    chains = {
        "uploads": ("uploaded_at", "published_at", "first_100_views_at", "removed_at"),
        "incidents": ("started_at", "ended_at"),
        "applied_changes": ("applied_at", "ended_at"),
        "cost_lines": ("billing_period_start", "billing_period_end"),
    }
    mended = frame
    for earlier, later in pairwise(chains.get(table.name, ())):
        after = pl.col(earlier) + pl.duration(seconds=7)
        mended = mended.with_columns(pl.max_horizontal(later, after).alias(later))
    if table.name == "cost_lines":
        # Some lines stand for good; of the others a later statement took the place.
        is_replaced = pl.int_range(pl.len()) % 3 == 0
        return mended.with_columns(
            charge_period_end=pl.col("charge_period_start") + pl.duration(hours=24),
            replaced_at=pl.when(is_replaced).then("replaced_at"),
        )
    if table.name == "milestones":
        return mended.with_columns(until=pl.col("since") + pl.duration(days=9))
    return mended


def _midnight() -> datetime:
    return datetime.combine(FIRST, datetime.min.time(), UTC)
