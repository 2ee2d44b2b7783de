"""The sample's sizes are those of the story, at the first and last month of each phase."""

import numpy as np
import numpy.typing as npt
import pytest

from tests.sample_data.history import PEOPLE_WEIGHT, History, between, of_month

pytestmark = pytest.mark.sample
Line = npt.NDArray[np.float64]

PEOPLE = {
    "2014-07": 10e6, "2017-06": 100e6, "2017-07": 100e6, "2018-06": 200e6, "2018-07": 200e6,
    "2019-12": 800e6, "2020-01": 800e6, "2023-12": 1.2e9, "2024-06": 1.2e9,
}  # fmt: skip
# The story tells views and uploads at both ends only; between them they grow as a power of people.
VIEWS = {
    "2014-07": 0.1e9, "2017-06": 2.77e9, "2017-07": 2.77e9, "2018-06": 7.53e9, "2018-07": 7.53e9,
    "2019-12": 55.7e9, "2020-01": 55.7e9, "2023-12": 100e9, "2024-06": 100e9,
}  # fmt: skip
UPLOADS = {month: views / 100 for month, views in VIEWS.items()}
COST_A_PERSON = {
    ("2017-04-01", "2017-07-01"): 0.10,
    ("2018-04-01", "2018-07-01"): 0.25,
    ("2018-07-01", "2020-01-01"): 0.20,
    ("2023-10-01", "2024-01-01"): 0.25,
}
SPLIT_2024 = {
    "Content Delivery": 0.40, "AI and ML": 0.25, "Video Processing": 0.20, "Compute": 0.10,
    "Security and Compliance": 0.05,
}  # fmt: skip
TEAMS = {
    "2014-07-01": {"all": 500},
    "2017-06-30": {"all": 1000, "engineering": 300, "ai and ml": 50, "content safety": 20},
    "2018-06-30": {"all": 5000, "engineering": 2000, "ai and ml": 500, "content safety": 200},
    "2019-12-31": {"all": 20000, "engineering": 8000, "ai and ml": 2000, "content safety": 1000},
    "2023-12-31": {"all": 40000, "engineering": 15000, "ai and ml": 5000, "content safety": 3000},
}


@pytest.mark.parametrize("month", PEOPLE)
def test_people_of_a_month_are_as_told(people: Line, month: str) -> None:
    assert of_month(people, month) == pytest.approx(PEOPLE[month], rel=0.04)


@pytest.mark.parametrize("month", VIEWS)
def test_views_a_day_are_as_told(history: History, month: str) -> None:
    views = history.by_day("select day, sum(views) from user_days group by day") * PEOPLE_WEIGHT
    assert of_month(views, month) == pytest.approx(VIEWS[month], rel=0.04)


@pytest.mark.parametrize("month", UPLOADS)
def test_uploads_a_day_are_as_told(uploads: Line, month: str) -> None:
    assert of_month(uploads, month) == pytest.approx(UPLOADS[month], rel=0.06)


@pytest.mark.parametrize("span", COST_A_PERSON)
def test_a_person_costs_what_is_told(history: History, people: Line, span: tuple[str, str]) -> None:
    months = history.rows(
        "select billing_period_start::date, sum(effective_cost) from cost_lines "
        "where billing_period_start >= $1::date and billing_period_start < $2::date group by all",
        *span,
    )
    costs = [float(cost) / of_month(people, f"{month:%Y-%m}") for month, cost in months]
    assert np.mean(costs) == pytest.approx(COST_A_PERSON[span], rel=0.04)


@pytest.mark.parametrize("month", range(1, 7))
def test_each_month_of_2024_costs_three_hundred_million_split_as_told(
    history: History, month: int
) -> None:
    costs = dict(
        history.rows(
            "select service_name, sum(effective_cost) from cost_lines where "
            "billing_period_start = make_timestamptz(2024, $1, 1, 0, 0, 0) group by service_name",
            month,
        )
    )
    total = sum(float(cost) for cost in costs.values())
    assert total == pytest.approx(300e6, rel=0.01)
    shares = {service: float(cost) / total for service, cost in costs.items()}
    assert shares == pytest.approx(SPLIT_2024, abs=0.001)


def test_what_is_billed_differs_from_what_is_used_only_by_commitments(history: History) -> None:
    """A commitment is billed as a purchase and used under another line, for the same sum."""
    bought, used = history.rows(
        "select sum(billed_cost) filter (charge_category = 'Purchase'), sum(effective_cost) "
        "filter (commitment_discount_status is not null) from cost_lines"
    )[0]
    assert float(bought) == pytest.approx(float(used), rel=1e-6)


@pytest.mark.parametrize("day", TEAMS)
def test_teams_are_as_told(history: History, day: str) -> None:
    teams = dict(history.rows("select team, people from headcount where day = $1::date", day))
    assert {team: teams[team] for team in TEAMS[day]} == TEAMS[day]


def test_the_scale_is_as_told(history: History) -> None:
    last = "select metric, arg_max(value, day), arg_min(value, day) from scale group by metric"
    scale = {metric: (first, latest) for metric, latest, first in history.rows(last)}
    assert scale["countries"] == (30, 150)
    assert scale["languages"][1] >= 40
    assert scale["downloads"][1] == 4e9
    assert scale["creator_payouts_usd"][1] == 2e9
    assert scale["bandwidth_bytes_a_day"][1] == 50e15


def test_creators_were_paid_what_the_scale_claims(history: History) -> None:
    paid = history.value(
        "select -sum(net_usd) from revenue_lines where kind = 'creator payout' "
        "and day < date '2024-01-01'"
    )
    assert paid == pytest.approx(2e9, rel=0.05)


def test_people_come_back_every_other_day(history: History, people: Line) -> None:
    """Stickiness, the share of a month's people who come on a day, is that of a social platform."""
    daily = history.by_day("select day, count(distinct person_id) from user_days group by day")
    stickiness = [
        between(daily * PEOPLE_WEIGHT, f"{year}-03-01", f"{year}-06-01")
        / between(people, f"{year}-03-01", f"{year}-06-01")
        for year in range(2015, 2025)
    ]
    assert min(stickiness) > 0.42
    assert max(stickiness) < 0.60
