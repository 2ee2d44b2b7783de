"""Uploads written by hand or drawn by chance, taken into a warehouse."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import polars as pl

from dashboard.slices import Grain, Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from tests.warehouse.hand_made import FIRST, Row, frame_of

END = date(2024, 4, 30)
"""The warehouse is complete up to and with the day before."""
_NUMBER = pl.UInt32()
_SIGHT = {"platform": "ios", "views": 1, "watch_seconds": 3600.0, "sessions": 1}


def at(day: date, hours: float) -> datetime:
    """So many hours into a day."""
    return datetime.combine(day, time(), UTC) + timedelta(hours=hours)


def midnight(day: date) -> datetime:
    return at(day, 0)


def upload(
    number: int, creator: int, began: datetime, *, country: str = "IN", **more: object
) -> Row:
    """A video that is published after a minute, unless it says otherwise."""
    usual = {"published_at": began + timedelta(minutes=1), "duration_seconds": 15.0}
    names = {"video_id": f"v{number}", "creator_id": creator, "country": country}
    return usual | names | {"uploaded_at": began} | more


def watched(number: int, day: date, views: int, country: str = "IN") -> Row:
    return {"video_id": f"v{number}", "day": day, "country": country, "views": views,
            "watch_seconds": 10.0 * views}  # fmt: skip


def taken_in(
    folder: Path, weight: int = 1, *, unstated: str = "", **tables: Sequence[Row]
) -> Warehouse:
    """A warehouse of these rows, and of one person who watches an hour on every day.

    All tables are stated to be complete up to END, but for the ``unstated`` one.
    """
    daily = [{"day": FIRST + timedelta(days=n), "person_id": 1, "country": "IN", **_SIGHT}
             for n in range((END - FIRST).days)]  # fmt: skip
    loads = []
    for name, rows in {"user_days": daily, **tables}.items():
        source = folder / f"{name}.parquet"
        frame = frame_of(name, rows)
        frame.cast({c: pl.Int64 for c, t in frame.schema.items() if t == _NUMBER}
                   ).write_parquet(source)  # fmt: skip
        loads.append(
            Load(name, (source,), weight=weight if name == "uploads" else 1,
                 watermark=None if name == unstated else midnight(END))
        )  # fmt: skip
    warehouse = folder / "warehouse"
    ingest_in_turn(loads, warehouse, options=IngestOptions())
    return open_folder(warehouse)


def some_uploads(seed: int, creators: int = 25, count: int = 400) -> list[Row]:
    """Four months of uploads, a few never published, most creators in one country."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        creator = min(int(chance.expovariate(0.2)), creators - 1)
        # Each creator has a stretch of their own, with gaps of weeks in it.
        day = FIRST + timedelta(days=(creator * 3 + int(chance.choice((0, 5, 33, 70)))
                                      + chance.randrange(20)) % 115)  # fmt: skip
        began = at(day, chance.random() * 24)
        waited = timedelta(hours=chance.choice((0.01, 0.02, 1, 30)))
        published = None if chance.random() < 0.1 else began + waited
        country = chance.choice(("IN", "IN", "IN", "BR"))
        rows.append(upload(number, creator, began, country=country, published_at=published))
    return rows


class _Narrower(TypedDict, total=False):
    countries: frozenset[str] | None
    platforms: frozenset[str] | None
    asked_grain: Grain


def chosen(
    since: date, until: date, as_of: datetime | None = None, **more: Unpack[_Narrower]
) -> Slice:
    return Slice(Span(since, until), as_of or midnight(END), **more)
