"""The few ways of drawing that all subjects share."""

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.charts.axes import month_axis
from dashboard.charts.bars import (
    Bar,
    contribution_bars,
    ranked_bars,
    stacked_bars_over_time,
)
from dashboard.charts.descriptions import latest
from dashboard.charts.drawing import Measure
from dashboard.charts.lines import lines_over_time
from dashboard.charts.maps import world_map
from dashboard.charts.numbers import Unit
from dashboard.charts.theme import DARK, DASHES, LIGHT, Palette, Role
from dashboard.charts.triangles import cohort_triangle
from dashboard.charts.waterfalls import waterfall
from tests.charts.drawn import FIRST, active_people, valid

MEASURES = (
    Measure("mau_28", "MAU", Role.FIRST),
    Measure("wau", "WAU", Role.SECOND),
    Measure("dau", "DAU", Role.THIRD),
)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_lines_differ_without_their_colours(palette: Palette) -> None:
    figure = valid(lines_over_time(active_people(30), MEASURES, marks=(), palette=palette))
    assert [trace.line.dash for trace in figure.data] == list(DASHES[:3])


def test_the_last_incomplete_period_is_hollow_and_joined_by_dots() -> None:
    frame = active_people(10, complete=9)
    figure = valid(lines_over_time(frame, MEASURES[:1], marks=(), palette=LIGHT))
    whole, rest = figure.data
    assert len(whole.y) == 9
    assert list(rest.marker.size) == [0, 7]
    assert rest.marker.color == LIGHT.surface
    assert rest.line.dash == "dot"


def test_the_figure_beside_a_line_is_that_of_its_last_whole_period() -> None:
    frame = active_people(10, complete=9).with_columns(
        mau_28=pl.Series([800_000_000] * 9 + [60_000_000])
    )
    [name] = valid(lines_over_time(frame, MEASURES[:1], marks=(), palette=LIGHT)).layout.annotations
    assert name.text.endswith("<b>MAU</b> 800M")


def test_an_unknown_value_is_a_gap() -> None:
    frame = active_people(3).with_columns(mau_28=pl.Series([1, None, 3]))
    figure = valid(lines_over_time(frame, MEASURES[:1], marks=(), palette=LIGHT))
    assert figure.data[0].y[1] is None
    assert not figure.data[0].connectgaps


def test_names_at_the_ends_of_lines_do_not_touch() -> None:
    frame = active_people(5).with_columns(wau=pl.col("mau_28"), dau=pl.col("mau_28"))
    figure = valid(lines_over_time(frame, MEASURES, marks=(), palette=LIGHT))
    places = sorted(words.y for words in figure.layout.annotations)
    assert all(b - a > 0.05 * places[0] for a, b in zip(places, places[1:], strict=False))


def test_no_figure_has_a_title_of_its_own() -> None:
    figure = valid(lines_over_time(active_people(5), MEASURES, marks=(), palette=LIGHT))
    assert figure.layout.title.text is None
    assert figure.layout.yaxis.title.text == "people"


def test_gains_and_losses_have_their_own_colours() -> None:
    figure = valid(contribution_bars([Bar("a", 5), Bar("b", -3)], palette=LIGHT))
    assert figure.data[0].marker.color == (LIGHT.of(Role.GAIN), LIGHT.of(Role.LOSS))


def test_a_note_beside_a_short_bar_has_room_before_the_names() -> None:
    bars = [Bar("Indonesia", 12e6, "+12M (+19.2%)"), Bar("Pakistan", -16e6, "-16M (-100.0%)"),
            Bar("155 others", 85e6, "+85M (+18.5%)")]  # fmt: skip
    low, high = valid(contribution_bars(bars, palette=LIGHT)).layout.xaxis.range
    narrow_px = 340 / (high - low)
    for bar in bars:
        room = high - bar.value if bar.value > 0 else bar.value - low
        assert room * narrow_px > 6 * len(bar.note)


def test_bars_of_whole_weeks_stay_wide_beside_an_unfinished_one() -> None:
    """Each stands over its own days and none over its neighbour's."""
    ends = [date(2021, 10, 17), date(2021, 10, 24), date(2021, 10, 31), date(2021, 11, 1)]
    frame = pl.DataFrame({"day": ends, "gained": [5, 5, 5, 1]})
    measures = (Measure("gained", "gained", Role.GAIN),)
    drawn = stacked_bars_over_time(frame, measures, net=None, marks=(), palette=LIGHT)
    [bar] = valid(drawn).data
    days = [width / 86_400_000 for width in bar.width]
    assert days == pytest.approx([6.3, 6.3, 6.3, 0.9])
    assert [-offset / 86_400_000 for offset in bar.offset] == [7, 7, 7, 1]
    even = stacked_bars_over_time(frame[:3], measures, net=None, marks=(), palette=LIGHT)
    assert valid(even).data[0].width is None


def test_a_lone_bar_is_as_thin_as_in_company() -> None:
    one = valid(ranked_bars([Bar("web", 5, "5")], role=Role.FIRST, palette=LIGHT))
    three = valid(ranked_bars([Bar(n, 5) for n in "abc"], role=Role.FIRST, palette=LIGHT))
    assert one.layout.yaxis.range == three.layout.yaxis.range


def test_a_waterfall_of_small_steps_says_that_its_axis_does_not_begin_at_zero() -> None:
    steps = [Bar("new", 30), Bar("left", -20)]
    small = valid(waterfall(Bar("b", 1_000), steps, Bar("n", 1_010), palette=LIGHT))
    assert small.layout.yaxis.range[0] > 900
    assert "does not begin at zero" in small.layout.yaxis.title.text
    large = valid(waterfall(Bar("b", 10), steps, Bar("n", 20), palette=LIGHT))
    assert large.layout.yaxis.range[0] == 0
    assert large.layout.yaxis.title.text == "people"


def test_the_map_leaves_out_countries_without_a_code_or_people() -> None:
    frame = pl.DataFrame(
        {"country": ["US", "ZZ", "IN"], "people": [5_000, 10, 0], "share": [0.998, 0.002, 0.0]}
    )
    figure = valid(world_map(frame, palette=LIGHT))
    assert list(figure.data[0].locations) == ["USA", None]
    assert "United States" in figure.data[0].text[0]
    assert "5,000 people" in figure.data[0].text[0]


def _places(**people: int) -> pl.DataFrame:
    rows = [(country, count, 0.5) for country, count in people.items()]
    return pl.DataFrame(rows, schema=["country", "people", "share"], orient="row")


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_country_with_few_people_does_not_look_like_one_with_none(palette: Palette) -> None:
    [shapes] = valid(world_map(_places(US=100_000_000, MC=1000), palette=palette)).data
    assert shapes.colorscale[0][1] not in (palette.grid, palette.intensity[0][1])
    assert shapes.colorscale[-1] == (1.0, palette.intensity[-1][1])


def test_countries_of_like_size_look_alike_and_the_scale_has_whole_powers() -> None:
    [shapes] = valid(world_map(_places(US=111_000_000, BR=77_000_000), palette=LIGHT)).data
    places = [(z - shapes.zmin) / (shapes.zmax - shapes.zmin) for z in shapes.z]
    assert min(places) > 0.9
    assert list(shapes.colorbar.ticktext) == ["10M", "100M"]


def _cohorts(count: int) -> pl.DataFrame:
    first = date(2020, 6, 1)
    rows = [(first + timedelta(days=c), step, 0.5, 50, 100) for c in range(count)
            for step in range(1, 3)]  # fmt: skip
    return pl.DataFrame(rows, schema=["cohort", "step", "share", "people", "size"], orient="row")


def test_shares_are_written_on_light_cells_or_else_a_scale_tells_them() -> None:
    few, _ = valid(cohort_triangle(_cohorts(14), title="days", palette=LIGHT)).data
    assert (few.texttemplate, few.showscale, few.zmax) == ("%{z:.0%}", False, 1.0)
    assert few.textfont.color == LIGHT.ink
    many, _ = valid(cohort_triangle(_cohorts(15), title="days", palette=LIGHT)).data
    assert (many.texttemplate, many.showscale, many.zmax) == ("", True, 0.5)


def test_a_change_from_nothing_has_no_share_and_is_not_told() -> None:
    frame = pl.DataFrame(
        {"day": [FIRST, date(2020, 6, 2)], "mau_28": [0, 7], "is_complete": [True, True]}
    )
    assert latest(frame, Measure("mau_28", "MAU", Role.FIRST)) == "MAU 7 on 2 June 2020."


def test_bars_of_months_stand_over_their_month_and_answer_each_for_itself() -> None:
    months = [date(2024, number, 1) for number in (1, 2, 3)]
    frame = pl.DataFrame({"month": months, "cost": [3.0, 2.0, 4.0]}).with_columns(
        day=pl.col("month").dt.month_end()
    )
    drawn = stacked_bars_over_time(
        frame, [Measure("cost", "Cost", Role.FIRST, Unit.USD)], net=None, marks=(), palette=LIGHT
    )
    figure = valid(drawn)
    assert list(figure.data[0].x) == [str(month) for month in months]
    assert set(figure.data[0].customdata) == {"cost"}
    assert figure.layout.hovermode == "closest"
    assert figure.layout.xaxis.dtick == "M1"


@pytest.mark.parametrize(("count", "step"), [(1, "M1"), (13, "M2"), (25, "M6"), (120, "M12")])
def test_as_many_months_are_named_as_have_room(count: int, step: str) -> None:
    months = [date(2014 + number // 12, 1 + number % 12, 1) for number in range(count)]
    assert month_axis(months)["dtick"] == step
