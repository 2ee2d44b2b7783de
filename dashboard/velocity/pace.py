"""Pace: how much is uploaded, by the day and by the head, and how much is watched beside it."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate

import polars as pl

from dashboard.access.reader import Reach
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice, Span
from dashboard.velocity.question import ONE_DAY, Question
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.sampling import mean_of_days, sum_interval

MINUTES_A_DAY = 1440
_SECONDS_AN_HOUR = 3600


def uploads(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Videos whose upload began on each day of the span, as many as the platform had.

    One row per day with any: ``day`` and ``uploads`` (Int64). Nobody uploads from a platform in
    the data, so that a choice of platforms has none.
    """
    question = Question(warehouse, chosen, reach)
    return _uploads(question, question.seen)


def uploads_a_day(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The mean uploads of a day over the complete days of the span, with its interval.

    One row: ``value``, ``low`` and ``high`` (95 per cent; null where everything was counted), all
    Float64 and null when no day of the span was complete.
    """
    question = Question(warehouse, chosen, reach)
    query = "velocity/span_uploads_by_creator"
    row = warehouse.read(query, question.scope, **question.instants(question.seen)).row(
        0, named=True
    )
    interval = sum_interval(row["uploads"], row["squared_uploads"], question.weight)
    return mean_of_days(question.seen.length_days, row["uploads"] * question.weight, interval)


def pace(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Uploads by the day, by the minute and by the head, and creators, in each period of the span.

    One row per period: ``day`` (its last), ``uploads_a_day`` (mean of its days),
    ``uploads_a_minute``, ``uploads_per_creator`` and ``uploads_per_mau`` (videos of the 28 days
    that end on ``day`` for each person who published, and who was active, in them; Float64),
    ``active_creators`` (of these 28 days; Int64) and ``is_complete``. What needs 28 days is null
    while they reach back before the data; a ratio is null when nobody is there.
    """
    question = Question(warehouse, chosen, reach)
    parts = question.periods()
    uploaded = _Sums(question)
    ends = [part.last_day for part in parts]
    means = [uploaded.mean(part.span) for part in parts]
    months = [uploaded.month(day) for day in ends]
    creators, people = question.creator_counts(ends), question.people_counts(ends)
    rows = [
        (part.last_day, mean, mean / MINUTES_A_DAY, _per(month, who), _per(month, everyone), who,
         part.is_complete)
        for part, mean, month, who, everyone in zip(
            parts, means, months, creators, people, strict=True
        )
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_PACE, orient="row")


def supply_and_demand(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """New videos beside the time spent watching, in each period of the span.

    One row per period: ``day`` (its last), ``uploads_a_day`` and ``watch_hours_a_day`` (means of
    its days), ``videos_per_1000_hours`` (Float64, null when nobody watched) and ``is_complete``.
    """
    question = Question(warehouse, chosen, reach)
    uploaded, watched = _Sums(question), _watch_hours(question)
    rows = []
    for part in question.periods():
        hours = [watched[day] for day in part.span.days() if day in watched]
        mean = sum(hours) / len(hours) if hours else None
        supply = uploaded.mean(part.span)
        ratio = 1000 * supply / mean if mean else None
        rows.append((part.last_day, supply, mean, ratio, part.is_complete))
    return pl.DataFrame(rows, schema=_SUPPLY, orient="row")


def _uploads(question: Question, span: Span) -> pl.DataFrame:
    rows = question.warehouse.read(
        "velocity/day_uploads", question.scope, zone=question.zone, **question.instants(span)
    )
    return rows.with_columns(pl.col("uploads") * question.weight)


class _Sums:
    """Uploads of the days of a question and of the month before them, summed over any span."""

    def __init__(self, question: Question) -> None:
        self._since = question.seen.since - MONTH_DAYS * ONE_DAY
        span = Span(self._since, question.seen.until)
        by_day: dict[date, int] = dict(_uploads(question, span).iter_rows())
        self._until_then = list(accumulate((by_day.get(d, 0) for d in span.days()), initial=0))

    def mean(self, span: Span) -> float:
        """The mean day of a span that is not empty."""
        return self._sum(span) / span.length_days

    def month(self, day: date) -> int:
        """The uploads of the 28 days that end on a day."""
        return self._sum(Span(day + ONE_DAY - MONTH_DAYS * ONE_DAY, day + ONE_DAY))

    def _sum(self, span: Span) -> int:
        first, end = ((day - self._since).days for day in (span.since, span.until))
        return self._until_then[end] - self._until_then[first]


def _watch_hours(question: Question) -> dict[date, float]:
    """Hours watched by day, as many as the platform had; days without rows are unknown."""
    seen = question.seen
    rows = question.warehouse.read(
        "growth/daily_activity", question.scope, since=seen.since, until=seen.until
    )
    hours: Sequence[float] = [
        seconds / _SECONDS_AN_HOUR * question.people_weight for seconds in rows["watch_seconds"]
    ]
    return dict(zip(rows["day"].to_list(), hours, strict=True))


def _per(amount: int, people: int | None) -> float | None:
    return amount / people if people else None


_PACE: dict[str, pl.DataType] = {
    "day": pl.Date(),
    "uploads_a_day": pl.Float64(),
    "uploads_a_minute": pl.Float64(),
    "uploads_per_creator": pl.Float64(),
    "uploads_per_mau": pl.Float64(),
    "active_creators": pl.Int64(),
    "is_complete": pl.Boolean(),
}
_SUPPLY: dict[str, pl.DataType] = {
    "day": pl.Date(),
    "uploads_a_day": pl.Float64(),
    "watch_hours_a_day": pl.Float64(),
    "videos_per_1000_hours": pl.Float64(),
    "is_complete": pl.Boolean(),
}
