"""Creators: who publishes, began, came back and stopped, how unequal they are, what they get."""

from datetime import date
from math import ceil

import numpy as np
import polars as pl

from dashboard.access.reader import Reach
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice
from dashboard.velocity.question import ONE_DAY, Question
from dashboard.velocity.survival import Floats, Whole
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.retention import curve_of, retention_cells

INCENTIVE = "incentive"
"""A stream of payouts with this word in its name is paid to win creators, not for their videos."""
_TOP_SHARES = (0.01, 0.1)


def creators(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """How the creators of a month changed from the end of each period to the end of the next.

    One row per period: ``day`` (its last), ``creators_before``, ``creators`` (published in the 28
    days that end then), ``new`` (published for the first time on the platform since), ``returning``
    (had published before, not in the month before), ``lapsed`` (no longer in the month) and
    ``retained``, all Int64, and ``is_complete``, which the rows of the data's own first month are
    not. For every row creators - creators_before = new + returning - lapsed.
    """
    question = Question(warehouse, chosen, reach)
    parts = question.periods()
    days = [question.seen.since - ONE_DAY, *(part.last_day for part in parts)]
    flows = question.creators.accounting(days, MONTH_DAYS)
    names = {"people_before": "creators_before", "people": "creators", "new": "new",
             "resurrected": "returning", "churned": "lapsed", "retained": "retained"}  # fmt: skip
    whole = [
        part.is_complete and question.is_whole(part.span.since - ONE_DAY, MONTH_DAYS)
        for part in parts
    ]
    return flows.select(
        "day", *(pl.col(old).alias(new) * question.weight for old, new in names.items())
    ).with_columns(is_complete=pl.Series(whole, dtype=pl.Boolean))


def creator_retention(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The share of each cohort of creators that published again in each later period.

    A cohort is the people whose first video was published in a calendar period. One row per cohort
    and period: ``cohort`` and ``period`` (first days), ``step``, ``size``, ``people``,
    ``people_since`` (then or later; Int64), ``share``, ``share_since`` (Float64) and
    ``is_complete``.
    """
    question = Question(warehouse, chosen, reach)
    return retention_cells(
        question.creators, chosen, question.seen,
        weight=question.weight, complete_until=question.complete_until,
    )  # fmt: skip


def creator_retention_curve(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Retention of creators over all cohorts old enough to have reached each step.

    One row per step: ``step``, ``grain``, ``cohorts``, ``at_risk`` (creators in them), ``share``,
    ``share_since`` (Float64) and ``is_complete``.
    """
    return curve_of(creator_retention(warehouse, chosen, reach), chosen)


def concentration(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """How much of what was uploaded, and of what that was watched, falls to the largest creators.

    One row for ``uploads`` and one for ``views``, none without an upload: ``measure``,
    ``creators`` (Int64, of the sample and weighted), ``top_1_share`` and ``top_10_share`` (what the
    largest 1 and 10 per cent of them have, at least one creator) and ``gini`` (0 where all have
    alike, near 1 where one has all; Float64).
    """
    question = Question(warehouse, chosen, reach)
    instants = question.instants(question.seen)
    days = {"first_day": question.seen.since, "last_day": question.seen.last_day}
    asked = {
        "uploads": warehouse.read("velocity/span_creators_by_uploads", question.scope, **instants),
        "views": warehouse.read(
            "velocity/span_creators_by_views", question.scope, **days, **instants
        ),
    }
    rows = [
        (measure, int(rows["creators"].sum()) * question.weight, *_unequal(rows))
        for measure, rows in asked.items()
        if rows["amount"].sum()
    ]
    return pl.DataFrame(rows, schema=_CONCENTRATION, orient="row")


def payouts(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What creators were paid, beside how many there were, in each period of the span.

    One row per period: ``day`` (its last), ``paid_usd_a_day`` and ``incentives_usd_a_day`` (means
    of its days; incentives are the streams named so, and are not in the first), ``creators`` (of
    the 28 days that end then; Int64, null while they reach back before the data),
    ``paid_usd_per_creator`` (both together, of a month of such days; Float64, null without
    creators) and ``is_complete``.
    """
    question = Question(warehouse, chosen, reach)
    parts = question.periods()
    paid, incentives = _paid(question)
    counts = question.creator_counts([part.last_day for part in parts])
    rows = []
    for part, count in zip(parts, counts, strict=True):
        usual, extra = (
            sum(of.get(day, 0.0) for day in part.span.days()) / part.span.length_days
            for of in (paid, incentives)
        )
        each = (usual + extra) * MONTH_DAYS / count if count else None
        rows.append((part.last_day, usual, extra, count, each, part.is_complete))
    return pl.DataFrame(rows, schema=_PAYOUTS, orient="row")


def _unequal(rows: pl.DataFrame) -> tuple[float, ...]:
    amounts = rows["amount"].to_numpy().astype(np.float64)
    creators = rows["creators"].to_numpy()
    return (
        *(top_share(amounts, creators, share) for share in _TOP_SHARES),
        gini(amounts, creators),
    )


def top_share(amounts: Floats, creators: Whole, share: float) -> float:
    """What the largest ``share`` of creators have; ``creators`` have each of the rising amounts."""
    count = ceil(float(creators.sum()) * share - 1e-9)
    from_top = creators[::-1]
    ahead = np.cumsum(from_top) - from_top
    taken = np.clip(count - ahead, 0, from_top)
    return float((taken * amounts[::-1]).sum() / (amounts * creators).sum())


def gini(amounts: Floats, creators: Whole) -> float:
    """Gini's coefficient of rising amounts that so many creators have each.

    G = 2 sum(i x_i) / (n sum(x)) - (n + 1) / n over all n creators, i their rank from 1: C. Gini,
    "Variabilita e mutabilita" (1912), in the form of A. Sen, "On Economic Inequality" (1973).
    """
    last = np.cumsum(creators, dtype=np.float64)
    ranks = (last - creators + 1 + last) / 2 * creators
    count = float(last[-1])
    total = float((amounts * creators).sum())
    return float(2 * (ranks * amounts).sum() / (count * total) - (count + 1) / count)


def _paid(question: Question) -> tuple[dict[date, float], dict[date, float]]:
    """USD by day: what was paid, and the incentives."""
    seen = question.seen
    rows = question.warehouse.read(
        "velocity/day_creator_payouts", question.scope, since=seen.since, until=seen.until
    )
    paid: dict[date, float] = {}
    incentives: dict[date, float] = {}
    for day, stream, usd in rows.iter_rows():
        of = incentives if INCENTIVE in stream else paid
        of[day] = of.get(day, 0.0) + usd
    return paid, incentives


_CONCENTRATION: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "creators": pl.Int64(),
    **dict.fromkeys(("top_1_share", "top_10_share", "gini"), pl.Float64()),
}
_PAYOUTS: dict[str, pl.DataType] = {
    "day": pl.Date(),
    "paid_usd_a_day": pl.Float64(),
    "incentives_usd_a_day": pl.Float64(),
    "creators": pl.Int64(),
    "paid_usd_per_creator": pl.Float64(),
    "is_complete": pl.Boolean(),
}
