"""Views: how much the people in scope watched."""

import polars as pl

from dashboard.access.reader import Reach
from dashboard.growth.question import Question
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.sampling import mean_of_days, sum_interval


def views(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Videos watched on each complete day of the span: ``day`` and ``views`` (Int64)."""
    question = Question(warehouse, chosen, reach)
    seen = question.seen
    rows = warehouse.read(
        "growth/daily_activity", question.scope, since=seen.since, until=seen.until
    )
    return rows.select("day", pl.col("views") * question.weight)


def views_a_day(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The mean views of a day over the complete days of the span, with its interval.

    One row: ``value``, ``low`` and ``high`` (95 per cent; null where everything was counted), all
    Float64 and null when no day of the span was complete.
    """
    question = Question(warehouse, chosen, reach)
    seen = question.seen
    row = warehouse.read(
        "growth/span_views_by_person", question.scope, since=seen.since, until=seen.until
    ).row(0, named=True)
    interval = sum_interval(row["views"], row["squared_views"], question.weight)
    return mean_of_days(seen.length_days, row["views"] * question.weight, interval)
