"""Velocity read from the warehouse: what was uploaded, day by day and over a span."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.access.reader import Reach
from dashboard.slices import Slice, Span
from dashboard.warehouse.engine import Parameter, Warehouse
from dashboard.warehouse.sampling import mean_of_days, sum_interval

__all__ = ["uploads", "uploads_a_day"]

_TABLE = "uploads"


def uploads(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Videos whose upload began on each day of the span, as many as the platform had.

    One row per day with any: ``day`` and ``uploads`` (Int64). Nobody uploads from a platform in
    the data, so a choice of platforms changes nothing.
    """
    rows = warehouse.read(
        "velocity/day_uploads",
        reach.scope(chosen),
        zone=warehouse.reporting_time_zone,
        **_instants(warehouse, _complete(warehouse, chosen)),
    )
    return rows.with_columns(pl.col("uploads") * warehouse.weight(_TABLE))


def uploads_a_day(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The mean uploads of a day over the complete days of the span, with its interval.

    One row: ``value``, ``low`` and ``high`` (95 per cent; null where everything was counted), all
    Float64 and null when no day of the span was complete.
    """
    span = _complete(warehouse, chosen)
    query = "velocity/span_uploads_by_creator"
    row = warehouse.read(query, reach.scope(chosen), **_instants(warehouse, span)).row(
        0, named=True
    )
    weight = warehouse.weight(_TABLE)
    return mean_of_days(
        span.length_days, row["uploads"] * weight,
        sum_interval(row["uploads"], row["squared_uploads"], weight),
    )  # fmt: skip


def _instants(warehouse: Warehouse, span: Span) -> dict[str, Parameter]:
    """The first instant of the span and the first after it, in the reporting zone."""
    zone = ZoneInfo(warehouse.reporting_time_zone)
    since, until = (datetime.combine(day, time(), zone) for day in (span.since, span.until))
    return {"since": since, "until": until}


def _complete(warehouse: Warehouse, chosen: Slice) -> Span:
    """The days of the span that were complete, from the first with data on."""
    first = warehouse.first_day(_TABLE) or chosen.span.until
    seen = chosen.span.until_at_most(warehouse.complete_until(chosen.as_of))
    return Span(min(max(seen.since, first), seen.until), seen.until)
