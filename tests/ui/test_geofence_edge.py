"""The Edge view: lags in seconds, stragglers by name, and gaps where nothing was told."""

from datetime import UTC, datetime, timedelta

from dashboard.charts.minutes import requests_by_minute
from dashboard.charts.theme import LIGHT
from dashboard.control.edge import StillServed, TrafficMinute
from dashboard.control.status import EdgeState
from dashboard.ui.geofence_edge import minutes_table, points_table

_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_FOLLOWING = EdgeState(pop="ams", revision=2, behind=0, is_straggler=False, acknowledged_at=_NOON,
                       heard_at=_NOON, served=())  # fmt: skip


def _minute(number: int, *, is_over: bool = True) -> TrafficMinute:
    return TrafficMinute(at=_NOON + timedelta(minutes=number), allowed=number, blocked=2,
                         redirected=5, is_over=is_over)  # fmt: skip


def test_a_straggler_is_told_with_its_revision_its_lag_and_since_when() -> None:
    keeps = _FOLLOWING.model_copy(update={
        "pop": "bom", "revision": 1, "is_straggler": True, "lag_seconds": 7.5,
        "straggles_since": _NOON, "still_served": (StillServed(country="IN", requests=1_200),),
    })  # fmt: skip
    silent = keeps.model_copy(update={"pop": "del", "still_served": None})
    rows = points_table((_FOLLOWING, keeps, silent)).select(
        "point", "revision", "lag_seconds", "state", "still_served"
    )
    assert rows.rows() == [
        ("ams", 2, 0, "follows", "0"),
        ("bom", 1, 7.5, "straggles since 2026-03-01 12:00:00 UTC", "India 1,200"),
        ("del", 1, 7.5, "straggles since 2026-03-01 12:00:00 UTC", "unknown"),
    ]


def test_a_minute_nobody_told_of_is_a_gap_and_the_one_not_over_is_left_out() -> None:
    frame = minutes_table((_minute(0), _minute(2), _minute(3, is_over=False)))
    assert frame["blocked"].to_list() == [2, None, 2, 2]
    assert frame["is_complete"].to_list() == [True, True, True, False]
    drawing = requests_by_minute(frame, "India", LIGHT)
    assert drawing is not None
    assert drawing.takeaway == (
        "India in the minute of 12:02 UTC: 2 served, 2 blocked, 5 redirected."
    )


def test_before_the_first_minute_is_over_there_is_nothing_to_draw() -> None:
    frame = minutes_table((_minute(0, is_over=False),))
    assert requests_by_minute(frame, "India", LIGHT) is None
