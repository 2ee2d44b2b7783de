"""Retention drawn: the triangle of cohorts, and the curve over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard.charts.columns import are_complete
from dashboard.charts.drawing import Drawing, Look, Measure
from dashboard.charts.lines import lines_over_steps
from dashboard.charts.numbers import Unit, per_cent, plural
from dashboard.charts.theme import Role
from dashboard.charts.triangles import cohort_triangle


@dataclass(frozen=True, slots=True)
class Again:
    """What people of a cohort do again, as in 'active' and 'were active again'."""

    doing: str
    was_done: str


def days_apart(days: Sequence[date]) -> int:
    """How far apart the first two of these days are, 1 where there are not two."""
    first = sorted(set(days))
    return (first[1] - first[0]).days if len(first) > 1 else 1


def grain_of(days: Sequence[date]) -> str:
    """The length of periods, told from how far apart they begin or end."""
    apart = days_apart(days)
    lengths = ((80, "quarter"), (27, "month"), (6, "week"), (1, "day"))
    return next(name for least, name in lengths if apart >= least)


def cohorts_by_step(frame: pl.DataFrame, look: Look, again: Again) -> Drawing | None:
    """The triangle of cohorts; the steps are the periods the cohorts are of."""
    steps = [s for s, size in zip(frame["step"], frame["size"], strict=True) if size]
    if not any(steps):
        return None
    grain = grain_of(frame["period"].to_list())
    takeaway = f"{plural(steps.count(0), 'cohort', 'cohorts')} by {grain}."
    share = _share_after_one_step(frame)
    if share is not None:
        takeaway = f"{takeaway[:-1]}; after one {grain} {per_cent(share)} {again.was_done} again."
    return Drawing(
        cohort_triangle(frame, title=_since_first(grain, again), palette=look.palette), takeaway,
        "Faint cells belong to a period that is not over yet.",
    )  # fmt: skip


def retention_over_steps(frame: pl.DataFrame, look: Look, again: Again) -> Drawing | None:
    """Retention weighted over the cohorts old enough to have reached each step."""
    curve = frame.filter((pl.col("step") > 0) & (pl.col("at_risk") > 0))
    if curve.is_empty():
        return None
    grain = str(curve["grain"][0])
    measures = (
        Measure(
            "share", f"{'on' if grain == 'day' else 'in'} that {grain}", Role.FIRST, Unit.SHARE
        ),
        Measure("share_since", "then or later", Role.SECOND, Unit.SHARE),
    )
    rows = list(zip(curve["step"], curve["share"], are_complete(curve), strict=True))
    whole = [row for row in rows if row[2]] or rows
    (first_step, first, _), (last_step, last, _) = whole[0], whole[-1]
    return Drawing(
        lines_over_steps(curve, measures, title=_since_first(grain, again), palette=look.palette),
        f"{per_cent(first)} are {again.doing} {_steps(first_step, grain)} on, "
        f"{per_cent(last)} after {_steps(last_step, grain)}.",
        "The last steps of 'then or later' are low because their future is not in yet.",
    )


def _steps(step: int, grain: str) -> str:
    return plural(step, grain, f"{grain}s")


def _since_first(grain: str, again: Again) -> str:
    """What an axis of steps counts."""
    return f"{grain}s since first {again.doing}"


def _share_after_one_step(frame: pl.DataFrame) -> float | None:
    """The share of all cohorts whose second period is over that were there again in it."""
    names = ("step", "size", "people", "is_complete")
    rows = zip(*(frame[name].to_list() for name in names), strict=True)
    second = [(size, people) for step, size, people, whole in rows if step == 1 and whole]
    sizes = sum(size for size, _ in second)
    return sum(people for _, people in second) / sizes if sizes else None
