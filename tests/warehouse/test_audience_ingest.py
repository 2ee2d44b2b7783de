"""Growth is exact after any number of ingests: days out of order, corrections, people leaving."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from dashboard.slices import Scope, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import AudienceKind
from dashboard.warehouse.ingest import IngestOptions, IngestReport, ingest
from dashboard.warehouse.tables import UPLOADS, USER_DAYS
from tests.warehouse.agreement import Question, broken_promises, disagreements
from tests.warehouse.brute_force import DAY, Key, Visit, history
from tests.warehouse.hand_made import day, noon, seen_after
from tests.warehouse.histories import LAST, lives
from tests.wide import first_quick

CDNOW = Path(__file__).parents[1] / "data" / "cdnow" / "purchases.parquet"
CDNOW_AS_USER_DAYS = """
    select customer as person_id, day, 'US' as country, 'web' as platform, cds as views,
        0 as watch_seconds, 1 as sessions
    from source
"""


def _source(folder: Path, name: str, visits: Sequence[Visit]) -> Path:
    rows = [
        {
            "day": key.day, "person_id": key.person, "country": key.country,
            "platform": key.platform, "views": views, "watch_seconds": 1.0 * views, "sessions": 1,
            "subdivision": part,
        }
        for key, views, part in visits
    ]  # fmt: skip
    path = folder / f"{name}.parquet"
    pl.DataFrame(rows, schema_overrides={"subdivision": pl.String}).write_parquet(path)
    return path


def _ingest(folder: Path, source: Path, sql: str = "") -> IngestReport:
    return ingest(USER_DAYS, [source], folder / "warehouse", options=IngestOptions(sql=sql))


def _arrivals(seed: int) -> list[list[Visit]]:
    """Three months of people: the middle first, then the end, the beginning and corrections."""
    chance = random.Random(seed)
    days = list(lives(seed, people=40))
    rows = [visit for each in days for visit in each]
    corrected = [
        visit._replace(views=chance.choice([0, 0, 4])) for visit in chance.sample(rows, 150)
    ]
    late = {number for number in range(LAST) if chance.random() < 0.1}
    spans = [
        [visit for n in range(since, until) if n not in late for visit in days[n]]
        for since, until in ((30, 60), (60, LAST), (0, 30))
    ]
    latecomers = [visit for n in sorted(late) for visit in days[n]]
    return [*spans, latecomers, corrected]


@pytest.mark.parametrize("seed", first_quick([1, 2]))
def test_growth_is_exact_after_each_ingest(tmp_path: Path, seed: int) -> None:
    arrivals = _arrivals(seed)
    for number, rows in enumerate(arrivals, start=1):
        _ingest(tmp_path, _source(tmp_path, f"arrival-{number}", rows))
        held = history(*arrivals[:number])
        house = open_folder(tmp_path / "warehouse")
        asked = _questions()[number % 3]
        assert disagreements(house, held, asked) == []
        assert broken_promises(house.audience(AudienceKind.ACTIVE, asked.scope), asked) == []


def _questions() -> list[Question]:
    now, then = seen_after(LAST), seen_after(50)
    weeks = [day(number) for number in range(1, LAST + 7, 7)]
    daily = [day(number) for number in range(60, LAST + 3, 2)]
    india = frozenset({"IN"})
    return [
        Question(Scope(now), Scope(now, india), daily, weeks, 28),
        Question(Scope(now, india), Scope(now), daily, weeks, 7),
        Question(Scope(then, india, frozenset({"ios"})), Scope(then), weeks, weeks, 30),
    ]


def test_someone_whose_first_days_are_corrected_away_is_new_later(tmp_path: Path) -> None:
    first, second = Key(day(1), "a", "IN", "ios"), Key(day(5), "a", "IN", "ios")
    _ingest(tmp_path, _source(tmp_path, "one", [Visit(first, 1), Visit(second, 1)]))
    _ingest(tmp_path, _source(tmp_path, "two", [Visit(first, 0)]))
    here = open_folder(tmp_path / "warehouse").audience(AudienceKind.ACTIVE, Scope(seen_after(9)))
    flows = here.accounting([day(number) for number in (1, 4, 5)], 28)
    assert flows.select("people", "new").rows() == [(0, 0), (1, 1)]


def test_a_second_later_ingest_leaves_an_opened_version_as_it_was(tmp_path: Path) -> None:
    visit = Visit(Key(day(1), "a", "IN", "ios"), 1)
    _ingest(tmp_path, _source(tmp_path, "one", [visit]))
    before = open_folder(tmp_path / "warehouse")
    other = visit._replace(key=visit.key._replace(person="b"))
    _ingest(tmp_path, _source(tmp_path, "two", [other]))
    after = open_folder(tmp_path / "warehouse")
    scope = Scope(seen_after(9))
    counts = [
        house.audience(AudienceKind.ACTIVE, scope).people([day(1)], [1])["people_1"].item()
        for house in (before, after)
    ]
    assert counts == [1, 2]


def test_creators_are_those_whose_videos_were_published_that_day(tmp_path: Path) -> None:
    uploads = pl.DataFrame(
        {
            "video_id": ["v1", "v2", "v3", "v4"],
            "creator_id": ["a", "b", "a", "c"],
            "uploaded_at": [noon(1), noon(1), noon(2), noon(2)],
            "published_at": [noon(1), noon(3), noon(9), None],
            "country": ["IN", "IN", "US", "US"],
            "duration_seconds": [1.0] * 4,
        }
    )
    uploads.write_parquet(tmp_path / "uploads.parquet")
    folder = tmp_path / "warehouse"
    complete = IngestOptions(watermark=seen_after(9))
    ingest(UPLOADS, [tmp_path / "uploads.parquet"], folder, options=complete)
    days = [day(number) for number in (1, 2, 3, 9)]
    seen = {
        number: open_folder(folder).audience(AudienceKind.PUBLISHING, Scope(seen_after(number)))
        for number in (5, 9)
    }
    assert seen[9].people(days, [1, 7]).drop("day").rows() == [(1, 1), (0, 1), (1, 2), (1, 2)]
    assert seen[5].people(days, [1, 7]).drop("day").rows() == [(1, 1), (0, 1), (1, 2), (0, 1)]
    in_america = Scope(seen_after(9), frozenset({"US"}))
    american = open_folder(folder).audience(AudienceKind.PUBLISHING, in_america)
    assert american.people(days, [1])["people_1"].to_list() == [0, 0, 0, 1]


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of eighteen months of real purchases."""
    folder = tmp_path_factory.mktemp("cdnow")
    report = _ingest(folder, CDNOW, CDNOW_AS_USER_DAYS)
    assert (report.rows_read, report.refused) == (69_659, ())
    return folder / "warehouse"


def _months() -> list[date]:
    return [date(1997 + n // 12, n % 12 + 1, 1) for n in range(19)]


def test_the_cohorts_of_cdnow_are_those_the_literature_counts(cdnow: Path) -> None:
    house = open_folder(cdnow)
    cells = house.audience(AudienceKind.ACTIVE, Scope(house.now)).retention(_months())
    sizes = cells.filter(pl.col("step") == 0)["size"].to_list()
    assert sizes == [7_846, 8_476, 7_248] + [0] * 15
    assert sum(sizes) == 23_570


@pytest.mark.wide
def test_the_retention_of_cdnow_is_that_of_brute_force(cdnow: Path) -> None:
    house = open_folder(cdnow)
    scope = Scope(house.now)
    months: dict[int, set[date]] = {}
    for customer, bought in pl.read_parquet(CDNOW, columns=["customer", "day"]).rows():
        months.setdefault(customer, set()).add(bought.replace(day=1))
    starts = _months()
    expected = [
        (
            cohort,
            period,
            sum(period in seen for seen in cohorts),
            sum(max(seen) >= period for seen in cohorts),
        )
        for cohort in starts[:-1]
        for cohorts in [[seen for seen in months.values() if min(seen) == cohort]]
        for period in starts[:-1]
        if period >= cohort
    ]
    columns = ["cohort", "period", "people", "people_since"]
    by_sets = house.audience(AudienceKind.ACTIVE, scope).retention(starts)
    by_query = house.read("growth/cohort_retention", scope, starts=starts)
    assert by_sets.select(columns).rows() == expected
    assert by_query.equals(by_sets)


@pytest.mark.wide
def test_the_monthly_people_of_cdnow_reconcile_on_every_day(cdnow: Path) -> None:
    house = open_folder(cdnow)
    bought: dict[date, set[int]] = defaultdict(set)
    for customer, on in pl.read_parquet(CDNOW, columns=["customer", "day"]).rows():
        bought[on].add(customer)
    days = Span(date(1996, 12, 31), date(1998, 7, 1)).days()
    windows = [set().union(*(bought[on - n * DAY] for n in range(28))) for on in days]
    audience = house.audience(AudienceKind.ACTIVE, Scope(house.now))
    assert audience.people(days, [28])["people_28"].to_list() == [len(each) for each in windows]
    flows = audience.accounting(days, 28)
    assert flows["churned"].to_list() == [len(was - now) for was, now in pairwise(windows)]
    assert flows["new"].sum() == 23_570


def test_purchases_of_one_day_collapse_to_a_day_of_activity(cdnow: Path) -> None:
    house = open_folder(cdnow)
    scope = Scope(house.now)
    year_and_a_half = Span(date(1997, 1, 1), date(1998, 7, 1))
    activity = house.read(
        "growth/daily_activity", scope, since=year_and_a_half.since, until=year_and_a_half.until
    )
    daily = house.audience(AudienceKind.ACTIVE, scope).people(year_and_a_half.days(), [1])
    assert activity["sessions"].sum() == daily["people_1"].sum() == 67_591
    assert house.now == datetime(1998, 7, 1, tzinfo=UTC)


def test_a_corrected_number_of_views_moves_a_traveller_to_the_other_country(tmp_path: Path) -> None:
    def country_after(name: str, views: dict[str, int]) -> list[str]:
        visits = [Visit(Key(day(3), "a", place, "ios"), n, None) for place, n in views.items()]
        _ingest(tmp_path, _source(tmp_path, name, visits))
        house = open_folder(tmp_path / "warehouse")
        seen = house.audience(AudienceKind.ACTIVE, Scope(seen_after(3)))
        return seen.by_country([day(3)], 28)["country"].to_list()

    assert country_after("first", {"BR": 5, "IN": 1}) == ["BR"]
    assert country_after("corrected", {"BR": 1, "IN": 5}) == ["IN"]
