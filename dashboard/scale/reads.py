"""Scale read from the warehouse: stated figures and headcount, as they held on a day."""

import polars as pl

from dashboard.access.reader import Reach
from dashboard.slices import Scope, Slice
from dashboard.warehouse.engine import Warehouse

__all__ = ["figures", "history"]

_ENGINEERS = "engineers"
_PEOPLE_UNIT = "people"


def history(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Every stated figure up to the end of the span.

    One row per metric and day it was stated for: ``metric`` (engineers among them), ``day``,
    ``value`` (Float64), ``unit``, ``source``. Raises OutsideReach for a reader who may not see the
    world.
    """
    until = min(chosen.span.until, warehouse.complete_until(chosen.as_of))
    scope = Scope(chosen.as_of, reach.countries, reach=reach.countries)
    stated = warehouse.read("scale/named_figures", scope, until=until)
    teams = warehouse.read("scale/headcount_by_team", scope, until=until)
    engineers = teams.filter(pl.col("team") == "engineering").select(
        metric=pl.lit(_ENGINEERS),
        day="day",
        value=pl.col("people").cast(pl.Float64),
        unit=pl.lit(_PEOPLE_UNIT),
        source="source",
    )
    return pl.concat([stated, engineers]).sort("metric", "day")


def figures(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Each stated figure as it held on the last day of the span.

    One row per metric: ``metric``, ``value``, ``before`` (as it held at the end of the compared
    span; null when it was not stated yet), ``since`` (the day it was stated for), ``unit`` and
    ``source``.
    """
    rows = history(warehouse, chosen, reach)
    before = rows.filter(pl.col("day") < chosen.compared.span.until)
    return (
        rows.group_by("metric", maintain_order=True)
        .last()
        .join(
            before.group_by("metric").agg(before=pl.col("value").last()),
            on="metric",
            how="left",
            maintain_order="left",
        )
        .select("metric", "value", "before", pl.col("day").alias("since"), "unit", "source")
    )
