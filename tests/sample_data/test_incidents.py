"""The four incidents can be seen in the sample's numbers, and where the story says."""

from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pytest

from tests.sample_data.history import History, between, on

pytestmark = pytest.mark.sample
Line = npt.NDArray[np.float64]


def _measure(history: History, measure: str) -> Line:
    return history.by_day(
        "select sampled_at::date, avg(value) from service_samples "
        "where measure = $1 and region = 'all' group by all",
        measure,
    )


def test_in_april_2020_five_times_as_many_people_arrive_for_two_weeks(history: History) -> None:
    new = history.by_day(
        "select first, count(*) from (select min(day) as first from user_days group by person_id) "
        "group by first"
    )
    usual = between(new, "2020-03-01", "2020-04-01")
    assert between(new, "2020-04-01", "2020-04-15") / usual == pytest.approx(5.0, abs=0.6)
    assert between(new, "2020-05-15", "2020-06-15") < 2 * usual


def test_in_april_2020_publishing_waits_up_to_48_hours(history: History) -> None:
    waits = history.by_day(
        "select uploaded_at::date, max(epoch(published_at) - epoch(uploaded_at)) / 3600 "
        "from uploads group by all"
    )
    assert on(waits, "2020-04-15") == pytest.approx(48.0, abs=0.5)
    assert np.argmax(waits) == np.flatnonzero(waits == on(waits, "2020-04-15"))[0]
    assert between(waits, "2020-03-01", "2020-04-01") < 1.5
    assert between(waits, "2020-04-19", "2020-05-01") < 1.5


def test_no_upload_overtakes_another_by_more_than_its_shard(history: History) -> None:
    """The queue shrinks no faster than time passes: nothing is published before it was uploaded."""
    early = history.value("select count(*) from uploads where published_at < uploaded_at")
    assert early == 0


def test_uploads_are_degraded_for_eight_hours_on_15_april_2020(history: History) -> None:
    hours = history.rows(
        "select epoch(sampled_at)::bigint from service_samples "
        "where measure = 'degraded_upload_share' and value > 0.1 order by sampled_at"
    )
    began = int(datetime(2020, 4, 15, 3, tzinfo=UTC).timestamp())
    assert [hour for (hour,) in hours] == [began + 3600 * i for i in range(8)]


def test_the_boom_kills_transcoding_until_spot_instances_and_less_quality_end_it(
    history: History,
) -> None:
    kills = _measure(history, "oom_kills")
    assert on(kills, "2020-04-15") > 100 * between(kills, "2020-03-01", "2020-04-01")
    assert on(kills, "2020-04-19") < 10
    spot = _measure(history, "spot_instances")
    assert on(spot, "2020-04-16") > 3 * on(spot, "2020-04-10")
    assert on(_measure(history, "fallback_quality_share"), "2020-04-16") > 0.5
    kinds = {kind for (kind,) in history.rows(
        "select kind from applied_changes where applied_at::date = '2020-04-15'")}  # fmt: skip
    assert kinds == {"quality", "capacity"}


def test_india_is_gone_overnight_and_stays_gone(history: History) -> None:
    daily = history.by_day(
        "select day, count(distinct person_id) from user_days where country = 'IN' group by day"
    )
    assert on(daily, "2020-06-29") > 900
    assert between(daily, "2020-06-30", "2024-07-01") == 0
    fence = history.rows(
        "select countries, ended_at from applied_changes where change_id = 'geofence-in-2020-06'"
    )
    assert fence == [(["IN"], None)]


def test_over_28_days_two_hundred_million_people_leave_the_audience(people: Line) -> None:
    left = on(people, "2020-06-29") - on(people, "2020-07-27")
    assert left == pytest.approx(200e6, rel=0.05)
    # Nobody leaves the audience overnight: who came on the last day still counts for 28 days.
    assert on(people, "2020-06-30") == pytest.approx(on(people, "2020-06-29"), rel=0.005)


def test_india_had_two_hundred_million_people(history: History) -> None:
    assert on(history.audience("IN"), "2020-06-29") == pytest.approx(200e6, rel=0.05)


def test_six_months_pass_without_a_ranking_release(history: History) -> None:
    releases = history.rows(
        "select applied_at::date, applied_at::date - lag(applied_at::date) over (order by "
        "applied_at) from applied_changes where kind = 'ranking' order by applied_at"
    )
    gaps = sorted((gap for _, gap in releases if gap is not None), reverse=True)
    assert 180 <= gaps[0] <= 200
    assert gaps[1] <= 18
    assert not [day for day, _ in releases if "2020-09-14" <= str(day) < "2021-03-15"]


def test_recommendation_drifts_down_while_ranking_is_frozen(history: History) -> None:
    quality = _measure(history, "long_watch_share")
    before = between(quality, "2020-08-15", "2020-09-14")
    assert between(quality, "2021-02-15", "2021-03-15") < before - 0.005
    assert between(quality, "2021-06-15", "2021-07-15") > before


def test_in_august_2021_uploads_fall_by_15_per_cent_within_two_weeks(uploads: Line) -> None:
    before = between(uploads, "2021-07-27", "2021-08-10")
    assert between(uploads, "2021-08-24", "2021-09-07") / before - 1 == pytest.approx(
        -0.15, abs=0.025
    )
    assert between(uploads, "2021-10-26", "2021-11-09") / before - 1 > -0.03


def test_with_fewer_uploads_there_is_less_to_learn_from(history: History) -> None:
    for measure in ("training_examples", "long_watch_share"):
        line = _measure(history, measure)
        before = between(line, "2021-07-27", "2021-08-10")
        assert between(line, "2021-09-04", "2021-09-14") < 0.97 * before, measure
        assert between(line, "2021-11-15", "2021-11-30") > 0.99 * before, measure


def test_creators_leave_and_are_back_by_november(history: History) -> None:
    weeks = dict(history.rows(
        "select date_trunc('week', uploaded_at)::date, count(distinct creator_id) from uploads "
        "where uploaded_at >= '2021-07-01' and uploaded_at < '2021-12-01' group by all"
    ))  # fmt: skip
    creators = {str(week): count for week, count in weeks.items()}
    assert creators["2021-08-23"] < 0.92 * creators["2021-08-02"]
    assert creators["2021-10-25"] > 0.97 * creators["2021-08-02"]


def test_an_incentive_is_paid_to_creators(history: History) -> None:
    first, last, paid = history.rows(
        "select min(day), max(day), -sum(net_usd) from revenue_lines "
        "where stream = 'creator incentive'"
    )[0]
    assert (str(first), str(last)) == ("2021-08-20", "2021-10-31")
    assert float(paid) == pytest.approx(90e6, rel=0.01)
