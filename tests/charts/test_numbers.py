"""Numbers and days as they are written on screen."""

from datetime import date

import pytest

from dashboard.charts.axes import round_ticks, value_axis
from dashboard.charts.numbers import (
    Unit,
    compact,
    exact,
    per_cent,
    relative_change,
    signed,
    signed_share,
    span_text,
    written,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_200_000_000, "1.2B"),
        (345_000_000, "345M"),
        (12_345, "12.3K"),
        (999, "999"),
        (999_999, "1M"),
        (0, "0"),
        (-2_800_000, "−2.8M"),
        (None, "n/a"),
    ],
)
def test_people_are_written_in_three_figures_and_a_letter(value: float | None, text: str) -> None:
    assert compact(value) == text


def test_a_hover_gives_the_number_in_full() -> None:
    assert exact(1_203_400_000) == "1,203,400,000"


def test_shares_become_per_cent_only_here() -> None:
    assert per_cent(0.634) == "63.4%"
    assert per_cent(-0.0004) == "0.0%"
    assert written(0.5, Unit.SHARE) == "50.0%"


def test_a_change_carries_its_sign_and_a_share_changes_in_points() -> None:
    assert signed(3_000, Unit.PEOPLE) == "+3K"
    assert signed(5, Unit.COUNT) == "+5"
    assert signed(-3_000, Unit.PEOPLE) == "−3K"
    assert signed(-0.015, Unit.SHARE) == "−1.5 pt"
    assert signed_share(0.5) == "+50.0%"


def test_growth_from_nothing_is_unknown_and_never_infinite() -> None:
    assert relative_change(5, 0) is None
    assert signed_share(None) == "n/a"


def test_a_span_says_shared_months_and_years_once() -> None:
    assert span_text(date(2020, 6, 1), date(2020, 6, 28)) == "1 – 28 Jun 2020"
    assert span_text(date(2020, 5, 1), date(2020, 6, 28)) == "1 May – 28 Jun 2020"
    assert span_text(date(2019, 12, 31), date(2020, 1, 1)) == "31 Dec 2019 – 1 Jan 2020"
    assert span_text(date(2020, 6, 1), date(2020, 6, 1)) == "1 Jun 2020"


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 1.2e9), (-750e3, 500e3), (5, 5), (0.01, 1)])
def test_ticks_are_few_and_hold_every_value(low: float, high: float) -> None:
    ticks = round_ticks(low, high)
    assert ticks[0] <= low <= high <= ticks[-1]
    assert 2 <= len(ticks) <= 8


def test_an_axis_of_people_is_written_as_people_are() -> None:
    assert value_axis(0, 1.2e9, Unit.PEOPLE)["ticktext"] == ["0", "500M", "1B", "1.5B"]
    assert value_axis(0, 0.4, Unit.SHARE)["ticktext"] == ["0%", "10%", "20%", "30%", "40%"]
