"""The Overview's figures are those of their subjects, as they were known on the day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.cost.reads import headline as billed
from dashboard.errors import OutsideReach
from dashboard.growth.reads import active_people, reachable_people
from dashboard.overview import reads
from dashboard.slices import Slice, Span
from dashboard.velocity.reads import uploads_a_day
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from tests.pages.opened import empty_warehouse
from tests.warehouse.hand_made import Row, applied, day, frame_of, noon, seen_after, visit

DAYS = 60
PEOPLE = 10


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Sixty days of ten people, four of them in India, which is closed on day 50 for good."""
    return _ingested(
        tmp_path_factory.mktemp("overview"),
        user_days=[
            visit(number, person, "IN ios" if person < 4 else "US web", views=person + 1)
            for number in range(1, DAYS + 1)
            for person in range(PEOPLE)
            if person >= 4 or number < 50
        ],
        applied_changes=[_block(50, "IN"), _block(40, "US", ended=45)],
        cost_lines=[_charge(1, "100.10"), _charge(31, "3.30"), _charge(60, "7.00", "EUR")],
        uploads=[_upload(number, creator) for number in (1, 55, 56) for creator in (1, 2)],
        scale=[
            {"metric": "countries", "day": day(1), "value": 2.0, "unit": "countries",
             "source": "platform story"},
            {"metric": "countries", "day": day(52), "value": 1.0, "unit": "countries",
             "source": "platform story"},
        ],
        headcount=[
            {"day": day(1), "team": "engineering", "people": 7, "source": "a table",
             "recorded_at": noon(1)},
        ],
        evidence=[_claim("growth/active_people", "people", 20.0),
                  _claim("ranking/months_without_release", "months", 6.0)],
    )  # fmt: skip


def chosen(until: int, days: int = 10, as_of: int = DAYS) -> Slice:
    """The days up to and with ``until``."""
    return Slice(Span(day(until - days + 1), day(until + 1)), seen_after(as_of))


def _by_metric(frame: pl.DataFrame, column: str = "value") -> dict[str, float | None]:
    return dict(frame.select("metric", column).iter_rows())


def test_reachable_people_fall_on_the_day_of_a_block_and_the_month_does_not(
    house: Warehouse,
) -> None:
    rows = reachable_people(house, chosen(50, days=1), WORLD).rows(named=True)
    assert [(row["people"], row["reachable"], row["blocked"]) for row in rows] == [
        (10, 10, []), (10, 6, ["IN"]),
    ]  # fmt: skip


def test_a_block_that_ended_closes_nobody_out(house: Warehouse) -> None:
    held, over = (reachable_people(house, chosen(number, days=1), WORLD) for number in (44, 46))
    assert held["blocked"].to_list()[-1] == ["US"]
    assert over["blocked"].to_list()[-1] == []


def test_a_block_is_seen_as_of_the_day_it_was_known(house: Warehouse) -> None:
    before = reachable_people(house, chosen(49, as_of=49), WORLD)
    assert before["blocked"].to_list()[-1] == []


def test_the_headline_holds_each_subjects_own_figure(house: Warehouse) -> None:
    asked = chosen(DAYS)
    values = _by_metric(reads.headline(house, asked, WORLD))
    mau = active_people(house, asked, WORLD)["mau_28"].to_list()[-1]
    assert values["mau_28"] == mau
    assert values["reachable_mau"] == 6
    assert values["uploads_a_day"] == 4 / 10
    assert values["views_a_day"] == sum(range(5, 11))
    # February was billed in euros alone, so what it cost in dollars is unknown.
    assert values["cost_per_mau_usd"] is None


def test_cost_per_mau_is_that_of_the_last_complete_month(house: Warehouse) -> None:
    values = _by_metric(reads.headline(house, chosen(55, as_of=55), WORLD))
    assert values["cost_per_mau_usd"] == pytest.approx((100.10 + 3.30) / PEOPLE)


def test_a_month_is_held_against_the_one_before_it_however_short_the_span(
    house: Warehouse,
) -> None:
    rows = reads.headline(house, chosen(55, days=3, as_of=55), WORLD)
    assert _by_metric(rows, "before")["cost_per_mau_usd"] is None


@pytest.mark.parametrize(("until", "days"), [(55, 3), (45, 28), (60, 30)])
def test_the_overview_and_the_page_of_cost_hold_a_month_against_the_same_one(
    house: Warehouse, until: int, days: int
) -> None:
    asked = chosen(until, days=days, as_of=until)
    columns = ["value", "before", "month_before"]
    for here, there, name in (
        (reads.headline, "cost_per_mau_usd", "cost_per_mau_usd"),
        (reads.scale, "cost_usd", "monthly_cost_usd"),
    ):
        theirs = billed(house, asked, WORLD).filter(pl.col("metric") == there)
        ours = here(house, asked, WORLD).filter(pl.col("metric") == name)
        assert ours.select(columns).rows() == theirs.select(columns).rows()


def test_the_headline_says_whom_it_leaves_out(house: Warehouse) -> None:
    notes = _by_metric(reads.headline(house, chosen(DAYS), WORLD), "note")
    assert notes["reachable_mau"] == "without India"
    assert notes["mau_28"] is None


def test_a_choice_that_a_figure_cannot_follow_leaves_it_unknown_and_says_why(
    house: Warehouse,
) -> None:
    on_the_web = replace(chosen(DAYS), platforms=frozenset({"web"}))
    frame = reads.headline(house, on_the_web, WORLD)
    values, notes = _by_metric(frame), _by_metric(frame, "note")
    assert values["uploads_a_day"] is values["cost_per_mau_usd"] is None
    assert values["views_a_day"] is not None
    assert notes["uploads_a_day"] == "uploads name no platform"
    assert notes["cost_per_mau_usd"] == "a bill names no countries and no platforms"
    assert "uploads_a_day" not in set(reads.course(house, on_the_web, WORLD)["metric"])


def test_a_day_on_which_uploads_are_still_open_is_no_day_of_their_mean(house: Warehouse) -> None:
    # Uploads are known up to noon of day 56, so that of days 55 and 56 only the first is whole.
    [value] = uploads_a_day(house, chosen(56, days=2), WORLD)["value"]
    assert value == 2
    assert uploads_a_day(house, chosen(DAYS, days=4), WORLD)["value"].to_list() == [None]


def test_a_note_is_text_even_where_there_is_none(tmp_path: Path) -> None:
    empty = open_folder(empty_warehouse(tmp_path / "empty"))
    assert reads.headline(empty, chosen(DAYS), WORLD).schema["note"] == pl.String


def test_a_bill_in_another_currency_is_left_out(house: Warehouse) -> None:
    scale = _by_metric(reads.scale(house, chosen(55, as_of=55), WORLD))
    assert scale["monthly_cost_usd"] == pytest.approx(100.10 + 3.30)


def test_stated_figures_hold_from_their_day_until_the_next(house: Warehouse) -> None:
    now = reads.scale(house, chosen(DAYS), WORLD).filter(metric="countries").row(0, named=True)
    assert (now["value"], now["before"], now["since"]) == (1.0, 2.0, day(52))
    earlier = reads.scale(house, chosen(51), WORLD).filter(metric="countries")
    assert earlier["value"].to_list() == [2.0]
    assert _by_metric(reads.scale(house, chosen(DAYS), WORLD))["engineers"] == 7


def test_a_claim_stands_beside_the_figure_here_or_beside_nothing(house: Warehouse) -> None:
    rows = reads.claims_beside_sample(house, chosen(DAYS), WORLD).rows(named=True)
    assert [(row["claim"], row["claimed"], row["ratio"] is None) for row in rows] == [
        ("active people", 20.0, False),
        ("months without release", 6.0, True),
    ]
    assert rows[0]["here"] == PEOPLE
    assert rows[0]["ratio"] == PEOPLE / 20


def test_figures_of_the_whole_platform_are_refused_to_a_reader_of_a_part(
    house: Warehouse,
) -> None:
    for read in (reads.headline, reads.scale, reads.claims_beside_sample):
        with pytest.raises(OutsideReach):
            read(house, chosen(DAYS), Reach(frozenset({"IN"})))


def test_nothing_is_known_before_there_is_any_data(house: Warehouse, tmp_path: Path) -> None:
    empty = open_folder(empty_warehouse(tmp_path / "empty"))
    asked = Slice(Span(date(2024, 1, 1), date(2024, 2, 1)), seen_after(DAYS))
    assert set(_by_metric(reads.headline(empty, asked, WORLD)).values()) == {None}


def _ingested(folder: Path, **tables: Sequence[Row]) -> Warehouse:
    """A warehouse made as anybody makes one, sets included."""
    loads = []
    for name, rows in tables.items():
        path = folder / f"{name}.parquet"
        frame_of(name, rows).write_parquet(path)
        loads.append(Load(name, (path,)))
    ingest_in_turn(loads, folder / "warehouse", options=IngestOptions(watermark=seen_after(DAYS)))
    return open_folder(folder / "warehouse")


def _block(number: int, country: str, ended: int = 0) -> Row:
    return applied(f"block-{country}", country, country, number, ended=ended)


def _charge(number: int, cost: str, currency: str = "USD") -> dict[str, object]:
    at = noon(number)
    return {
        "billing_account_id": "a", "billing_period_start": at, "billing_period_end": at,
        "charge_period_start": at.replace(day=1) if number < 32 else at,
        "charge_period_end": at + timedelta(hours=1), "service_provider_name": "p",
        "service_name": "s", "service_category": "Compute", "charge_category": "Usage",
        "billed_cost": Decimal(cost), "effective_cost": Decimal(cost), "billing_currency": currency,
        "recorded_at": at,
    }  # fmt: skip


def _upload(number: int, creator: int) -> dict[str, object]:
    return {
        "video_id": f"{number} {creator}", "creator_id": creator, "uploaded_at": noon(number),
        "country": "US", "duration_seconds": 9.0,
    }  # fmt: skip


def _claim(metric: str, unit: str, value: float) -> dict[str, object]:
    return {
        "claim_id": metric, "metric": metric, "scope": "global", "period": "early 2024",
        "since": day(29), "until": day(40), "value": value, "unit": unit, "grade": "A",
        "source": "a filing", "recorded_at": noon(1),
    }  # fmt: skip
