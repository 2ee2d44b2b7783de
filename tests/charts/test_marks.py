"""Incidents and phases on a chart: which are shown, and where their words stand."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import polars as pl

from dashboard.charts.drawing import Measure
from dashboard.charts.lines import lines_over_time
from dashboard.charts.marks import Mark, MarkKind, drawn, in_scope, labels, marks_from
from dashboard.charts.theme import LIGHT, Role
from dashboard.incidents.reads import MARKS
from dashboard.slices import Span
from tests.charts.drawn import FIRST, active_people, days, incident, valid

JUNE = Span(FIRST, date(2020, 7, 1))
MAU = (Measure("mau_28", "MAU", Role.FIRST),)


def test_only_marks_of_the_span_and_the_countries_are_in_scope() -> None:
    ban = incident("India ban", date(2020, 6, 29), None, "IN")
    surge = incident("Surge", date(2020, 4, 1), date(2020, 5, 1))
    world = incident("Outage", date(2020, 6, 3), date(2020, 6, 4))
    happened = (ban, surge, world)
    assert in_scope(happened, JUNE, None) == (world, ban)
    assert in_scope(happened, JUNE, frozenset({"BR"})) == (world,)
    assert in_scope(happened, JUNE, frozenset({"IN", "BR"})) == (world, ban)


def test_the_many_releases_put_in_force_are_not_drawn_and_measures_are() -> None:
    change = Mark(MarkKind.CHANGE, "c", "Ranking release 9", FIRST)
    outage = incident("Outage", FIRST)
    block = Mark(MarkKind.MEASURE, "g", "A country closed by order", FIRST)
    assert drawn((change, outage, block)) == (outage, block)


def test_words_that_would_touch_stand_in_different_lanes() -> None:
    close = [incident(f"Incident number {n}", day) for n, day in enumerate(days(3))]
    placed = labels(close, JUNE, 600)
    assert [label.lane for label in placed] == [0, 1, 2]
    apart = [incident("One", date(2020, 6, 1)), incident("Two", date(2020, 6, 20))]
    assert [label.lane for label in labels(apart, JUNE, 600)] == [0, 0]


def test_words_near_the_right_edge_run_leftwards() -> None:
    late = incident("A long name of an incident", date(2020, 6, 29))
    assert labels([late], JUNE, 600)[0].leftwards


def test_words_never_touch_on_the_narrowest_screen_nor_on_a_wide_one() -> None:
    """Laid out for the narrowest, where everything stands closest."""
    life = [incident(f"What befell us, {n}", FIRST + timedelta(days=3 * n)) for n in range(10)]
    placed = labels(life, JUNE, 320)
    assert len(placed) > 5
    for width_px in (320, 500, 1100):
        taken: dict[int, list[tuple[float, float]]] = {}
        for label in placed:
            starts = (label.mark.since - FIRST).days / JUNE.length_days * width_px
            length = 6 * len(label.text)
            left = starts - length if label.leftwards else starts
            assert left >= -1
            assert left + length <= width_px + 1
            taken.setdefault(label.lane, []).append((left, left + length))
        for row in taken.values():
            ordered = sorted(row)
            assert all(a[1] <= b[0] for a, b in pairwise(ordered))


def test_words_that_find_no_room_are_cut_rather_than_left_out() -> None:
    middle = [incident("Closed by order of the ministry of the interior", date(2020, 6, 16))]
    assert [label.text for label in labels(middle, JUNE, 300)] == ["Closed by order of th…"]
    assert [label.text for label in labels(middle, JUNE, 200)] == ["Closed by ord…"]
    assert labels(middle, JUNE, 80) == []


def test_a_plot_is_not_flattened_by_many_lanes_of_words() -> None:
    crowd = tuple(incident(f"Incident number {n}", FIRST) for n in range(6))
    plots = []
    for marks in (crowd[:4], crowd):
        layout = valid(lines_over_time(active_people(30), MAU, marks=marks, palette=LIGHT)).layout
        plots.append(layout.height - layout.margin.t - layout.margin.b)
    assert plots[0] == plots[1]


def test_incidents_find_room_before_phases() -> None:
    phase = Mark(MarkKind.PHASE, "p", "A phase of the platform", FIRST)
    crowd = [incident(f"Incident number {n}", FIRST) for n in range(6)]
    named = {label.mark.title for label in labels([phase, *crowd], JUNE, 600)}
    assert named == {mark.title for mark in crowd}


def test_an_incident_that_ended_is_a_band_and_one_that_goes_on_is_a_rule() -> None:
    marks = (
        incident("Outage", date(2020, 6, 3), date(2020, 6, 6)),
        incident("Ban", date(2020, 6, 20)),
        incident("Older ban", date(2020, 1, 1)),
    )
    figure = valid(lines_over_time(active_people(30), MAU, marks=marks, palette=LIGHT))
    assert [shape.type for shape in figure.layout.shapes] == ["rect", "line"]
    said = [words.text for words in figure.layout.annotations]
    assert {"Outage", "Ban", "◂ Older ban"} <= set(said)


def test_a_title_with_markup_is_shown_letter_by_letter() -> None:
    marks = (incident("<b>x</b>", date(2020, 6, 3)),)
    figure = valid(lines_over_time(active_people(30), MAU, marks=marks, palette=LIGHT))
    assert "&lt;b&gt;x&lt;/b&gt;" in [words.text for words in figure.layout.annotations]


def test_an_end_within_a_day_leaves_that_day_inside() -> None:
    row = ("incident", "i", "Outage", datetime(2020, 6, 3, 5, tzinfo=UTC),
           datetime(2020, 6, 4, 12, tzinfo=UTC), None, None)  # fmt: skip
    midnight = (*row[:4], datetime(2020, 6, 4, tzinfo=UTC), ["IN"], "felt")
    first, second = marks_from(pl.DataFrame([row, midnight], schema=MARKS, orient="row"))
    assert (first.since, first.until, first.countries) == (
        date(2020, 6, 3), date(2020, 6, 5), None,
    )  # fmt: skip
    assert (second.until, second.countries) == (date(2020, 6, 4), frozenset({"IN"}))
