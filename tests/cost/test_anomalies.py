"""A driver that costs what nobody could expect is named with its day, and quiet bills are not."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.charts.theme import LIGHT
from dashboard.cost.anomalies import LEAST_DAYS, LEAST_SHARE, MOST_DAYS, cost_in_band
from dashboard.cost.anomaly_figures import daily_bands
from dashboard.cost.drivers import daily_cost_by_driver
from dashboard.errors import OutsideReach
from dashboard.slices import Span
from dashboard.warehouse.engine import Warehouse
from tests.charts.drawn import LOOK, checked
from tests.cost.daily import (
    FIRST,
    MACHINES,
    PIPES,
    QUARTER,
    SERVICES,
    UNTIL,
    billed,
    chosen,
    number_of,
    quiet_costs,
)

SPIKE = date(2024, 1, 16)
"""A Tuesday."""
LEFT = ["day", "driver", "left_on"]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return billed(tmp_path_factory.mktemp("quiet") / "warehouse", quiet_costs())


def banded(warehouse: Warehouse, span: Span = QUARTER) -> pl.DataFrame:
    return cost_in_band(warehouse, chosen(warehouse, span), WORLD)


def told(frame: pl.DataFrame) -> str:
    drawing = daily_bands(frame, LOOK)
    assert drawing is not None
    return drawing.takeaway


def changed(
    folder: Path, service: int, factor: float, *, since: date = SPIKE, days: int = 1
) -> pl.DataFrame:
    """The quiet bills, but for some days of one service."""
    costs = quiet_costs()
    costs[number_of(since) : number_of(since) + days, service] *= factor
    return banded(billed(folder / "warehouse", costs))


def test_quiet_bills_say_that_no_driver_is_outside(quiet: Warehouse) -> None:
    frame = banded(quiet)
    assert not frame["is_outside"].any()
    assert told(frame) == (
        "No driver is outside its expected band, on none of the 91 days to 24 February 2024."
    )


def test_a_planted_spike_is_named_with_its_day_and_how_far_it_lies_off(tmp_path: Path) -> None:
    frame = changed(tmp_path, PIPES, 1.4)
    assert frame.filter("is_outside").select(LEFT).rows() == [(SPIKE, "Content delivery", SPIKE)]
    [row] = frame.filter("is_outside").rows(named=True)
    assert float(row["cost_usd"]) / row["expected_usd"] == pytest.approx(1.4, abs=0.08)
    said = told(frame)
    assert said.startswith("No driver is outside its expected band on 24 February 2024.")
    assert "Content delivery left its band on 16 January 2024: $" in said
    assert "above its middle; it was last outside on 16 January 2024." in said


def test_a_driver_still_outside_comes_first_and_says_since_when(tmp_path: Path) -> None:
    since = UNTIL - timedelta(days=5)
    frame = changed(tmp_path, MACHINES, 0.6, since=since, days=5)
    assert set(frame.filter("is_outside")["left_on"]) == {since}
    assert told(frame).startswith("Compute left its band on 20 February 2024: $")
    assert told(frame).endswith("below its middle; it is still outside.")


def test_a_lasting_step_is_the_usual_level_after_two_weeks(tmp_path: Path) -> None:
    frame = changed(tmp_path, PIPES, 1.5, since=date(2024, 1, 4), days=100)
    outside = frame.filter("is_outside")["day"]
    assert outside.min() == date(2024, 1, 4)
    assert outside.max() == date(2024, 1, 17)


def test_less_than_a_tenth_is_nothing_to_act_on(tmp_path: Path) -> None:
    costs = quiet_costs()
    week = np.tile(costs[:7], (60, 1))[: len(costs)]
    week[number_of(SPIKE)] *= 1 + LEAST_SHARE * 0.9
    frame = banded(billed(tmp_path / "warehouse", week))
    assert not frame["is_outside"].any()
    assert ((frame["high_usd"] / frame["expected_usd"]) >= 1 + LEAST_SHARE - 1e-9).all()


def test_a_service_that_stops_is_outside_and_a_day_without_any_line_is_not_judged(
    tmp_path: Path,
) -> None:
    costs = quiet_costs()
    costs[number_of(SPIKE), PIPES] = 0
    costs[number_of(SPIKE) + 14] = 0
    frame = banded(billed(tmp_path / "warehouse", costs))
    assert frame.filter("is_outside").select(LEFT).rows() == [(SPIKE, "Content delivery", SPIKE)]
    silent = frame.filter(pl.col("day") == SPIKE + timedelta(days=14))
    assert silent["low_usd"].null_count() == silent.height == len(SERVICES)


def test_a_day_of_refunds_is_not_judged_and_teaches_nothing(tmp_path: Path) -> None:
    frame = changed(tmp_path, PIPES, -2.0)
    [refund] = frame.filter(pl.col("cost_usd") < 0).rows(named=True)
    assert refund["low_usd"] is None
    assert not frame["is_outside"].any()


def test_what_was_expected_of_a_day_is_the_same_in_every_span_and_from_every_instant(
    quiet: Warehouse,
) -> None:
    day = date(2024, 2, 7)
    wide, narrow = banded(quiet), banded(quiet, Span(day, day + timedelta(days=1)))
    then = cost_in_band(quiet, chosen(quiet, as_of=day + timedelta(days=1)), WORLD)
    for other in (narrow, then):
        assert other.filter(pl.col("day") == day).equals(wide.filter(pl.col("day") == day))
    assert then["day"].max() == day


def test_a_quarter_is_shown_at_least_and_a_year_at_most(quiet: Warehouse) -> None:
    day = Span(UNTIL - timedelta(days=1), UNTIL)
    assert banded(quiet, day)["day"].n_unique() == LEAST_DAYS
    assert banded(quiet, Span(FIRST, UNTIL))["day"].n_unique() == MOST_DAYS


def test_costs_are_those_of_the_bill_to_the_cent(quiet: Warehouse) -> None:
    frame = banded(quiet)
    plain = daily_cost_by_driver(quiet, chosen(quiet), WORLD)
    assert frame["cost_usd"].sum() == plain["cost_usd"].sum() > Decimal(0)


def test_too_short_a_history_says_so(quiet: Warehouse) -> None:
    month = banded(quiet, Span(FIRST, FIRST + timedelta(days=30)))
    assert told(month) == (
        "There is not enough history of bills yet to say what is expected of a day."
    )


def test_a_reader_of_some_countries_is_not_told_what_the_whole_platform_costs(
    quiet: Warehouse,
) -> None:
    with pytest.raises(OutsideReach):
        cost_in_band(quiet, chosen(quiet), Reach(frozenset({"US"})))


def test_each_driver_has_a_row_of_its_own_with_the_days_outside_marked(tmp_path: Path) -> None:
    figure = checked(daily_bands(changed(tmp_path, PIPES, 1.4), LOOK))
    names = [words.text for words in figure.layout.annotations]
    assert [name.partition("</b>")[0] for name in names] == [
        "<b>Content delivery", "<b>Video processing", "<b>Compute"
    ]  # fmt: skip
    marked = [trace for trace in figure.data if trace.mode == "markers"]
    assert [list(trace.x) for trace in marked] == [[str(SPIKE)], [], []]
    assert len({trace.yaxis for trace in marked}) == len(marked)
    assert figure.data[2].line.color == LIGHT.roles["first"]
