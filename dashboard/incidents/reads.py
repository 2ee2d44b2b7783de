"""What happened to the platform: incidents, phases and changes in force, as marks on time."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.access.reader import Reach
from dashboard.incidents.expected import expected_uploads
from dashboard.incidents.surprises import surprises
from dashboard.slices import Scope, Slice, Span
from dashboard.warehouse.engine import Warehouse

__all__ = ["expected_uploads", "marks", "milestones", "surprises"]

_RELEASES = "ranking"
MARKS = pl.Schema(
    {
        "kind": pl.String(),
        "id": pl.String(),
        "title": pl.String(),
        "since": pl.Datetime("us", "UTC"),
        "until": pl.Datetime("us", "UTC"),
        "countries": pl.List(pl.String),
        "detail": pl.String(),
    }
)


def marks(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Everything that happened during the span and touches the countries in scope.

    One row per mark: ``kind`` (incident, phase, measure, or change, which is
    a release of the ranking), ``id``, ``title``, ``since``, ``until``
    (null while it goes on), ``countries`` (null for all) and ``detail``; in order of ``since``.
    """
    scope = reach.scope(chosen)
    found = (
        _incidents(warehouse, chosen.span, scope),
        _phases(warehouse, chosen.span, scope),
        _changes(warehouse, chosen.span, scope),
    )
    return pl.concat(found).sort("since", "kind", "id")


def milestones(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What the platform became during the span: features, growth drivers, challenges, the stack.

    One row per milestone: ``milestone_id``, ``kind``, ``phase``, ``title``, ``since``, ``until``
    (null while it holds), ``detail`` (null) and ``source``; in order of ``since``.
    """
    span = chosen.span
    return warehouse.read(
        "incidents/milestones", reach.scope(chosen), since=span.since, until=span.until
    )


def _incidents(warehouse: Warehouse, span: Span, scope: Scope) -> pl.DataFrame:
    rows = warehouse.read("incidents/incidents", scope, **_instants(warehouse, span))
    return _as_marks(rows, "incident", "incident_id", ("started_at", "ended_at"), "impact")


def _phases(warehouse: Warehouse, span: Span, scope: Scope) -> pl.DataFrame:
    rows = warehouse.read("incidents/phases", scope, since=span.since, until=span.until)
    nowhere = pl.lit(None, dtype=pl.List(pl.String)).alias("countries")
    return _as_marks(
        rows.with_columns(nowhere), "phase", "milestone_id", ("since", "until"), "detail"
    )


def _changes(warehouse: Warehouse, span: Span, scope: Scope) -> pl.DataFrame:
    rows = warehouse.read("incidents/applied_changes", scope, **_instants(warehouse, span))
    found = _as_marks(rows, "change", "change_id", ("applied_at", "ended_at"), "action")
    # Releases of the ranking come every few days; what was done to the platform is seldom.
    is_release = rows["kind"] == _RELEASES
    return found.with_columns(kind=pl.when(is_release).then("kind").otherwise(pl.lit("measure")))


def _as_marks(
    rows: pl.DataFrame, kind: str, key: str, ends: tuple[str, str], detail: str
) -> pl.DataFrame:
    return rows.select(
        kind=pl.lit(kind),
        id=pl.col(key),
        title=pl.col("title"),
        since=pl.col(ends[0]).cast(MARKS["since"]),
        until=pl.col(ends[1]).cast(MARKS["until"]),
        countries=pl.col("countries"),
        detail=pl.col(detail),
    ).cast(MARKS)


def _instants(warehouse: Warehouse, span: Span) -> dict[str, datetime]:
    """The first instant of the span and the first after it, in the reporting zone."""
    zone = ZoneInfo(warehouse.reporting_time_zone)
    return {"since": _midnight(span.since, zone), "until": _midnight(span.until, zone)}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
