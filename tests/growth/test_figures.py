"""Growth drawn from frames made by hand: what is said, and that the numbers are those given."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

import polars as pl
import pytest

from dashboard.charts.drawing import Drawing, Look
from dashboard.charts.theme import LIGHT
from dashboard.growth import figures, places
from dashboard.slices import Grain
from tests.charts.drawn import FIRST, LOOK, active_people, checked, days, incident

Draw: TypeAlias = Callable[[pl.DataFrame, Look], Drawing | None]

FLOWS = ("people_before", "people", "new", "returned", "moved_in", "resurrected", "left",
         "moved_out", "churned", "retained")  # fmt: skip


def waterfall(**people: int) -> pl.DataFrame:
    steps = ("mau_before", "new", "returned", "moved_in", "left", "moved_out", "mau")
    return pl.DataFrame({"step": steps, "people": [people.get(step, 0) for step in steps]})


def by_country(**people: tuple[int, int]) -> pl.DataFrame:
    total = sum(now for _, now in people.values()) or 1
    return pl.DataFrame(
        {
            "country": list(people),
            "people": [now for _, now in people.values()],
            "people_before": [before for before, _ in people.values()],
            "change": [now - before for before, now in people.values()],
            "share": [now / total for _, now in people.values()],
        }
    )


def cohorts(count: int) -> pl.DataFrame:
    """Weekly cohorts of a thousand, half of them back after a week, the last period not over."""
    rows = [
        (FIRST + timedelta(weeks=c), FIRST + timedelta(weeks=c + step), step, 1000,
         1000 if step == 0 else 500, 0.5 if step else 1.0, c + step < count - 1)
        for c in range(count) for step in range(count - c)
    ]  # fmt: skip
    names = ["cohort", "period", "step", "size", "people", "share", "is_complete"]
    return pl.DataFrame(rows, schema=names, orient="row")


def words(drawing: Drawing | None) -> str:
    assert drawing is not None
    return drawing.description


def test_active_people_tells_its_extremes_its_changes_and_the_incidents_in_scope() -> None:
    look = Look(LIGHT, (incident("Outage", date(2020, 6, 3), date(2020, 6, 5)),))
    drawing = figures.active_people(active_people(30), look)
    assert len(checked(drawing).data) == 3
    assert "MAU between 800M on 1 June 2020 and 829M on 30 June 2020." in words(drawing)
    assert "MAU 829M on 30 June 2020, +3.6% since 1 June 2020." in words(drawing)
    assert "Incidents shown: Outage, from 3 June 2020." in words(drawing)


def test_the_last_incomplete_period_is_not_part_of_any_change() -> None:
    drawing = figures.active_people(active_people(30, complete=29), LOOK)
    assert "on 29 June 2020, +3.5% since" in words(drawing)


def test_the_waterfall_reaches_the_mau_step_by_step() -> None:
    frame = waterfall(mau_before=1000, new=300, returned=50, left=-150, mau=1200)
    drawing = figures.mau_waterfall(frame, LOOK)
    trace = checked(drawing).data[0]
    assert list(trace.x) == ["before", "new", "returned", "left", "now"]
    assert sum(trace.y[:-1]) == trace.y[-1]
    assert "from 1K to 1.2K, +200: new +300, returned +50, left −150." in words(drawing)


def test_people_who_moved_stand_inside_resurrected_and_churned_set_apart_by_a_pattern() -> None:
    flows = {name: [10, 20] for name in FLOWS} | {"moved_in": [3, 0], "moved_out": [0, 0]}
    frame = pl.DataFrame({"day": days(2), **flows, "is_complete": [True, False]})
    figure = checked(figures.mau_changes(frame, LOOK))
    assert [trace.name for trace in figure.data] == [
        "new", "returned", "moved in", "left", "net change",
    ]  # fmt: skip
    assert figure.data[2].marker.pattern.shape == "/"
    assert list(figure.data[0].marker.opacity) == [1.0, 0.4]
    assert list(figure.data[3].y) == [-10, -20]


def test_countries_that_explain_the_change_add_up_to_it() -> None:
    many = {f"{a}{b}": (100, 100 + n) for n, (a, b) in enumerate(zip("ABCDEFGHIJKL", "ZYXWVUTSRQPO",
                                                                     strict=True))}  # fmt: skip
    frame = by_country(**many)
    trace = checked(places.country_contributions(frame, LOOK)).data[0]
    assert sum(trace.x) == frame["change"].sum()
    assert trace.y[-1] == "2 others"


def test_a_country_that_was_not_there_before_is_called_new() -> None:
    drawing = places.country_contributions(by_country(US=(100, 90), BR=(0, 30)), LOOK)
    assert list(checked(drawing).data[0].text) == ["+30 (new)", "−10 (−10.0%)"]
    assert "MAU +20 (+20.0%), most of all Brazil +30, United States −10." in words(drawing)


def test_the_map_names_the_largest_countries() -> None:
    drawing = places.country_map(by_country(US=(0, 60), BR=(0, 40), IN=(50, 0)), LOOK)
    assert len(checked(drawing).data[0].locations) == 2
    assert words(drawing).startswith("2 countries; United States 60.0%, Brazil 40.0%.")


def test_platforms_say_their_share_and_growth() -> None:
    frame = by_country(web=(50, 100)).rename({"country": "platform"})
    assert list(checked(places.platforms(frame, LOOK)).data[0].text) == ["100 (100%), +100.0%"]


def by_subdivision(**people: int) -> pl.DataFrame:
    total = sum(people.values())
    rows = [("US", None if name == "unnamed" else f"US-{name}", count, count / total)
            for name, count in people.items()]  # fmt: skip
    return pl.DataFrame(rows, schema=["country", "subdivision", "people", "share"], orient="row")


def test_subdivisions_and_those_in_none_add_up_to_the_people() -> None:
    many = {name: 100 - n for n, name in enumerate("ABCDEFGHIJKLMN")}
    drawing = places.subdivisions(by_subdivision(**many, unnamed=50), LOOK)
    trace = checked(drawing).data[0]
    assert list(trace.y) == [*(f"US-{name}" for name in "ABCDEFGHIJKL"), "2 others", "not named"]
    known = places.subdivisions(by_subdivision(CA=2, NY=1), LOOK)
    assert list(checked(known).data[0].y) == ["California", "New York"]
    assert sum(trace.x) == sum(many.values()) + 50
    assert "Share of MAU: US-A 7.4%, US-B 7.3%, US-C 7.2%." in words(drawing)
    assert "Subdivisions of United States" in words(drawing)


def test_retention_tells_cohorts_apart_and_marks_what_is_not_over() -> None:
    drawing = figures.retention(cohorts(4), LOOK)
    whole, unfinished = checked(drawing).data
    assert list(whole.y) == ["1 Jun 2020", "8 Jun 2020", "15 Jun 2020"]
    assert whole.z[0][1] == 0.5
    assert whole.z[0][2] is None
    assert unfinished.z[0][2] == 0.5
    assert unfinished.opacity < 1
    assert words(drawing).startswith("4 cohorts by week")
    assert "after one week 50.0% were active again" in words(drawing)


def test_the_retention_curve_ends_hollow_where_periods_are_not_over() -> None:
    frame = pl.DataFrame(
        {
            "step": [0, 1, 2, 3],
            "grain": ["week"] * 4,
            "cohorts": [4, 3, 2, 1],
            "at_risk": [400, 300, 200, 100],
            "share": [1.0, 0.5, 0.4, 0.1],
            "share_since": [1.0, 0.6, 0.45, 0.1],
            "is_complete": [True, True, True, False],
        }
    )
    drawing = figures.retention_curve(frame, LOOK)
    assert len(checked(drawing).data) == 4
    assert "50.0% are active 1 week on, 40.0% after 2 weeks." in words(drawing)


@pytest.mark.parametrize("grain", Grain)
def test_retention_names_the_unit_of_its_steps(grain: Grain) -> None:
    frame = pl.DataFrame({"step": [1, 2], "grain": grain.value, "cohorts": 2, "at_risk": 100,
                          "share": [0.5, 0.4], "share_since": [0.6, 0.5]})  # fmt: skip
    figure = checked(figures.retention_curve(frame, LOOK))
    assert figure.layout.xaxis.title.text == f"{grain}s since first active"
    assert figure.data[0].name in {"on that day", f"in that {grain}"}


def test_days_active_tells_how_many_come_often() -> None:
    frame = pl.DataFrame({"days": range(1, 29), "people": [10] * 28, "share": [1 / 28] * 28})
    assert "28.6% were active on 21 days or more, 3.6% on one." in words(
        figures.days_active(frame, LOOK)
    )


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (figures.active_people, active_people(0)),
        (figures.active_people, active_people(3).with_columns(mau_28=pl.lit(0))),
        (figures.mau_waterfall, waterfall()),
        (figures.mau_waterfall, waterfall().clear()),
        (places.country_contributions, by_country()),
        (places.country_map, by_country(IN=(0, 0))),
        (places.platforms, by_country().rename({"country": "platform"})),
        (places.subdivisions, by_subdivision(unnamed=50)),
        (figures.retention, cohorts(1)),
        (figures.days_active, pl.DataFrame({"days": [1], "people": [0], "share": [None]})),
    ],
)
def test_nothing_is_drawn_where_there_is_no_one(draw: Draw, frame: pl.DataFrame) -> None:
    assert draw(frame, LOOK) is None


def test_longer_periods_say_that_their_dau_is_a_mean() -> None:
    weekly = active_people(71)[::7]
    assert "mean DAU 500M" in words(figures.active_people(weekly, LOOK))
    assert "mean DAU" not in words(figures.active_people(active_people(30), LOOK))
