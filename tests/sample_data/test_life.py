"""The sample looks like life: weeks, feasts, travellers, returners, a long tail, and keys hold."""

from datetime import date

import numpy as np
import pytest

from dashboard.warehouse.tables import TABLES, TAKEN_IN
from sample_data.timeline import day_number
from tests.sample_data.history import History, between

pytestmark = pytest.mark.sample


def test_weekends_are_busier_than_tuesdays(history: History) -> None:
    daily = history.by_day("select day, count(distinct person_id) from user_days group by day")
    for year in range(2016, 2024):
        # Whole weeks away from holidays, each begun on a Monday.
        first = day_number(date.fromisocalendar(year, 7, 1))
        weeks = daily[first : first + 56].reshape(8, 7).sum(axis=0)
        assert weeks[5] > 1.02 * weeks[1], year


def test_creators_upload_more_on_sundays(history: History) -> None:
    weekdays = dict(
        history.rows(
            "select isodow(uploaded_at), count(*) from uploads "
            "where year(uploaded_at) between 2022 and 2023 group by all"
        )
    )
    assert weekdays[7] > 1.15 * weekdays[2]


def test_the_turn_of_the_year_lifts_activity(history: History) -> None:
    daily = history.by_day("select day, count(distinct person_id) from user_days group by day")
    for year in (2018, 2021, 2022):
        usual = between(daily, f"{year}-12-01", f"{year}-12-15")
        assert between(daily, f"{year}-12-26", f"{year + 1}-01-02") > 1.02 * usual


def test_some_people_are_seen_in_two_countries_on_a_day(history: History) -> None:
    travelling = history.value(
        "select avg((places > 1)::int) from (select count(distinct country) as places "
        "from user_days where day >= '2023-01-01' group by day, person_id)"
    )
    assert 0.0005 < travelling < 0.01


def test_some_people_return_after_weeks_and_some_after_years(history: History) -> None:
    weeks, years, everyone = history.rows(
        "with gaps as (select person_id, max(gap) as gap from (select person_id, "
        "day - lag(day) over (partition by person_id order by day) as gap from user_days) group by "
        "person_id) select count(*) filter (gap > 28), count(*) filter (gap > 365), count(*) "
        "from gaps"
    )[0]
    assert weeks / everyone > 0.2
    assert years / everyone > 0.01


def test_people_come_from_few_countries_at_first_and_from_the_world_at_last(
    history: History,
) -> None:
    def seen(month: str) -> float:
        return history.value(
            "select count(distinct country) from user_days where strftime(day, '%Y-%m') = $1",
            month,
        )

    assert 18 <= seen("2014-07") <= 34
    assert seen("2024-06") >= 150


def test_countries_have_a_long_tail(history: History) -> None:
    shares = [share for (share,) in history.rows(
        "select count(distinct person_id) as people from user_days where day >= '2024-06-03' "
        "group by country order by people desc"
    )]  # fmt: skip
    assert sum(shares[:10]) > 0.45 * sum(shares)
    assert sum(shares[100:]) < 0.08 * sum(shares)


def test_phones_change_from_ios_to_android_and_the_app_changes_its_name(history: History) -> None:
    years = history.rows(
        "select year(day), avg((platform = 'ios')::int), avg((app like 'tiktok%')::int) "
        "from user_days group by all"
    )
    ios = {year: share for year, share, _ in years}
    tiktok = {year: share for year, _, share in years}
    assert ios[2014] > 0.6
    assert ios[2023] < 0.35
    assert tiktok[2016] == 0
    assert tiktok[2019] > 0.97


def test_few_make_much_and_many_make_nothing(history: History) -> None:
    videos = np.array([count for (count,) in history.rows(
        "select count(*) from uploads where uploaded_at >= '2024-01-01' group by creator_id"
    )])  # fmt: skip
    watching = history.value(
        "select count(distinct person_id) from user_days where day >= '2024-01-01' "
        "and person_id % 5 = 0"
    )
    top = np.sort(videos)[::-1][: len(videos) // 10].sum()
    assert top > 0.3 * videos.sum()
    assert 0.3 < len(videos) / watching < 0.8


def test_everybody_who_uploads_was_there_that_day(history: History) -> None:
    absent = history.value(
        "select count(*) from (select distinct creator_id, uploaded_at::date as day from uploads) "
        "made anti join user_days seen on seen.person_id = made.creator_id and seen.day = made.day"
    )
    assert absent == 0


def test_hashtags_rise_and_fall(history: History) -> None:
    def uses(tag: str, month: str) -> float:
        return history.value(
            "select avg(list_contains(hashtags, $1)::int) from uploads "
            "where strftime(uploaded_at, '%Y-%m') = $2",
            tag,
            month,
        )

    assert uses("stayhome", "2020-04") > 10 * uses("stayhome", "2020-12")
    assert uses("fyp", "2020-06") > 2 * uses("fyp", "2018-09")


@pytest.mark.parametrize("name", TAKEN_IN)
def test_no_key_is_there_twice_and_no_needed_value_is_missing(history: History, name: str) -> None:
    contract, rows = TABLES[name], history.table(name)
    key = ", ".join(contract.key)
    if not contract.replaces_group:
        twice = rows.aggregate(f"{key}, count(*) as times", key).filter("times > 1")
        assert twice.fetchall() == []
    needed = [column.name for column in contract.columns if column.required]
    missing = rows.filter(" or ".join(f"{column} is null" for column in needed))
    assert missing.limit(1).fetchall() == []


@pytest.mark.parametrize("name", TAKEN_IN)
def test_no_row_breaks_a_rule_of_the_contract(history: History, name: str) -> None:
    for rule in TABLES[name].rules:
        broken = history.table(name).filter(f"not ({rule.check})")
        assert broken.limit(1).fetchall() == [], rule.name
