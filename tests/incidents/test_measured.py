"""The series that are looked at, as they stood at the as-of instant."""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dashboard.expectation.bands import Floats
from dashboard.incidents.measured import MOST_MIDNIGHTS, WHOLE, history
from dashboard.incidents.metrics import Metric
from dashboard.slices import Scope
from dashboard.warehouse.engine import Warehouse
from tests.warehouse.hand_made import Row, day, noon, seen_after, visit, write_warehouse

HOUR = timedelta(hours=1)


def _upload(video: str, at: datetime, published: datetime | None) -> Row:
    return {
        "video_id": video, "creator_id": 1, "uploaded_at": at, "published_at": published,
        "country": "US", "duration_seconds": 9.0,
    }  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Warehouse:
    """An upload a day published at once, and three more on the second of January, which wait."""
    second = noon(2)
    return write_warehouse(
        tmp_path,
        uploads=[
            *(_upload(f"at once {n}", noon(n), noon(n) + HOUR) for n in range(1, 13)),
            _upload("two nights", second, second + 40 * HOUR),
            _upload("never", second, None),
            _upload("by midnight", second, second + 12 * HOUR),
        ],
        user_days=[visit(1, 1, "US ios", views=3), visit(2, 1, "US ios", views=5),
                   visit(4, 1, "US ios", views=7)],
        service_samples=[
            {"sampled_at": noon(n), "service": "recommendation", "measure": "long_watch_share",
             "region": "all", "provider": "all", "value": n / 10} for n in (1, 3)
        ],
    )  # fmt: skip


def _line(house: Warehouse, metric: Metric, last: int, scope: Scope | None = None) -> Floats:
    past = history(house, scope or Scope(seen_after(last)))
    return next(each.values for each in past.series if (each.metric, each.place) == (metric, WHOLE))


def test_the_queue_holds_what_was_not_published_by_the_end_of_the_day(house: Warehouse) -> None:
    queue = _line(house, Metric.QUEUE, 12)
    waiting = [0, 3, 2, *[1] * (MOST_MIDNIGHTS - 2)]
    assert queue.tolist() == [*waiting, *[0] * (12 - len(waiting))]


def test_what_was_published_later_was_waiting_then(house: Warehouse) -> None:
    assert _line(house, Metric.QUEUE, 3).tolist() == [0, 3, 2]


def test_a_day_without_rows_is_unknown_and_one_without_a_place_is_nothing(
    house: Warehouse,
) -> None:
    views = _line(house, Metric.VIEWS, 4)
    np.testing.assert_array_equal(views, [3, 5, np.nan, 7])
    quality = _line(house, Metric.WATCHED_TO_THE_END, 4)
    np.testing.assert_allclose(quality, [0.1, np.nan, 0.3, np.nan])


def test_history_begins_on_the_first_of_a_month_six_months_back(house: Warehouse) -> None:
    early, late = (history(house, Scope(seen_after(n))).span for n in (220, 230))
    assert early.since == late.since == date(2024, 2, 1)
    assert early.last_day == day(220)


def test_services_of_the_platform_are_no_part_of_a_country(house: Warehouse) -> None:
    of_one = history(house, Scope(seen_after(12), frozenset({"US"})))
    on_one = history(house, Scope(seen_after(12), None, frozenset({"ios"})))
    assert Metric.WATCHED_TO_THE_END not in {each.metric for each in of_one.series}
    assert Metric.UPLOADS in {each.metric for each in of_one.series}
    assert Metric.UPLOADS not in {each.metric for each in on_one.series}
