"""Velocity as it is read: counts of the platform, null where unknown, waits told honestly."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.errors import OutsideReach
from dashboard.slices import Grain, Span
from dashboard.velocity import reads
from dashboard.velocity.content import EARLIER_WEEKS, scores
from dashboard.warehouse.engine import Warehouse
from tests.velocity.uploading import (
    END,
    at,
    chosen,
    midnight,
    some_uploads,
    taken_in,
    upload,
    watched,
)
from tests.warehouse.hand_made import FIRST, Row, write_warehouse
from tests.wide import first_quick

WEIGHT = 50
DAY = date(2024, 3, 10)
ONE = timedelta(days=1)
THEN = date(2024, 3, 20)


def payout(day: date, usd: float, stream: str = "creator fund", certainty: str = "booked") -> Row:
    return {"day": day, "country": "IN", "stream": stream, "kind": "creator payout",
            "certainty": certainty, "net_usd": -usd}  # fmt: skip


def only(frame: pl.DataFrame) -> dict[str, float]:
    assert frame.height == 1
    return frame.row(0, named=True)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return taken_in(tmp_path_factory.mktemp("velocity"), WEIGHT, uploads=some_uploads(3))


def test_the_pace_of_a_month_is_uploads_by_the_day_and_by_the_head(house: Warehouse) -> None:
    rows = some_uploads(3)
    span = Span(date(2024, 3, 1), date(2024, 4, 1))
    row = only(reads.pace(house, chosen(span.since, span.until, asked_grain=Grain.MONTH), WORLD))
    began = [str(each["uploaded_at"])[:10] for each in rows]
    in_march = sum(day[:7] == "2024-03" for day in began)
    in_month = sum("2024-03-04" <= day <= "2024-03-31" for day in began)
    published = {each["creator_id"] for each in rows
                 if "2024-03-04" <= str(each["published_at"])[:10] <= "2024-03-31"}  # fmt: skip
    assert row["uploads_a_day"] == pytest.approx(in_march * WEIGHT / 31)
    assert row["uploads_a_minute"] == pytest.approx(row["uploads_a_day"] / 1440)
    assert row["active_creators"] == len(published) * WEIGHT
    assert row["uploads_per_creator"] == pytest.approx(in_month / len(published))
    # One person watched, and stands for one.
    assert row["uploads_per_mau"] == pytest.approx(in_month * WEIGHT)


def test_what_needs_a_month_is_unknown_while_the_data_has_none(house: Warehouse) -> None:
    early = reads.pace(house, chosen(FIRST, FIRST + 30 * ONE), WORLD)
    assert early["active_creators"].null_count() >= 27
    assert early["uploads_a_day"].null_count() == 0


def test_supply_is_new_videos_for_each_thousand_hours_watched(house: Warehouse) -> None:
    asked = chosen(date(2024, 3, 1), date(2024, 4, 1), asked_grain=Grain.MONTH)
    row = only(reads.supply_and_demand(house, asked, WORLD))
    assert row["watch_hours_a_day"] == pytest.approx(1.0)
    assert row["videos_per_1000_hours"] == pytest.approx(1000 * row["uploads_a_day"])


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """On DAY three videos are out within a minute, seven wait for two days; one is never out."""
    began = at(DAY, 10)
    waited = timedelta(days=2)
    rows = [upload(n, n, began) for n in range(3)]
    rows += [upload(n, n, began, published_at=began + waited) for n in range(3, 10)]
    rows += [upload(10, 10, began, published_at=None)]
    return taken_in(tmp_path_factory.mktemp("queue"), uploads=rows)


def test_a_queue_is_seen_on_its_own_day_though_nothing_slow_has_been_published(
    queue: Warehouse,
) -> None:
    asked = chosen(DAY, DAY + ONE, midnight(DAY + ONE))
    row = only(reads.time_to_publish(queue, asked, WORLD))
    assert (row["videos"], row["waiting"]) == (11, 8)
    # Of the published alone, half took one minute; of all, nobody knows yet.
    assert row["p50_seconds"] is None


def test_looked_back_on_the_same_day_says_how_long_its_queue_was(queue: Warehouse) -> None:
    row = only(reads.time_to_publish(queue, chosen(DAY, DAY + ONE), WORLD))
    assert (row["videos"], row["waiting"]) == (11, 1)
    # Long waits are read to three figures.
    assert row["p50_seconds"] == row["p90_seconds"] == 172_000


def test_the_span_is_estimated_from_its_uploads_and_not_from_its_days(tmp_path: Path) -> None:
    fast = [upload(n, n, at(DAY, 10)) for n in range(9)]
    late = at(DAY + ONE, 10)
    slow = [upload(20 + n, n, late, published_at=late + timedelta(hours=3)) for n in range(2)]
    house = taken_in(tmp_path, uploads=[*fast, *slow])
    rows = reads.waits_of_span(house, chosen(DAY, DAY + 2 * ONE), WORLD)
    publish = rows.row(0, named=True)
    assert (publish["wait"], publish["videos"], publish["p50_seconds"]) == ("publish", 11, 60.0)
    assert publish["share_within_day"] == 1.0


def test_the_first_hundred_views_are_counted_from_publishing_and_end_with_removal(
    tmp_path: Path,
) -> None:
    began, out = at(DAY, 10), at(DAY, 11)
    rows = [
        upload(1, 1, began, published_at=out, first_100_views_at=out + timedelta(minutes=30)),
        upload(2, 1, began, published_at=out, first_100_views_at=out + timedelta(hours=5)),
        upload(3, 1, began, published_at=out, removed_at=out + timedelta(minutes=10)),
        upload(4, 1, began, published_at=out),
        upload(5, 1, began, published_at=None),
    ]
    house = taken_in(tmp_path, uploads=rows)
    row = only(reads.time_to_100_views(house, chosen(DAY, DAY + ONE), WORLD))
    assert (row["videos"], row["not_yet"]) == (4, 2)
    # Three were there at half an hour, two at five hours.
    assert row["share_within_hour"] == pytest.approx(1 / 3)
    assert row["share_within_day"] == pytest.approx(1 - 2 / 3 * 1 / 2)
    assert row["p90_seconds"] is None


def test_half_of_the_views_come_within_the_half_life(tmp_path: Path) -> None:
    noon = at(DAY, 12)
    rows = [upload(n, 1, noon, published_at=noon) for n in (1, 2, 3)]
    days = [
        # All on the first day, which had twelve hours left: half of them after six.
        watched(1, DAY, 100),
        # A quarter on the first day; half is reached in the middle of the second.
        watched(2, DAY, 100), watched(2, DAY + ONE, 200), watched(2, DAY + 2 * ONE, 100),
        # What comes after 28 days does not count.
        watched(3, DAY, 10), watched(3, DAY + 28 * ONE, 1000),
    ]  # fmt: skip
    house = taken_in(tmp_path, uploads=rows, video_days=days)
    row = only(reads.half_life(house, chosen(DAY, DAY + ONE), WORLD))
    hours = 3600
    assert (row["p25_seconds"], row["p50_seconds"], row["p75_seconds"]) == (
        6 * hours, 6 * hours, 24 * hours,
    )  # fmt: skip
    assert row["videos"] == 3


def test_a_video_without_its_28_days_has_no_half_life_yet(tmp_path: Path) -> None:
    noon = at(DAY, 12)
    house = taken_in(
        tmp_path, uploads=[upload(1, 1, noon, published_at=noon)], video_days=[watched(1, DAY, 9)]
    )
    counted = [
        only(reads.half_life(house, chosen(DAY, DAY + ONE, midnight(DAY + days * ONE)), WORLD))
        for days in (27, 28)
    ]
    assert [row["videos"] for row in counted] == [0, 1]
    assert [row["is_complete"] for row in counted] == [False, True]


def test_payouts_stand_apart_from_incentives_and_an_estimate_gives_way_to_what_is_booked(
    tmp_path: Path,
) -> None:
    rows = [payout(DAY, 30.0), payout(DAY, 50.0, certainty="estimated"),
            payout(DAY + ONE, 10.0, certainty="estimated"),
            payout(DAY, 6.0, "creator incentive")]  # fmt: skip
    since = DAY - 40 * ONE
    uploads = [upload(1, 1, midnight(since)), upload(2, 1, at(DAY, 1)), upload(3, 2, at(DAY, 1))]
    house = taken_in(tmp_path, uploads=uploads, revenue_lines=rows)
    first, second = reads.payouts(house, chosen(DAY, DAY + 2 * ONE), WORLD).iter_rows(named=True)
    assert (first["paid_usd_a_day"], first["incentives_usd_a_day"]) == (30.0, 6.0)
    assert (second["paid_usd_a_day"], second["incentives_usd_a_day"]) == (10.0, 0.0)
    assert first["creators"] == 2
    assert first["paid_usd_per_creator"] == pytest.approx(36.0 * 28 / 2)


def test_countries_add_up_to_all_uploads_and_stand_beside_the_span_before(house: Warehouse) -> None:
    asked = chosen(date(2024, 3, 1), date(2024, 4, 1))
    by_country = reads.uploads_by_country(house, asked, WORLD)
    a_day = reads.uploads_a_day(house, asked, WORLD)["value"][0]
    before = reads.uploads_a_day(house, asked.compared, WORLD)["value"][0]
    assert by_country["uploads_a_day"].sum() == pytest.approx(a_day)
    assert by_country["before"].sum() == pytest.approx(before)
    assert by_country["share"].sum() == pytest.approx(1.0)


def test_what_nobody_named_stays_unnamed_and_before_the_data_nothing_is_known(
    tmp_path: Path,
) -> None:
    house = taken_in(tmp_path, uploads=[upload(1, 1, at(FIRST, 1)),
                                        upload(2, 1, at(FIRST, 2), category="dance")])  # fmt: skip
    frame = reads.uploads_by_category(house, chosen(FIRST, FIRST + ONE), WORLD)
    assert frame["category"].to_list() == ["dance", None] or frame["category"][0] is None
    assert frame["before"].null_count() == frame.height


def test_a_hashtag_that_trebles_leads_and_growth_of_everything_lifts_nobody(tmp_path: Path) -> None:
    rows: list[Row] = []
    for week in range(EARLIER_WEEKS + 1):
        began = at(DAY + (week * 7 - 63) * ONE, 10)
        is_last = week == EARLIER_WEEKS
        # In the last week there is three times as much of everything, but nine times of one tag.
        for tag, count in (("steady", 120 if is_last else 40), ("wave", 180 if is_last else 20)):
            rows += [upload(len(rows) + n, n, began, hashtags=[tag]) for n in range(count)]
    house = taken_in(tmp_path, WEIGHT, uploads=rows)
    found = reads.rising(house, chosen(DAY - 7 * ONE, DAY), WORLD)
    wave, steady = found.to_dicts()
    assert (wave["kind"], wave["name"], wave["uploads"]) == ("hashtag", "wave", 180 * WEIGHT)
    assert wave["usual_share"] == pytest.approx(1 / 3)
    assert wave["times"] == pytest.approx(0.6 / (1 / 3))
    assert wave["score"] > 3 > 0 > steady["score"]


def test_a_score_is_in_deviations_of_the_weeks_before_and_never_in_less_than_chance() -> None:
    total = np.full(EARLIER_WEEKS + 1, 1000.0)
    still = np.array([[100.0] * EARLIER_WEEKS + [121.0]])
    [score], [usual] = scores(still, total)
    assert usual == pytest.approx(0.1)
    assert score == pytest.approx(2 * (np.sqrt(121.375) - np.sqrt(100.375)))
    lively = np.array([[60.0, 140.0] * (EARLIER_WEEKS // 2) + [121.0]])
    assert scores(lively, total)[0][0] < 1


def test_nothing_is_said_to_rise_before_there_are_weeks_to_compare(house: Warehouse) -> None:
    assert reads.rising(house, chosen(FIRST, FIRST + 20 * ONE), WORLD).is_empty()


def test_headline_holds_the_end_of_the_span_against_the_end_of_the_compared_one(
    house: Warehouse,
) -> None:
    asked = chosen(date(2024, 3, 1), date(2024, 4, 1))
    rows = {row["metric"]: row for row in reads.headline(house, asked, WORLD).iter_rows(named=True)}
    now = reads.pace(house, asked, WORLD).row(-1, named=True)
    before = reads.pace(house, asked.compared, WORLD).row(-1, named=True)
    creators = rows["active_creators"]
    assert (creators["value"], creators["before"]) == (
        now["active_creators"], before["active_creators"],
    )  # fmt: skip
    assert creators["low"] < creators["value"] < creators["high"]
    a_day, a_minute = rows["uploads_a_day"], rows["uploads_a_minute"]
    assert a_minute["value"] == pytest.approx(a_day["value"] / 1440)
    assert a_day["low"] < a_day["value"] < a_day["high"]


@pytest.mark.parametrize("name", first_quick(reads.__all__))
def test_every_read_answers_when_there_is_nothing_to_read(
    house: Warehouse, tmp_path: Path, name: str
) -> None:
    read = getattr(reads, name)
    usual = read(house, chosen(FIRST, END), WORLD).schema
    nothing = write_warehouse(tmp_path)
    for warehouse, span in (
        (nothing, Span(FIRST, END)), (house, Span(date(2030, 1, 1), date(2030, 2, 1))),
        (house, Span(FIRST, FIRST)),
    ):  # fmt: skip
        frame = read(warehouse, chosen(span.since, span.until), WORLD)
        assert frame.schema == usual
        assert name in ("headline", "uploads_a_day") or frame.is_empty()


@pytest.mark.parametrize("name", first_quick(reads.__all__))
def test_a_reader_of_one_country_reads_it_alone_and_no_other(house: Warehouse, name: str) -> None:
    read, reach = getattr(reads, name), Reach(frozenset({"BR"}))
    alone = chosen(date(2024, 2, 1), date(2024, 4, 1), countries=frozenset({"BR"}))
    assert read(house, chosen(date(2024, 2, 1), date(2024, 4, 1)), reach).equals(
        read(house, alone, WORLD)
    )
    with pytest.raises(OutsideReach):
        read(house, chosen(FIRST, END, countries=frozenset({"IN"})), reach)


@pytest.fixture(scope="module")
def two_houses(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, Warehouse]:
    """One that has seen everything, and one that never saw what came on THEN or later."""
    rows = some_uploads(5)
    known = [
        {**row, "published_at": None if str(row["published_at"]) >= str(THEN) else
         row["published_at"]}
        for row in rows if str(row["uploaded_at"]) < str(THEN)
    ]  # fmt: skip
    everything = taken_in(tmp_path_factory.mktemp("all"), uploads=rows)
    return everything, taken_in(tmp_path_factory.mktemp("known"), uploads=known)


@pytest.mark.parametrize("name", first_quick(reads.__all__))
def test_nothing_after_the_as_of_instant_is_read(
    two_houses: tuple[Warehouse, Warehouse], name: str
) -> None:
    asked = chosen(date(2024, 2, 1), date(2024, 4, 1), midnight(THEN))
    everything, known = (getattr(reads, name)(house, asked, WORLD) for house in two_houses)
    assert everything.equals(known)
