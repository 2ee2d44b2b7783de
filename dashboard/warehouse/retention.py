"""Retention told from an audience: cohorts by calendar period, and the curve over all of them."""

from datetime import date

import polars as pl

from dashboard.periods import cohort_grain, next_period, period_start
from dashboard.slices import Slice, Span
from dashboard.warehouse.engine import Audience

_NO_CELLS = pl.DataFrame(
    schema={
        "cohort": pl.Date,
        "period": pl.Date,
        **dict.fromkeys(("step", "size", "people", "people_since"), pl.Int64),
    }
)


def retention_cells(
    audience: Audience, chosen: Slice, seen: Span, *, weight: int, complete_until: date
) -> pl.DataFrame:
    """The share of each cohort that was there again in each later period.

    ``seen`` is the part of the choice's span with complete data. One row per cohort and period:
    ``cohort`` and ``period`` (first days), ``step``, ``size``, ``people``, ``people_since`` (there
    then or later; Int64), ``share``, ``share_since`` (Float64, null for an empty cohort) and
    ``is_complete``. Only whole calendar periods begin a cohort.
    """
    starts = _starts(chosen, seen)
    cells = audience.retention(starts) if len(starts) > 1 else _NO_CELLS
    size = pl.when(pl.col("size") > 0).then(pl.col("size"))
    ends = dict(zip(starts, starts[1:], strict=False))
    is_complete = pl.col("period").replace_strict(ends, default=None, return_dtype=pl.Date)
    return cells.with_columns(
        pl.col("size", "people", "people_since") * weight,
        share=pl.col("people") / size,
        share_since=pl.col("people_since") / size,
        is_complete=is_complete <= complete_until,
    )


def curve_of(cells: pl.DataFrame, chosen: Slice) -> pl.DataFrame:
    """Retention over all cohorts old enough to have reached each step.

    One row per step: ``step``, ``grain`` (what a step is long: day, week, month or quarter),
    ``cohorts``, ``at_risk`` (people in them), ``share``, ``share_since`` (Float64) and
    ``is_complete`` (whether its last period had ended). Shares are sums of people over sums of
    sizes, never means of shares.
    """
    ended = cells.lazy().with_columns(has_ended=pl.col("is_complete").any().over("step"))
    reached = ended.filter(pl.col("is_complete") | ~pl.col("has_ended"))
    sizes = pl.when(pl.col("at_risk") > 0).then(pl.col("at_risk"))
    return (
        reached.group_by("step")
        .agg(
            cohorts=pl.len().cast(pl.Int64),
            at_risk=pl.col("size").sum(),
            people=pl.col("people").sum(),
            people_since=pl.col("people_since").sum(),
            is_complete=pl.col("has_ended").first(),
        )
        .sort("step")
        .select(
            "step",
            pl.lit(cohort_grain(chosen.span).value).alias("grain"), "cohorts", "at_risk",
            share=pl.col("people") / sizes,
            share_since=pl.col("people_since") / sizes,
            is_complete=pl.col("is_complete"),
        )
        .collect()
    )  # fmt: skip


def _starts(chosen: Slice, seen: Span) -> list[date]:
    """The first days of the calendar periods seen, from the first whole one on, and the end."""
    grain = cohort_grain(chosen.span)
    start = period_start(seen.since, grain)
    starts = [start if start >= seen.since else next_period(start, grain)]
    while starts[-1] < seen.until:
        starts.append(next_period(starts[-1], grain))
    return starts
