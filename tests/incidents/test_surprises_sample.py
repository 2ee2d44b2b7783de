"""On the ten years of the sample, sentences name what happened and keep still when nothing did."""

import random
from datetime import date
from pathlib import Path

import pytest

from dashboard.incidents.sentences import sentences
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from tests.incidents.quiet_days import judged_after, quiet_days

pytestmark = pytest.mark.sample

QUIET_DAYS = 20
SEED = 20


@pytest.fixture(scope="module")
def house(sample_warehouse: Path) -> Warehouse:
    return open_folder(sample_warehouse)


def test_the_largest_surprise_of_30_june_2020_names_india(house: Warehouse) -> None:
    said = sentences(judged_after(house, date(2020, 6, 30)))
    assert "India" in said[0].text.partition(" Incident")[0]
    assert "Incident in that span: India closes." in said[0].text
    assert said[0].opens.countries == frozenset({"IN"})
    people = next(each.text for each in said if each.text.startswith("Daily active people"))
    assert "since 30 June 2020; India explains" in people


def test_before_the_block_was_complete_india_is_not_named(house: Warehouse) -> None:
    assert "India" not in " ".join(
        each.text for each in sentences(judged_after(house, date(2020, 6, 28)))
    )


def test_on_16_april_2020_the_upload_queue_is_named(house: Warehouse) -> None:
    said = [each.text for each in sentences(judged_after(house, date(2020, 4, 16)))]
    queue = next(text for text in said if text.startswith("Videos in the upload queue"))
    assert "rose to" in queue
    assert "Boom overflow" in queue


def test_by_17_august_2021_falling_uploads_are_named(house: Warehouse) -> None:
    said = [each.text for each in sentences(judged_after(house, date(2021, 8, 17)))]
    uploads = next(text for text in said if text.startswith("Uploads fell"))
    assert "Incident in that span: Creator exodus." in uploads


def test_the_exodus_is_named_while_it_goes_on_only_from_when_it_was_written_down(
    house: Warehouse,
) -> None:
    rows = judged_after(house, date(2021, 8, 16)).surprises
    assert "creator-exodus-2021-08" not in rows["event_id"].to_list()


def test_on_twenty_quiet_days_at_most_one_surprise_is_claimed(house: Warehouse) -> None:
    days = random.Random(SEED).sample(quiet_days(), QUIET_DAYS)
    claimed = {day: judged_after(house, day).surprises["metric"].to_list() for day in sorted(days)}
    assert sum(map(len, claimed.values())) <= 1, {day: of for day, of in claimed.items() if of}
