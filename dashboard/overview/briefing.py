"""The briefing: what surprised on the last complete day, in sentences with the slice to look at."""

import polars as pl

from dashboard.access.reader import Reach
from dashboard.incidents.sentences import Sentence, sentences
from dashboard.incidents.surprises import judgement
from dashboard.slices import Slice, listed
from dashboard.warehouse.engine import Warehouse

_SCHEMA: dict[str, pl.DataType] = {
    "text": pl.String(),
    "metric": pl.String(),
    "since": pl.Date(),
    "until": pl.Date(),
    "countries": pl.List(pl.String),
    "platforms": pl.List(pl.String),
}


def briefing(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Up to five sentences about the last complete day, the largest surprise first.

    One row per sentence: ``text``, ``metric`` (null for the one that says nothing surprised),
    and the slice in which it is seen: ``since``, ``until``, ``countries`` and ``platforms`` (null
    for all). The span of the choice changes nothing: surprise is judged at its as-of instant.
    """
    said = sentences(judgement(warehouse, chosen, reach))
    return pl.DataFrame([_row(each) for each in said], schema=_SCHEMA, orient="row")


def _row(said: Sentence) -> tuple[object, ...]:
    opens = said.opens
    return (
        said.text, said.metric and said.metric.value, opens.span.since, opens.span.until,
        listed(opens.countries), listed(opens.platforms),
    )  # fmt: skip
