"""Velocity drawn from frames made by hand: what is said, and that Plotly takes every value."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeAlias

import polars as pl
import pytest

from dashboard.charts.drawing import Drawing, Look
from dashboard.velocity import figures, rankings
from tests.charts.drawn import FIRST, LOOK, checked, days

Draw: TypeAlias = Callable[[pl.DataFrame, Look], Drawing | None]


def words(drawing: Drawing | None) -> str:
    assert drawing is not None
    return drawing.description


def in_band(*since: date | None, left_at: datetime | None = None) -> pl.DataFrame:
    """Days of 850 uploads where 1,000 were expected, in the excursions given."""
    count = len(since)
    told = [day if each else None for day, each in zip(days(count), since, strict=True)]
    first = next((day for day in told if day), None)
    return pl.DataFrame(
        {
            "day": days(count),
            "uploads": [850.0] * count,
            "expected": [1000.0] * count,
            "low": [900.0] * count,
            "high": [1100.0] * count,
            "z": [-4.0] * count,
            "week_z": [-5.0] * count,
            "is_outside": [each is not None for each in since],
            "outside_since": pl.Series(since, dtype=pl.Date),
            "told_on": pl.Series([first if day else None for day in told], dtype=pl.Date),
            "left_at": pl.Series(
                [left_at if day else None for day in told], dtype=pl.Datetime("us", "UTC")
            ),
            "left_over_days": pl.Series([7] * count, dtype=pl.Int64),
            "left_share": [-0.125 if left_at else None] * count,
        }
    )


def over_time(**columns: list[float | None]) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    typed = {name: pl.Series(values, dtype=pl.Float64) for name, values in columns.items()}
    return pl.DataFrame({"day": days(count), **typed, "is_complete": [True] * count})


def ranked(column: str, *rows: tuple[str | None, float, float | None]) -> pl.DataFrame:
    total = sum(value for _, value, _ in rows)
    parts = [(name, now, was, now / total) for name, now, was in rows]
    names = {column: pl.String, "uploads_a_day": pl.Float64, "before": pl.Float64,
             "share": pl.Float64}  # fmt: skip
    return pl.DataFrame(parts, schema=names, orient="row")


def risen(*rows: tuple[str, str, float | None, float]) -> pl.DataFrame:
    names = ["kind", "name", "times", "score", "share"]
    return pl.DataFrame([(*row, 0.05) for row in rows], schema=names, orient="row")


def test_a_fall_that_goes_on_is_told_with_the_moment_it_left_the_band() -> None:
    drawing = figures.uploads_in_band(
        in_band(None, None, FIRST, FIRST, left_at=datetime(2020, 6, 3, 14, tzinfo=UTC)), LOOK
    )
    figure = checked(drawing)
    assert words(drawing).startswith(
        "Uploads left their expected band at 14:00 on 3 June 2020: the seven days to then had "
        "12.5% fewer than expected. The fall goes back to 1 June 2020. "
        "850 on 4 June 2020, −15.0% against 1K expected the day before."
    )
    assert list(figure.data[-1].x) == ["2020-06-03", "2020-06-04"]
    assert figure.data[-1].cliponaxis is False, "the newest day stands at the edge"


def test_a_fall_whose_moment_is_unknown_is_told_with_its_day() -> None:
    said = words(figures.uploads_in_band(in_band(None, None, FIRST), LOOK))
    assert "Uploads left their expected band on 3 June 2020, below it." in said


def test_a_fall_that_is_over_is_told_with_its_end() -> None:
    moment = datetime(2020, 6, 1, 9, tzinfo=UTC)
    said = words(figures.uploads_in_band(in_band(FIRST, FIRST, None, None, left_at=moment), LOOK))
    assert "Uploads last left their expected band at 09:00 on 1 June 2020" in said
    assert "until 2 June 2020; outside it on 50% of the days" in said


def test_days_inside_the_band_are_said_to_be() -> None:
    assert "Inside the usual band all along." in words(
        figures.uploads_in_band(in_band(None, None), LOOK)
    )


def test_publishing_tells_the_latest_half_and_the_slowest_day() -> None:
    frame = queue(0, 0, 0).with_columns(
        p50_seconds=pl.Series([90.0, 4000.0, 100.0]),
        p90_seconds=pl.Series([300.0, 172_800.0, None]),
    )
    drawing = figures.publishing(frame, LOOK)
    assert len(checked(drawing).data) == 2
    assert words(drawing).startswith(
        "Half were published within 1 min 40 s on 3 June 2020. Slowest on 2 June 2020, when 90% "
        "took up to 2.0 days."
    )


def queue(*waits: int) -> pl.DataFrame:
    """Days of a thousand uploads, so many of which still wait."""
    frame = over_time(p50_seconds=[90.0 if each < 500 else None for each in waits],
                      p90_seconds=[300.0 if each < 100 else None for each in waits])  # fmt: skip
    counts = {"videos": [1000] * len(waits), "waiting": list(waits)}
    return frame.with_columns(pl.Series(name, values) for name, values in counts.items())


def test_a_day_most_of_whose_videos_wait_is_said_to_have_no_half_yet() -> None:
    said = words(figures.publishing(queue(10, 1000), LOOK))
    assert said.startswith("Most videos uploaded on 2 June 2020 still wait to be published. Half")


def test_a_queue_is_told_by_those_who_wait_in_it() -> None:
    drawing = figures.waiting(queue(10, 560, 990), LOOK)
    assert list(checked(drawing).data[0].y) == [10, 560, 990]
    assert words(drawing).startswith(
        "990 of the 1K videos uploaded on 3 June 2020 (99.0%) are not published yet. "
        "Nor are 560 of the 1K videos uploaded on 2 June 2020 (56.0%)."
    )


def test_uploads_that_failed_are_no_queue() -> None:
    assert "Nor" not in words(figures.waiting(queue(10, 12, 11), LOOK))


def test_hundred_views_without_a_median_says_so() -> None:
    columns = {"share_within_hour": [0.02, 0.02], "share_within_day": [0.1, None],
               "share_within_week": [None, None], "p50_seconds": [None, None]}  # fmt: skip
    said = words(figures.hundred(over_time(**columns), LOOK))
    assert "10.0% within a day, of those uploaded by 1 June 2020." in said
    assert "Fewer than half of the videos ever get there" in said


def test_payouts_stand_above_the_creators_they_went_to() -> None:
    frame = over_time(paid_usd_a_day=[1e6, 1e6], incentives_usd_a_day=[0.0, 2e6],
                      creators=[5e8, 4e8], paid_usd_per_creator=[0.05, 0.2])  # fmt: skip
    drawing = figures.paid(frame, LOOK)
    assert [trace.name for trace in checked(drawing).data] == [
        "payouts, USD a day", "incentives, USD a day", "creators, 28 days",
    ]  # fmt: skip
    assert "$1M a day in payouts on 2 June 2020, $0.200 a month for each creator." in words(drawing)
    assert "Incentives of up to $2M a day." in words(drawing)


def test_creators_who_came_and_went_are_summed() -> None:
    columns = ("creators_before", "creators", "new", "returning", "lapsed")
    frame = pl.DataFrame({"day": days(2), **{name: [10, 20] for name in columns},
                          "is_complete": [True, True]})  # fmt: skip
    drawing = figures.flows(frame, LOOK)
    assert len(checked(drawing).data) == 4
    assert "20 creators at the end; 30 new and 30 returning against 30 lapsed" in words(drawing)


def test_a_ranking_tells_share_and_change_and_keeps_the_rest_together() -> None:
    rows = [(f"subject {n}", 100.0 - n, 50.0) for n in range(14)]
    drawing = rankings.categories(ranked("category", *rows, (None, 1.0, 2.0)), LOOK)
    bars = checked(drawing).data[0]
    assert bars.y[-1] == "3 others"
    assert bars.text[0].endswith("+100.0%")


def test_what_was_not_there_before_is_new_and_what_is_unknown_has_no_change() -> None:
    frame = ranked("country", ("IN", 10.0, 0.0), ("BR", 5.0, None))
    bars = checked(rankings.countries(frame, LOOK)).data[0]
    assert list(bars.y) == ["India", "Brazil"]
    assert list(bars.text) == ["10 (66.7%), new", "5 (33.3%)"]


def test_rising_names_what_is_beyond_chance_and_nothing_that_falls() -> None:
    frame = risen(("hashtag", "wave", 2.5, 9.0), ("category", "dance", None, 1.0),
                  ("hashtag", "old", 0.5, -4.0))  # fmt: skip
    drawing = rankings.rising(frame, LOOK)
    assert list(checked(drawing).data[0].y) == ["#wave", "dance"]
    assert "Beyond chance: #wave 2.50 times its usual share" in words(drawing)


def test_concentration_tells_the_share_of_the_top_and_gini() -> None:
    frame = pl.DataFrame({"measure": ["uploads"], "creators": [100], "top_1_share": [0.2],
                          "top_10_share": [0.6], "gini": [0.71]})  # fmt: skip
    drawing = rankings.concentration(frame, LOOK)
    assert list(checked(drawing).data[0].x) == [0.2, 0.6]
    assert "top 1% of creators have 20.0% of the uploads (Gini 0.71)" in words(drawing)


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (figures.uploads_in_band, in_band()),
        (figures.publishing, over_time(p50_seconds=[None], p90_seconds=[None])),
        (figures.half_lives, over_time(p25_seconds=[None], p50_seconds=[None])),
        (figures.supply, over_time(videos_per_1000_hours=[None])),
        (figures.by_the_head, over_time(uploads_per_creator=[None], uploads_per_mau=[None])),
        (figures.paid, over_time(paid_usd_a_day=[0.0], paid_usd_per_creator=[None])),
        (rankings.rising, risen(("hashtag", "old", 0.5, -4.0))),
        (rankings.countries, ranked("country")),
        (rankings.concentration, pl.DataFrame(schema={"creators": pl.Int64})),
    ],
)
def test_nothing_to_draw_draws_nothing(draw: Draw, frame: pl.DataFrame) -> None:
    assert draw(frame, LOOK) is None
