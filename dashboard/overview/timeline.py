"""The platform's whole life on one line: its people, and what it became."""

from datetime import timedelta

import polars as pl

from dashboard.access.reader import Reach
from dashboard.growth.reads import active_people
from dashboard.incidents.reads import milestones
from dashboard.slices import Grain, Slice, Span
from dashboard.warehouse.engine import Warehouse

_ONE_DAY = timedelta(days=1)
_SCHEMA = pl.Schema(
    {
        "kind": pl.String(),
        "day": pl.Date(),
        "mau_28": pl.Int64(),
        "title": pl.String(),
        "is_complete": pl.Boolean(),
    }
)


def timeline(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """MAU at the end of each month of all that was known as of the choice, and every milestone.

    One row per month, ``kind`` being people, with ``day``, ``mau_28`` and ``is_complete``; and one
    per milestone, with its own ``kind``, ``day`` (its first) and ``title``. In the order of days.
    """
    life = whole_life(warehouse, chosen)
    months = active_people(warehouse, life, reach).select(
        pl.lit("people").alias("kind"), "day", "mau_28", pl.lit(None).alias("title"), "is_complete"
    )
    stones = milestones(warehouse, life, reach).select(
        "kind", pl.col("since").alias("day"), pl.lit(None).alias("mau_28"), "title",
        pl.lit(value=True).alias("is_complete"),
    )  # fmt: skip
    return pl.concat([months.cast(_SCHEMA), stones.cast(_SCHEMA)]).sort("day", "kind", "title")


def whole_life(warehouse: Warehouse, chosen: Slice) -> Slice:
    """The same places over every day that was complete as of the choice, month by month."""
    until = warehouse.complete_until(chosen.as_of)
    first = warehouse.first_day("user_days") or until
    return Slice(
        Span(min(first, until), until), chosen.as_of, chosen.countries, chosen.platforms,
        asked_grain=Grain.MONTH,
    )  # fmt: skip
