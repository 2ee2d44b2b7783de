"""Content: what videos are about, in which languages, from where, and what is rising.

Rising is told by a robust score against the weeks before. Counts are made to vary alike by twice
the square root (F. J. Anscombe, "The transformation of Poisson, binomial and negative-binomial
data", Biometrika 35, 1948, 246-254), set against the name's own median share of all uploads, and
measured in 1.4826 median absolute deviations of the earlier weeks, but never less than chance.
"""

import numpy as np
import polars as pl

from dashboard.access.reader import Reach
from dashboard.slices import Slice, Span
from dashboard.velocity.question import ONE_DAY, Question
from dashboard.velocity.survival import Floats
from dashboard.warehouse.engine import Warehouse

EARLIER_WEEKS = 8
"""How many weeks before the last one say what is usual."""
FEWEST_ROWS = 10
"""A name with fewer rows in the last week is not scored: its share is mostly chance."""
_WEEK_DAYS = 7
_NORMAL = 1.4826


def uploads_by_category(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What the span's uploads are about, and how that changed; null where the data does not say.

    One row per category: ``category``, ``uploads_a_day``, ``before`` (in the compared span; null
    where no day of it has data), ``change`` and ``share`` of all uploads (Float64), most first.
    """
    return _by(warehouse, chosen, reach, "category")


def uploads_by_language(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The same by ``language``."""
    return _by(warehouse, chosen, reach, "language")


def uploads_by_country(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The same by ``country``; countries add up to the whole."""
    return _by(warehouse, chosen, reach, "country")


def rising(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Categories and hashtags by how far the last week of the span is above their weeks before.

    One row per name with FEWEST_ROWS rows in that week: ``kind`` (category or hashtag), ``name``,
    ``uploads`` (of the week, Int64), ``share`` and ``usual_share`` of all uploads (the median of
    the EARLIER_WEEKS before), ``times`` (their ratio, null for what is new) and ``score`` (Float64;
    above 3 is more than chance), highest score first. No row when these weeks reach back before
    the data.
    """
    question = Question(warehouse, chosen, reach)
    until = question.seen.until
    weeks = Span(until - (EARLIER_WEEKS + 1) * _WEEK_DAYS * ONE_DAY, until)
    if question.is_empty or not question.is_whole(question.seen.last_day, weeks.length_days):
        return pl.DataFrame(schema=_RISING)
    total = _totals(question, weeks)
    found = [
        row
        for kind in ("category", "hashtag")
        for row in _scored(question, kind, _asked(question, kind, weeks), total)
    ]
    frame = pl.DataFrame(found, schema=_RISING, orient="row")
    return frame.sort(["score", "name"], descending=[True, False])


def scores(weeks: Floats, total: Floats) -> tuple[Floats, Floats]:
    """How far the last week of each name is above what is usual for it, and its usual share.

    ``weeks`` are names x weeks of counts, ``total`` the uploads of each week, more than none.
    """
    usual = np.median(weeks[:, :-1] / total[:-1], axis=1)
    expected = usual[:, None] * total
    off = 2 * (np.sqrt(weeks + 0.375) - np.sqrt(expected + 0.375))
    middle = np.median(off[:, :-1], axis=1)
    spread = _NORMAL * np.median(np.abs(off[:, :-1] - middle[:, None]), axis=1)
    score: Floats = (off[:, -1] - middle) / np.maximum(spread, 1.0)
    return score, usual


def _by(warehouse: Warehouse, chosen: Slice, reach: Reach, name: str) -> pl.DataFrame:
    now, before = (
        _counted(Question(warehouse, each, reach), name) for each in (chosen, chosen.compared)
    )
    both = now.join(before, on=name, how="full", coalesce=True, nulls_equal=True, suffix="_before")
    known = None if before.is_empty() else pl.col("uploads_a_day_before").fill_null(0.0)
    value = pl.col("uploads_a_day").fill_null(0.0)
    total = value.sum()
    return (
        both.lazy()
        .select(
            name,
            uploads_a_day=value,
            before=pl.lit(None, pl.Float64) if known is None else known,
            share=value / pl.when(total > 0).then(total),
        )
        .with_columns(change=pl.col("uploads_a_day") - pl.col("before"))
        .select(name, "uploads_a_day", "before", "change", "share")
        .sort(["uploads_a_day", name], descending=[True, False])
        .collect()
    )


def _counted(question: Question, name: str) -> pl.DataFrame:
    """The mean day's uploads of each name over the part of the span seen."""
    rows = question.warehouse.read(
        f"velocity/span_uploads_by_{name}", question.scope, **question.instants(question.seen)
    )
    days = max(question.seen.length_days, 1)
    return rows.select(name, uploads_a_day=pl.col("uploads") * question.weight / days)


def _asked(question: Question, kind: str, weeks: Span) -> pl.DataFrame:
    return question.warehouse.read(
        f"velocity/day_uploads_by_{kind}", question.scope, **question.instants(weeks)
    )


def _totals(question: Question, weeks: Span) -> Floats:
    """All uploads of each week, in sample rows."""
    rows = question.warehouse.read(
        "velocity/day_uploads", question.scope, zone=question.zone, **question.instants(weeks)
    )
    week = (rows["day"] - weeks.since).dt.total_days().to_numpy() // _WEEK_DAYS
    total = np.bincount(week, rows["uploads"].to_numpy(), EARLIER_WEEKS + 1)
    return np.maximum(total.astype(np.float64), 1.0)


def _scored(
    question: Question, kind: str, rows: pl.DataFrame, total: Floats
) -> list[tuple[str, str, int, float, float, float | None, float]]:
    names = rows["name"].unique().sort()
    code = rows["name"].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    # Where clocks changed, days of 24 hours reach an hour beyond the last week.
    week = np.minimum(rows["day_number"].to_numpy() // _WEEK_DAYS, EARLIER_WEEKS)
    cells = code * (EARLIER_WEEKS + 1) + week
    counts = np.bincount(cells, rows["uploads"].to_numpy(), len(names) * (EARLIER_WEEKS + 1))
    weeks = counts.astype(np.float64).reshape(len(names), EARLIER_WEEKS + 1)
    score, usual = scores(weeks, total)
    share = weeks[:, -1] / total[-1]
    return [
        (kind, name, int(count) * question.weight, float(now), float(was),
         float(now / was) if was else None, float(each))
        for name, count, now, was, each in zip(names, weeks[:, -1], share, usual, score,
                                               strict=True)
        if count >= FEWEST_ROWS
    ]  # fmt: skip


_RISING: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "name": pl.String(),
    "uploads": pl.Int64(),
    **dict.fromkeys(("share", "usual_share", "times", "score"), pl.Float64()),
}
