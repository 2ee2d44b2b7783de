"""Every read answers on a warehouse whose days are not those of UTC."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from dashboard.access.reader import WORLD
from dashboard.commands.read import READS
from dashboard.slices import Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from tests.warehouse.hand_made import Row, day, frame_of, noon, visit

DAYS = 60
# Midnight in Kolkata after the sixtieth day.
NOW = datetime(2024, 2, 29, 18, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def kolkata(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Sixty days of ten people in the reporting zone of India, which is closed on day 50."""
    folder = tmp_path_factory.mktemp("kolkata")
    tables = {
        "user_days": [visit(n, p, "IN ios") for n in range(1, DAYS + 1) for p in range(10)],
        "uploads": [_upload(number) for number in range(1, DAYS + 1)],
        "applied_changes": [_block("lasting", noon(50)), _block("over", noon(20), noon(22))],
        "cost_lines": [_charge(15), _charge(45)],
    }
    loads = [Load(name, (_written(folder, name, rows),)) for name, rows in tables.items()]
    options = IngestOptions(watermark=NOW, reporting_time_zone="Asia/Kolkata")
    ingest_in_turn(loads, folder / "warehouse", options=options)
    return open_folder(folder / "warehouse")


@pytest.mark.wide
@pytest.mark.parametrize("name", sorted(READS))
def test_a_read_answers_in_a_zone_other_than_utc(kolkata: Warehouse, name: str) -> None:
    assert READS[name](kolkata, _last_fortnight(), WORLD).width


def test_only_the_block_in_force_closes_anybody_out(kolkata: Warehouse) -> None:
    frame = READS["growth/reachable_people"](kolkata, _last_fortnight(), WORLD)
    assert frame["reachable"].to_list() == [10, 0]


def _last_fortnight() -> Slice:
    return Slice(Span(day(DAYS - 13), day(DAYS + 1)), NOW)


def _written(folder: Path, name: str, rows: list[Row]) -> Path:
    path = folder / f"{name}.parquet"
    frame_of(name, rows).write_parquet(path)
    return path


def _upload(number: int) -> Row:
    return {
        "video_id": f"v{number}", "creator_id": number % 7, "uploaded_at": noon(number),
        "published_at": noon(number), "country": "IN", "duration_seconds": 9.0,
    }  # fmt: skip


def _block(name: str, applied: datetime, ended: datetime | None = None) -> Row:
    return {
        "change_id": name, "revision": 1, "kind": "geofence", "title": name, "applied_at": applied,
        "ended_at": ended, "countries": ["IN"], "action": "block all", "content_hash": "0",
    }  # fmt: skip


def _charge(number: int) -> Row:
    at = noon(number)
    return {
        "billing_account_id": "a", "billing_period_start": at, "billing_period_end": at,
        "charge_period_start": at, "charge_period_end": at + timedelta(hours=1),
        "service_provider_name": "p", "service_name": "s", "service_category": "Compute",
        "charge_category": "Usage", "billed_cost": Decimal("7"), "effective_cost": Decimal("7"),
        "billing_currency": "USD", "recorded_at": at,
    }  # fmt: skip
