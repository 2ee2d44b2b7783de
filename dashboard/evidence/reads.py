"""Published claims as they are read: who said what, about which metric, place and period."""

import polars as pl

from dashboard.access.reader import Reach
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse

__all__ = ["claims"]


def claims(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """The claims that were known as of the choice and whose period touches its span.

    One row per claim, in order of ``metric``, ``since`` and ``grade``: ``claim_id``, ``metric``
    (named as our read where we have it), ``scope`` (global, a country's code or a region),
    ``period`` as published, ``since`` and ``until`` (days), ``value`` (Float64, null where nobody
    gave a figure), ``unit``, ``grade``, ``source`` and ``note``. Where countries are chosen, only
    the claims about them; nobody claims anything about platforms. Raises OutsideReach for a reader
    who may not see every country.
    """
    rows = warehouse.read(
        "evidence/claims_by_metric",
        reach.scope(chosen),
        since=chosen.span.since,
        until=chosen.span.until,
    )
    if chosen.countries is None:
        return rows
    return rows.filter(pl.col("scope").is_in(sorted(chosen.countries)))
