"""Growth drawn over time, by step and by cohort, or nothing where there is nothing to draw."""

import polars as pl

from dashboard.charts import descriptions as words
from dashboard.charts.bars import (
    Bar,
    histogram,
    stacked_bars_over_time,
)
from dashboard.charts.cohorts import (
    Again,
    cohorts_by_step,
    days_apart,
    grain_of,
    retention_over_steps,
)
from dashboard.charts.columns import has_any, total
from dashboard.charts.drawing import Drawing, Headline, Look, Measure
from dashboard.charts.lines import lines_over_time
from dashboard.charts.numbers import (
    Unit,
    compact,
    per_cent,
    signed,
)
from dashboard.charts.theme import Role
from dashboard.charts.waterfalls import waterfall

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
_OFTEN_DAYS = 21
_ACTIVE_AGAIN = Again("active", "were active")

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
    if not has_any(frame, "mau_28"):
        return None
    # A period longer than a day has as many DAU as days, and the read gives their mean.
    daily = "DAU" if days_apart(frame["day"].to_list()) == 1 else "mean DAU"
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
    people = dict(zip(frame["step"].to_list(), frame["people"].to_list(), strict=True))
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
    if not has_any(frame, "people") and not has_any(frame, "people_before"):
        return None
    net = frame.hstack([(frame["people"] - frame["people_before"]).alias("net")])
    shown = [m for m in _FLOWS if not m.hatched or has_any(frame, m.column)]
    step = grain_of(net["day"].to_list())
    by = f"{step} by {step}"
    new, back, gone = (compact(total(frame, name)) for name in ("new", "resurrected", "churned"))
    return Drawing(
        stacked_bars_over_time(net, shown, net=_NET, marks=look.marks, palette=look.palette),
        f"{new} new and {back} resurrected against {gone} churned, counted {by}: who left and came "
        "back counts in both.",
        words.in_words(words.extremes(net, _NET), words.happenings(look.marks)),
    )


def retention(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """The triangle of cohorts; the steps are the periods the cohorts are of."""
    return cohorts_by_step(frame, look, _ACTIVE_AGAIN)


def retention_curve(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Retention weighted over the cohorts old enough to have reached each step."""
    return retention_over_steps(frame, look, _ACTIVE_AGAIN)


def days_active(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """How many of the last 28 days people were active on."""
    if not has_any(frame, "people"):
        return None
    shares = dict(zip(frame["days"].to_list(), frame["share"].to_list(), strict=True))
    often = sum(share for days, share in shares.items() if days >= _OFTEN_DAYS)
    once = shares.get(1, 0.0)
    titles = ("days active in the last 28", "share of MAU")
    return Drawing(
        histogram(frame, over="days", palette=look.palette, titles=titles),
        f"{per_cent(often)} were active on {_OFTEN_DAYS} days or more, {per_cent(once)} on one.",
    )
