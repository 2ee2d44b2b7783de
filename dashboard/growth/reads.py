"""Growth read from the warehouse: active people, where they came from, where they went.

Counts are people of the platform: the sample's count times its weight. A monthly figure is over
28 days unless its name says 30, so that no weekday weighs more than another.
"""

from datetime import date

import polars as pl

from dashboard.access.reader import Reach
from dashboard.growth.headline import WINDOWS, headline
from dashboard.growth.question import ONE_DAY, TABLE, Question
from dashboard.growth.reachable import reachable_people
from dashboard.growth.views import views, views_a_day
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice, Span
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.retention import curve_of, retention_cells

__all__ = [
    "active_people", "days_active", "headline", "mau_changes", "mau_waterfall",
    "people_by_country", "people_by_platform", "people_by_subdivision",
    "reachable_people", "retention", "retention_curve", "views", "views_a_day",
]  # fmt: skip

_FLOWS = ("new", "returned", "moved_in", "resurrected", "left", "moved_out", "churned")
_STEPS = ("new", "returned", "moved_in", "left", "moved_out")
_LOSSES = ("left", "moved_out")


def active_people(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Active people at the end of each period of the span.

    One row per period: ``day`` (its last), ``dau`` (mean over its days), ``wau``, ``mau_28`` and
    ``mau_30`` (windows ending on ``day``; Int64, null while they reach back before the data),
    ``stickiness`` (mean DAU of the 28 days over MAU, Float64, null without MAU), ``is_complete``.
    """
    question = Question(warehouse, chosen, reach)
    parts = question.periods(chosen.grain)
    days = [part.last_day for part in parts]
    rolling = [WINDOWS[name] for name in ("wau", "mau_28", "mau_30")]
    windows = question.audience.people(days, rolling).lazy()
    mau = _where_whole(question, MONTH_DAYS)
    return (
        windows.join(_daily(question, days), on="day", maintain_order="left")
        .select(
            "day",
            dau="dau",
            wau=_where_whole(question, 7),
            mau_28=mau,
            mau_30=_where_whole(question, 30),
            stickiness=pl.col("mean_dau_28") / pl.when(mau > 0).then(mau),
            is_complete=pl.Series([part.is_complete for part in parts], dtype=pl.Boolean),
        )
        .with_columns(question.weighted(tuple(WINDOWS)))
        .with_columns(pl.col("dau").round().cast(pl.Int64))
        .collect()
    )


def mau_changes(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """How MAU changed from the end of each period to the end of the next.

    One row per period: ``day``, ``people_before``, ``people``, ``new``, ``returned``,
    ``moved_in``, ``resurrected``, ``left``, ``moved_out``, ``churned``, ``retained`` (Int64),
    ``period_quick_ratio`` (Float64, null when nobody churned) and ``is_complete``, which the rows
    of the data's own first month are not. For every row
    people - people_before = new + resurrected - churned.
    """
    question = Question(warehouse, chosen, reach)
    parts = question.periods(chosen.grain)
    days = [question.seen.since - ONE_DAY, *(part.last_day for part in parts)]
    flows = question.audience.accounting(days, MONTH_DAYS)
    won, lost = pl.col("new") + pl.col("resurrected"), pl.col("churned")
    return flows.with_columns(
        question.weighted(flows.columns[1:]),
        period_quick_ratio=won / pl.when(lost > 0).then(lost),
        is_complete=pl.Series(
            [
                part.is_complete and question.is_whole(part.span.since - ONE_DAY, MONTH_DAYS)
                for part in parts
            ],
            dtype=pl.Boolean,
        ),
    )


def mau_waterfall(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """From the MAU on the day before the span to the one on its last day, step by step.

    One row per step: ``step`` (mau_before, new, returned, moved_in, left, moved_out, mau) and
    ``people`` (Int64, signed). The steps between add up to the difference of the two ends.
    """
    question = Question(warehouse, chosen, reach)
    flows = question.audience.accounting(question.ends(), MONTH_DAYS).to_dicts()
    rows = [
        ("mau_before", flows[0]["people_before"]),
        *((step, -flows[0][step] if step in _LOSSES else flows[0][step]) for step in _STEPS),
        ("mau", flows[0]["people"]),
    ] if flows else []  # fmt: skip
    frame = pl.DataFrame(rows, schema={"step": pl.String, "people": pl.Int64}, orient="row")
    return frame.with_columns(question.weighted(["people"]))


def retention(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The share of each cohort that was active in each later period.

    One row per cohort and period: ``cohort`` and ``period`` (first days), ``step``, ``size``,
    ``people``, ``people_since`` (active then or later; Int64), ``share``, ``share_since`` (Float64,
    null for an empty cohort) and ``is_complete``. Periods are calendar days, weeks, months or
    quarters by the length of the span; only whole ones begin a cohort.
    """
    question = Question(warehouse, chosen, reach)
    return retention_cells(
        question.audience, chosen, question.seen,
        weight=question.weight, complete_until=question.complete_until,
    )  # fmt: skip


def retention_curve(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Retention over all cohorts old enough to have reached each step.

    One row per step: ``step``, ``grain`` (what a step is long: day, week, month or quarter),
    ``cohorts``, ``at_risk`` (people in them), ``share``, ``share_since`` (Float64) and
    ``is_complete`` (whether its last period had ended). Shares are sums of people over sums of
    sizes, never means of shares.
    """
    return curve_of(retention(warehouse, chosen, reach), chosen)


def days_active(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """How many of the last 28 days the people of the last month were active on (L28).

    One row per number of days: ``days`` (1 to 28), ``people`` (Int64), ``share`` (Float64).
    """
    question = Question(warehouse, chosen, reach)
    if question.is_empty:
        return pl.DataFrame(schema={"days": pl.Int64, "people": pl.Int64, "share": pl.Float64})
    counts = question.audience.days_active(question.seen.last_day, MONTH_DAYS)
    return counts.with_columns(question.weighted(["people"]), share=_share("people"))


def people_by_country(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Where the people of the last month were last seen, and how that changed over the span.

    One row per country: ``country``, ``people``, ``people_before`` (on the day before the span),
    ``change`` (Int64), ``share`` of all people, ``share_of_change`` (Float64, null when the total
    did not change). The countries add up to the MAU and to its change.
    """
    question = Question(warehouse, chosen, reach)
    places = question.audience.by_country(question.ends(), MONTH_DAYS)
    total = pl.col("change").sum()
    return (
        _before_and_after(question, places, "country")
        .with_columns(
            share=_share("people"),
            share_of_change=pl.col("change") / pl.when(total != 0).then(total),
        )
        .collect()
    )


def people_by_platform(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """People active on each platform in the last month, and how that changed over the span.

    One row per platform: ``platform``, ``people``, ``people_before``, ``change`` (Int64) and
    ``share`` of the MAU (Float64). Someone on two platforms counts on both, so the shares add up
    to more than one.
    """
    question = Question(warehouse, chosen, reach)
    places = question.audience.by_platform(question.ends(), MONTH_DAYS)
    month = question.audience.people(question.ends()[1:], [MONTH_DAYS])
    people = int(month[f"people_{MONTH_DAYS}"].sum()) * question.weight
    return (
        _before_and_after(question, places, "platform")
        .with_columns(share=pl.col("people") / (people or None))
        .collect()
    )


def people_by_subdivision(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """People active in each subdivision of the countries in scope in the last month.

    One row per country and subdivision: ``country``, ``subdivision`` (null where the data does not
    say), ``people`` (Int64) and ``share`` of all of them (Float64). They add up to the MAU.
    """
    question = Question(warehouse, chosen, reach)
    days = [question.seen.last_day] if not question.is_empty else []
    frame = warehouse.read(
        "growth/window_people_by_subdivision", question.scope, days=days, window=MONTH_DAYS
    )
    return (
        frame.drop("day")
        .with_columns(question.weighted(["people"]), share=_share("people"))
        .sort(["people", "country", "subdivision"], descending=[True, False, False])
    )


def _daily(question: Question, ends: list[date]) -> pl.LazyFrame:
    """For the last day of each period the mean DAU of its days, and of its last 28 days.

    One row per period: ``day``, ``dau`` and ``mean_dau_28`` (Float64, in sample counts).
    """
    first, last = question.seen.since - MONTH_DAYS * ONE_DAY, question.seen.last_day
    days = Span(first, last).days()[1:] + [last] if ends else []
    daily = question.audience.people(days, [1]).lazy()
    periods = pl.LazyFrame({"end": ends}, schema={"end": pl.Date})
    return (
        daily.with_columns(mean_dau_28=pl.col("people_1").rolling_mean(MONTH_DAYS))
        .filter(pl.col("day") >= question.seen.since)
        .join_asof(periods, left_on="day", right_on="end", strategy="forward")
        .group_by("end", maintain_order=True)
        .agg(dau=pl.col("people_1").mean(), mean_dau_28=pl.col("mean_dau_28").last())
        .rename({"end": "day"})
    )


def _where_whole(question: Question, window: int) -> pl.Expr:
    """The people of a window, null where it reaches back before the data."""
    first = question.warehouse.first_day(TABLE) or question.complete_until
    return pl.when(pl.col("day") >= first + (window - 1) * ONE_DAY).then(f"people_{window}")


def _before_and_after(question: Question, places: pl.DataFrame, place: str) -> pl.LazyFrame:
    """The people of each place on the last day and on the day before the span."""
    ends = question.ends() or [question.seen.since, question.seen.since]
    return (
        places.lazy()
        .group_by(place)
        .agg(
            people=pl.col("people").filter(pl.col("day") == ends[1]).sum(),
            people_before=pl.col("people").filter(pl.col("day") == ends[0]).sum(),
        )
        .with_columns(question.weighted(("people", "people_before")))
        .with_columns(change=pl.col("people") - pl.col("people_before"))
        .sort(["people", place], descending=[True, False])
    )


def _share(column: str) -> pl.Expr:
    total = pl.col(column).sum()
    return pl.col(column) / pl.when(total > 0).then(total)
