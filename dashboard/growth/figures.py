"""Growth drawn: one drawing for each read, or none where there is nothing to draw."""

import polars as pl

from dashboard.charts import descriptions as words
from dashboard.charts.bars import (
    Bar,
    contribution_bars,
    histogram,
    ranked_bars,
    stacked_bars_over_time,
)
from dashboard.charts.drawing import Drawing, Headline, Look, Measure
from dashboard.charts.lines import lines_over_steps, lines_over_time
from dashboard.charts.maps import world_map
from dashboard.charts.numbers import (
    Unit,
    compact,
    per_cent,
    plural,
    relative_change,
    short_day,
    signed,
    signed_share,
)
from dashboard.charts.theme import Role
from dashboard.charts.triangles import cohort_triangle
from dashboard.charts.waterfalls import waterfall
from dashboard.countries import country_name

_MAU = Measure("mau_28", "MAU", Role.FIRST)
_ACTIVE = (_MAU, Measure("wau", "WAU", Role.SECOND))
_FLOWS = (
    Measure("new", "new", Role.GAIN),
    Measure("returned", "returned", Role.RETURN),
    Measure("moved_in", "moved in", Role.RETURN, hatched=True),
    Measure("left", "left", Role.LOSS, sign=-1),
    Measure("moved_out", "moved out", Role.LOSS, sign=-1, hatched=True),
)
_NET = Measure("net", "net change", Role.TOTAL)
_STEP_NAMES = {
    "new": "new",
    "returned": "returned",
    "moved_in": "moved in",
    "left": "left",
    "moved_out": "moved out",
}
_MOST_COUNTRIES = 10
_OFTEN_DAYS = 21

HEADLINES: tuple[Headline, ...] = (
    Headline("mau_28", "MAU, 28 days", Unit.PEOPLE, "growth/window_active_people"),
    Headline("wau", "WAU", Unit.PEOPLE, "growth/window_active_people"),
    Headline("dau", "DAU", Unit.PEOPLE, "growth/window_active_people"),
    Headline("mau_30", "MAU, 30 days", Unit.PEOPLE, "growth/window_active_people"),
    Headline("stickiness", "Stickiness", Unit.SHARE, "growth/window_people_by_days_active"),
    Headline("quick_ratio", "Quick ratio", Unit.RATIO, "growth/window_people_accounting"),
)


def active_people(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """DAU, WAU and MAU over time."""
    if not _has_people(frame, "mau_28"):
        return None
    # A period longer than a day has as many DAU as days, and the read gives their mean.
    daily = "DAU" if _days_apart(frame["day"]) == 1 else "mean DAU"
    measures = (*_ACTIVE, Measure("dau", daily, Role.THIRD))
    return Drawing(
        lines_over_time(frame, measures, marks=look.marks, palette=look.palette),
        words.extremes(frame, _MAU),
        words.in_words(
            *(words.latest(frame, measure) for measure in measures),
            words.happenings(look.marks),
        ),
    )


def mau_waterfall(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """How the MAU before the span became the MAU at its end."""
    people = dict(frame.iter_rows())
    if not any(people.values()):
        return None
    before, now = people["mau_before"], people["mau"]
    steps = [(name, people[step]) for step, name in _STEP_NAMES.items() if people[step]]
    figure = waterfall(
        Bar("before", before, compact(before)),
        [Bar(name, value, signed(value, Unit.PEOPLE)) for name, value in steps],
        Bar("now", now, compact(now)),
        palette=look.palette,
    )
    change = signed(now - before, Unit.PEOPLE)
    said = words.listed(
        [name for name, _ in steps], [signed(value, Unit.PEOPLE) for _, value in steps], count=5
    )
    return Drawing(figure, f"MAU went from {compact(before)} to {compact(now)}, {change}: {said}.")


def mau_changes(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """People who came and people who went in each period."""
    if not _has_people(frame, "people") and not _has_people(frame, "people_before"):
        return None
    net = frame.with_columns(net=pl.col("people") - pl.col("people_before"))
    shown = [m for m in _FLOWS if not m.hatched or _has_people(frame, m.column)]
    sums = frame.select("new", "resurrected", "churned").sum().row(0)
    came = f"{compact(sums[0])} new and {compact(sums[1])} resurrected"
    return Drawing(
        stacked_bars_over_time(net, shown, net=_NET, marks=look.marks, palette=look.palette),
        f"{came} against {compact(sums[2])} churned, period by period.",
        words.in_words(words.extremes(net, _NET), words.happenings(look.marks)),
    )


def country_contributions(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """The countries that moved MAU most, and all the others together."""
    if not _has_people(frame, "people") and not _has_people(frame, "people_before"):
        return None
    ranked = frame.sort(pl.col("change").abs(), "country", descending=[True, False])
    top, rest = ranked[:_MOST_COUNTRIES], ranked[_MOST_COUNTRIES:]
    bars = [
        Bar(country_name(code), change, _change_note(change, before))
        for code, change, before in top.select("country", "change", "people_before").rows()
    ]
    bars.sort(key=lambda bar: -bar.value)
    if rest.height:
        others = int(rest["change"].sum())
        name = f"{plural(rest.height, 'other', 'others')}"
        bars.append(Bar(name, others, _change_note(others, int(rest["people_before"].sum()))))
    total, before = int(frame["change"].sum()), int(frame["people_before"].sum())
    said = f"MAU {_change_note(total, before)}"
    led = words.listed([country_name(c) for c in top["country"]],
                       [signed(c, Unit.PEOPLE) for c in top["change"]])  # fmt: skip
    return Drawing(contribution_bars(bars, palette=look.palette), f"{said}, most of all {led}.",
                   "Countries add up to the whole.")  # fmt: skip


def country_map(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Where the people of the last month were last seen."""
    if not _has_people(frame, "people"):
        return None
    seen = frame.filter(pl.col("people") > 0).sort("people", descending=True)
    led = words.listed([country_name(code) for code in seen["country"]],
                       [per_cent(share) for share in seen["share"]])  # fmt: skip
    return Drawing(
        world_map(seen, palette=look.palette),
        f"{plural(seen.height, 'country', 'countries')}; {led}.",
        "Small countries have no shape on the map and stand in the table.",
    )


def platforms(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """People on each platform; someone on two counts on both."""
    if not _has_people(frame, "people"):
        return None
    bars = [
        Bar(name, people, f"{compact(people)} ({per_cent(share, 0)}), {_grown(people, before)}")
        for name, people, before, share in frame.select(
            "platform", "people", "people_before", "share"
        ).iter_rows()
    ]
    led = words.listed(frame["platform"].to_list(), [per_cent(s) for s in frame["share"]])
    return Drawing(ranked_bars(bars, role=Role.FIRST, palette=look.palette),
                   f"Share of MAU: {led}.", "Someone on two platforms counts on both.")  # fmt: skip


def retention(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """The triangle of cohorts; the steps are the periods the cohorts are of."""
    cells = frame.filter(pl.col("size") > 0)
    if not cells.filter(pl.col("step") > 0).height:
        return None
    grain = _step_name(cells)
    named = cells.sort("cohort", "step").with_columns(
        cohort=pl.col("cohort").map_elements(short_day, return_dtype=pl.String)
    )
    first = cells.filter((pl.col("step") == 1) & pl.col("is_complete"))
    takeaway = f"{plural(cells['cohort'].n_unique(), 'cohort', 'cohorts')} by {grain}."
    if first.height:
        weighted = int(first["people"].sum()) / int(first["size"].sum())
        takeaway = f"{takeaway[:-1]}; after one {grain} {per_cent(weighted)} were active again."
    return Drawing(
        cohort_triangle(named, title=f"{grain}s since the first", palette=look.palette), takeaway,
        "Faint cells belong to a period that is not over yet.",
    )  # fmt: skip


def retention_curve(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Retention weighted over the cohorts old enough to have reached each step."""
    curve = frame.filter((pl.col("step") > 0) & (pl.col("at_risk") > 0))
    if curve.is_empty():
        return None
    measures = (
        Measure("share", "in the period", Role.FIRST, Unit.SHARE),
        Measure("share_since", "then or later", Role.SECOND, Unit.SHARE),
    )
    whole = curve.filter("is_complete") if curve["is_complete"].any() else curve
    first, last = whole.row(0, named=True), whole.row(-1, named=True)
    return Drawing(
        lines_over_steps(curve, measures, title="periods since the first", palette=look.palette),
        f"{per_cent(first['share'])} are active {_periods(first['step'])} on, "
        f"{per_cent(last['share'])} after {_periods(last['step'])}.",
        "The last steps of 'then or later' are low because their future is not in yet.",
    )


def days_active(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """How many of the last 28 days people were active on."""
    if not _has_people(frame, "people"):
        return None
    often = float(frame.filter(pl.col("days") >= _OFTEN_DAYS)["share"].sum())
    once = float(frame.filter(pl.col("days") == 1)["share"].sum())
    titles = ("days active in the last 28", "share of MAU")
    return Drawing(
        histogram(frame, over="days", palette=look.palette, titles=titles),
        f"{per_cent(often)} were active on {_OFTEN_DAYS} days or more, {per_cent(once)} on one.",
    )


def _has_people(frame: pl.DataFrame, column: str) -> bool:
    return frame.height > 0 and bool(frame[column].sum())


def _periods(step: int) -> str:
    return plural(step, "period", "periods")


def _change_note(change: int, before: int) -> str:
    return f"{signed(change, Unit.PEOPLE)} ({_grown(before + change, before)})"


def _grown(people: int, before: int) -> str:
    return signed_share(relative_change(people, before)) if before else "new"


def _days_apart(days: pl.Series) -> int:
    """How far apart the first two of these days are, 1 where there are not two."""
    first = days.unique().sort()
    return (first[1] - first[0]).days if len(first) > 1 else 1


def _step_name(cells: pl.DataFrame) -> str:
    """The length of the periods, told from how far apart they begin."""
    apart = _days_apart(cells["period"])
    lengths = ((80, "quarter"), (27, "month"), (6, "week"), (1, "day"))
    return next(name for least, name in lengths if apart >= least)
