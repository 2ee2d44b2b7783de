"""Elsewhere: what the data says was closed, which no rule of a control plane need have done."""

from datetime import UTC, datetime

import polars as pl

from dashboard.access.reader import Reach
from dashboard.slices import Scope
from dashboard.warehouse.engine import Warehouse

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_KIND = "geofence"


def told_by_data(warehouse: Warehouse, at: datetime, reach: Reach) -> pl.DataFrame:
    """Every geofence change that the data knew of at an instant, within reach, the newest first.

    One row per change and country: ``country`` (ISO 3166-1, null for every country), ``title``,
    ``does`` (in words, null where it is not told), ``since``, ``until`` (null for what was in force
    then) and ``change`` (its id).
    """
    scope = Scope(at, countries=reach.countries, reach=reach.countries)
    rows = warehouse.read("incidents/applied_changes", scope, since=_EVER, until=at)
    ours = rows.filter(pl.col("kind") == _KIND).explode("countries")
    if reach.countries is not None:
        seen = pl.col("countries").is_null() | pl.col("countries").is_in(sorted(reach.countries))
        ours = ours.filter(seen)
    return ours.select(
        pl.col("countries").alias("country"), "title", pl.col("action").alias("does"),
        pl.col("applied_at").alias("since"), pl.col("ended_at").alias("until"),
        pl.col("change_id").alias("change"),
    ).sort("since", "country", descending=[True, False])  # fmt: skip
