"""A planted fault in the sets or in the reference SQL does not stay unseen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from pyroaring import BitMap

from dashboard.slices import Scope, Span
from dashboard.warehouse import duckdb_engine
from dashboard.warehouse.audience import SetAudience
from dashboard.warehouse.duckdb_engine import DuckDBWarehouse
from dashboard.warehouse.engine import AudienceKind, Warehouse
from dashboard.warehouse.library import QUERIES
from tests.warehouse.agreement import Question, broken_promises, disagreements
from tests.warehouse.brute_force import History, history
from tests.warehouse.hand_made import day, seen_after
from tests.warehouse.hand_made_sets import write_people
from tests.warehouse.histories import COUNTRIES, lives

pytestmark = pytest.mark.wide

INDIA = frozenset({"IN"})
AS_OF = seen_after(60)
ASKED = Question(
    scope=Scope(AS_OF, INDIA),
    other=Scope(AS_OF, frozenset({"US"})),
    days=[day(number) for number in range(40, 63)],
    starts=[day(number) for number in range(1, 62, 7)],
    window=7,
)
WORLD = replace(ASKED, scope=Scope(AS_OF), window=28)

ANSWERED_BY = {
    "window_active_people": "people",
    "window_people_accounting": "accounting",
    "cohort_retention": "retention",
    "window_people_by_country": "by country",
    "window_people_by_subdivision": "by subdivision",
    "window_people_by_days_active": "days active",
    "window_people_by_platform": "by platform",
    "window_audience_overlap": "overlap",
}

real_audience = DuckDBWarehouse.audience
real_people = SetAudience.people
real_accounting = SetAudience.accounting
real_retention = SetAudience.retention
real_on = SetAudience.on


def people_of_a_day_more(
    self: SetAudience, days: Sequence[date], windows: Sequence[int]
) -> pl.DataFrame:
    longer = real_people(self, days, [window + 1 for window in windows])
    return longer.rename({f"people_{window + 1}": f"people_{window}" for window in windows})


def flows_of_a_day_more(self: SetAudience, days: Sequence[date], window: int) -> pl.DataFrame:
    return real_accounting(self, days, window + 1)


def returning_counted_as_gone(self: SetAudience, days: Sequence[date], window: int) -> pl.DataFrame:
    """People back after exactly the window, churned and resurrected on one day."""
    before = real_on(self, [each - timedelta(days=window) for each in days[1:]])
    back = [len(today & then) for today, then in zip(real_on(self, days[1:]), before, strict=True)]
    return real_accounting(self, days, window).with_columns(
        *(pl.col(name) + pl.Series(back) for name in ("resurrected", "churned"))
    )


def new_in_a_month(self: SetAudience, days: Sequence[date]) -> list[BitMap]:
    before = [[each - timedelta(days=back) for back in range(1, 29)] for each in days]
    return [
        here - BitMap.union(*real_on(self.everywhere, earlier))
        for here, earlier in zip(real_on(self.everywhere, days), before, strict=True)
    ]


def new_in_the_country(self: SetAudience, days: Sequence[date]) -> list[BitMap]:
    return [
        here - BitMap.union(BitMap(), *real_on(self, Span(day(1), each).days()))
        for here, each in zip(real_on(self, days), days, strict=True)
    ]


def wherever_they_were(self: SetAudience, days: Sequence[date]) -> list[BitMap]:
    return real_on(self.everywhere, days)


def whenever_asked(self: DuckDBWarehouse, kind: AudienceKind, scope: Scope) -> SetAudience:
    return real_audience(self, kind, replace(scope, as_of=seen_after(300)))


def on_the_period_alone(self: SetAudience, starts: Sequence[date]) -> pl.DataFrame:
    return real_retention(self, starts).with_columns(people_since="people")


def found_in(house: Warehouse, held: History, asked: Question) -> set[str]:
    here = house.audience(AudienceKind.ACTIVE, asked.scope)
    return {*disagreements(house, held, asked), *broken_promises(here, asked)}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, History]:
    """Three months of a hundred and fifty people."""
    held = history(*lives(seed=7, people=150))
    return write_people(tmp_path_factory.mktemp("people"), held), held


def test_without_a_fault_nothing_is_found(people: tuple[Warehouse, History]) -> None:
    assert found_in(*people, ASKED) == set()
    assert found_in(*people, WORLD) == set()


@pytest.mark.parametrize(
    ("fault", "asked", "seen"),
    [
        (("people", people_of_a_day_more), ASKED, {"sets: people"}),
        (("accounting", flows_of_a_day_more), ASKED, {"sets: accounting"}),
        (("accounting", returning_counted_as_gone), ASKED, {
            "sets: accounting",
            "people = new + resurrected + retained",
            "moved people are inside resurrected and churned",
        }),
        (("first_seen", new_in_a_month), WORLD, {"sets: accounting", "sets: retention"}),
        (("first_seen", new_in_the_country), ASKED, {"sets: accounting", "sets: retention"}),
        (("on", wherever_they_were), ASKED, {"sets: people", "sets: overlap"}),
        (("retention", on_the_period_alone), WORLD, {
            "sets: retention", "unbounded retention never rises",
        }),
    ],
)  # fmt: skip
def test_a_fault_in_the_sets_is_found(
    people: tuple[Warehouse, History],
    monkeypatch: pytest.MonkeyPatch,
    fault: tuple[str, Callable[..., object]],
    asked: Question,
    seen: set[str],
) -> None:
    monkeypatch.setattr(SetAudience, *fault)
    assert seen <= found_in(*people, asked)


def test_an_as_of_that_cuts_nothing_is_found(
    people: tuple[Warehouse, History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DuckDBWarehouse, "audience", whenever_asked)
    assert {"sets: people", "sets: accounting"} <= found_in(*people, ASKED)


def test_people_counted_in_each_country_they_were_in_are_found(
    people: tuple[Warehouse, History], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, _ = people

    def by_country(self: SetAudience, days: Sequence[date], window: int) -> pl.DataFrame:
        counted = [
            house.audience(AudienceKind.ACTIVE, Scope(AS_OF, frozenset({code})))
            .people(days, [window])
            .select("day", pl.lit(code).alias("country"), people=f"people_{window}")
            for code in COUNTRIES
        ]
        return pl.concat(counted).sort("day", "country")

    monkeypatch.setattr(SetAudience, "by_country", by_country)
    seen = {"sets: by country", "countries add up to the people"}
    assert seen <= found_in(*people, WORLD)


@pytest.mark.parametrize(
    ("name", "sound", "planted"),
    [
        ("window_active_people", "active.day > days", "active.day >= days"),
        ("window_active_people", "views >= 1", "views >= 0"),
        ("window_people_accounting", "activity.day > days", "activity.day >= days"),
        ("window_people_accounting", "from platform_user_days\n", "from user_days\n"),
        ("window_people_accounting", "not is_new and not was_anywhere", "not was_anywhere"),
        ("cohort_retention", "last_place >= cells.place", "last_place > cells.place"),
        ("cohort_retention", "active.day < periods.until", "active.day <= periods.until"),
        ("window_people_by_country", "visits.views desc, ", ""),
        ("window_people_by_country", "visits.day desc, ", ""),
        ("window_people_by_subdivision", "country_views desc, ", ""),
        ("window_people_by_days_active", "count(distinct day)", "count(*)"),
        ("window_people_by_platform", "count(distinct active.person_id)", "count(*)"),
        ("window_audience_overlap", "from reachable_user_days", "from user_days"),
    ],
)  # fmt: skip
def test_a_fault_in_a_query_is_found(
    people: tuple[Warehouse, History],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    sound: str,
    planted: str,
) -> None:
    query = QUERIES[f"growth/{name}"]
    assert sound in query.text
    wrong = replace(query, text=query.text.replace(sound, planted))
    monkeypatch.setattr(duckdb_engine, "QUERIES", {**QUERIES, query.name: wrong})
    seen = f"queries: {ANSWERED_BY[name]}"
    assert any(seen in disagreements(*people, asked) for asked in (ASKED, WORLD))
