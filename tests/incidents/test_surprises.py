"""A surprise is told as one sentence: what, how far, since when, where, and what happened then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.access.reader import WORLD, Reach
from dashboard.expectation.seasonal_filter import Floats
from dashboard.incidents.causes import Event, beside, events, learning
from dashboard.incidents.excursions import Excursions, excursions
from dashboard.incidents.measured import WHOLE, History, Place, Series
from dashboard.incidents.metrics import Metric
from dashboard.incidents.sentences import MOST_SENTENCES, sentences
from dashboard.incidents.surprises import SURPRISES, Judgement, judgement
from dashboard.slices import Scope, Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from tests.places import LAST_DAY
from tests.warehouse.hand_made import Row, day, noon, seen_after, visit, write_warehouse

DAYS = 150
SHARES = {"BR": 0.3, "IN": 0.2, "US": 0.5}


def _history(**factors: Floats) -> History:
    """Views of three countries and of all together; each factor multiplies a country's days."""
    rng = np.random.default_rng(2)
    lines: dict[Place, Floats] = {}
    for country, share in SHARES.items():
        noise = np.exp(0.02 * rng.standard_normal(DAYS))
        lines[country, ""] = 50_000 * share * noise * factors.get(country, np.ones(DAYS))
    lines = {WHOLE: np.sum(list(lines.values()), axis=0), **lines}
    series = [Series(Metric.VIEWS, place, line, line / 10) for place, line in lines.items()]
    return History(Span(date(2024, 1, 1), date(2024, 1, 1) + timedelta(days=DAYS)), tuple(series))


def _excursions(past: History) -> Excursions:
    learns = np.ones((DAYS, len(past.series)), dtype=np.bool_)
    return excursions(past, learns)


def _gone_for(days: int) -> Floats:
    factor = np.ones(DAYS)
    factor[-days:] = 0.0
    return factor


def test_quiet_days_hold_no_excursion() -> None:
    assert _excursions(_history()).by_metric == {}


def test_a_country_that_vanishes_explains_the_fall_of_the_whole() -> None:
    found = _excursions(_history(IN=_gone_for(3)))
    lead = next(each for each in found.by_metric[Metric.VIEWS] if each.place == WHOLE)
    assert lead.since == date(2024, 1, 1) + timedelta(days=DAYS - 3)
    parts = {part.place[0]: part for part in found.parts(lead)}
    assert parts["IN"].contribution == pytest.approx(1.0, abs=0.15)
    assert sum(part.contribution for part in parts.values()) == pytest.approx(1.0, abs=0.15)
    assert parts["US"].expected_share == pytest.approx(0.5, abs=0.03)


def test_a_fall_is_a_surprise_for_three_weeks_and_then_the_usual_level() -> None:
    assert Metric.VIEWS in _excursions(_history(IN=_gone_for(20))).by_metric
    assert _excursions(_history(IN=_gone_for(21))).by_metric == {}
    assert _excursions(_history(IN=_gone_for(40))).by_metric == {}


def test_impact_is_measured_on_the_whole() -> None:
    found = _excursions(_history(IN=_gone_for(1)))
    by_place = {
        each.place: each.impact for each in found.by_metric[Metric.VIEWS] if each.over_days == 1
    }
    assert by_place["IN", ""] == pytest.approx(-np.log(0.8), abs=0.03)


def _event(name: str, began: int, last: int, *, kind: str = "incident", where: str = "") -> Event:
    return Event(kind, name, name, day(began), day(last), frozenset(where.split()))


def test_beside_a_surprise_stands_what_touched_its_days_and_its_place() -> None:
    known = [
        _event("everywhere", 10, 20),
        _event("india", 12, 40, where="IN"),
        _event("block", 14, 366, kind="change", where="PK"),
        _event("old block", 1, 366, kind="change", where="NP"),
    ]

    def title(since: int, last: int, place: Place) -> str | None:
        found = beside(known, day(since), day(last), place)
        return found.title if found else None

    assert title(13, 15, ("IN", "")) == "india"
    assert title(13, 15, ("US", "")) == "everywhere"
    assert title(21, 25, ("US", "")) is None
    assert title(14, 25, ("PK", "")) == "everywhere"
    assert title(16, 25, ("PK", "")) == "everywhere"
    assert title(25, 26, ("NP", "")) is None
    assert title(30, 31, WHOLE) == "india"


def _incident(name: str, began: int, ended: int | None, written: int, where: list[str]) -> Row:
    return {
        "incident_id": name, "title": name, "started_at": noon(began),
        "ended_at": None if ended is None else noon(ended), "countries": where,
        "trigger": "t", "impact": "i", "source": "s", "recorded_at": noon(written),
    }  # fmt: skip


def test_days_are_held_from_when_an_incident_was_known_for_four_weeks_at_most(
    tmp_path: Path,
) -> None:
    rows = [_incident("long", 100, None, 103, ["IN"]), _incident("short", 50, 52, 50, [])]
    house = write_warehouse(tmp_path, incidents=rows)
    span = Span(day(1), day(151))
    places: list[Place] = [WHOLE, ("IN", ""), ("US", "")]
    held = ~learning(house, Scope(seen_after(150)), span, places)
    numbers = {place: (np.flatnonzero(held[:, at]) + 1).tolist() for at, place in enumerate(places)}
    assert numbers["US", ""] == [50, 51, 52]
    assert numbers["IN", ""] == [50, 51, 52, *range(103, 128)]
    assert numbers[WHOLE] == numbers["IN", ""]
    elsewhere = ~learning(house, Scope(seen_after(150), frozenset({"US"})), span, [WHOLE])
    assert (np.flatnonzero(elsewhere[:, 0]) + 1).tolist() == [50, 51, 52]
    titles = {each.title for each in events(house, Scope(seen_after(150), frozenset({"US"})), span)}
    assert titles == {"short"}
    before = ~learning(house, Scope(seen_after(101)), Span(day(1), day(102)), places)
    assert not before[99:].any()


@pytest.fixture
def house(tmp_path: Path) -> Warehouse:
    """Sixty days of two views each by one person."""
    return write_warehouse(tmp_path, user_days=[visit(n, 1, views=2) for n in range(1, 61)])


def _chosen(house: Warehouse, last: date) -> Slice:
    until = last + timedelta(days=1)
    return Slice(Span(last, until), datetime.combine(until, datetime.min.time(), UTC))


def test_too_few_rows_are_no_ground_for_a_sentence(house: Warehouse) -> None:
    judged = judgement(house, _chosen(house, day(60)), WORLD)
    assert judged.surprises.schema == SURPRISES
    assert [each.text for each in sentences(judged)] == [
        "There is not enough history yet to say what is usual."
    ]


def test_few_people_over_a_long_time_are_told_as_few(tmp_path: Path) -> None:
    house = write_warehouse(tmp_path, user_days=[visit(n, 1) for n in range(1, 201)])
    judged = judgement(house, _chosen(house, day(200)), WORLD)
    assert [each.text for each in sentences(judged)] == [
        "Too few people here to tell what is usual."
    ]


def test_an_empty_warehouse_has_no_surprises(tmp_path: Path) -> None:
    house = write_warehouse(tmp_path)
    assert judgement(house, _chosen(house, day(60)), WORLD).surprises.is_empty()


def test_a_reader_of_one_country_is_told_of_it_alone(tiny_warehouse: Path) -> None:
    house = open_folder(tiny_warehouse)
    judged = judgement(house, _chosen(house, LAST_DAY), Reach(frozenset({"US"})))
    assert set(judged.surprises["slice_name"]) <= {"", "US", "android", "ios", "web"}


def test_a_sentence_names_figure_distance_place_and_incident() -> None:
    chosen = Slice(Span(day(60), day(61)), seen_after(60))
    row = {
        "metric": "daily_active_people", "since": day(58), "day": day(60), "over_days": 1,
        "of_kind": "whole", "of_name": "", "observed": 312e6, "expected": 410e6, "change": -98e6,
        "change_share": -0.239, "z": -9.0, "size": 0.27, "slice_kind": "country",
        "slice_name": "IN", "contribution_share": 0.97, "also": [], "event_kind": "incident",
        "event_id": "india-ban", "event_title": "India bans the app", "unit": "people",
    }  # fmt: skip
    said = sentences(_judged(chosen, row))
    assert said[0].text == (
        "Daily active people fell to 312M, 24 per cent below expected, since 27 February 2024; "
        "India explains 97 per cent of it. Incident in that span: India bans the app."
    )
    assert said[0].opens.countries == frozenset({"IN"})
    assert said[0].opens.span == Span(day(30), day(61))
    assert said[0].opens.as_of == chosen.as_of
    week = {**row, "metric": "uploads", "over_days": 7, "slice_kind": "whole", "slice_name": "",
            "observed": 900e6, "expected": 300e6, "event_title": None}  # fmt: skip
    assert sentences(_judged(chosen, week))[0].text == (
        "Uploads rose to 900M in the seven days to 29 February 2024, 3 times the expected, "
        "since 27 February 2024; no single country or platform explains it."
    )
    of_india = replace(chosen, countries=frozenset({"IN"}))
    assert sentences(_judged(of_india, week))[0].text.endswith("since 27 February 2024.")
    doubled = {**week, "observed": 894e6}
    assert "198 per cent above expected" in sentences(_judged(chosen, doubled))[0].text
    assert len(sentences(_judged(chosen, *[row] * 9))) == MOST_SENTENCES


def test_a_day_without_surprises_says_how_much_was_looked_at() -> None:
    chosen = Slice(Span(day(60), day(61)), seen_after(60))
    assert sentences(_judged(chosen))[0].text == (
        "Nothing is outside its usual band on 29 February 2024: 412 series were looked at."
    )


def _judged(chosen: Slice, *rows: dict[str, object]) -> Judgement:
    frame = pl.DataFrame(list(rows), schema=SURPRISES, orient="row")
    return Judgement(chosen, day(60), 412, frame, 180)
