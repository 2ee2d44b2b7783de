"""What is outside its usual band on the last complete day, over all metrics and places together.

A surprise is a metric: the place that tells most of it, since when, how far off, what it explains
and what happened in that span. It must lie outside its band on its own and stand up among all that
was looked at on that day; it goes on while it stays outside on the same side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dashboard.access.reader import Reach
from dashboard.incidents.causes import Event, beside, events, learning
from dashboard.incidents.excursions import Excursion, Excursions, Part, excursions, kind, name
from dashboard.incidents.measured import WHOLE, Place, history
from dashboard.incidents.metrics import WORDS, Metric
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Scope, Slice
from dashboard.warehouse.engine import AudienceKind, Warehouse

SURPRISES = pl.Schema(
    {
        "metric": pl.String(),
        "since": pl.Date(),
        "day": pl.Date(),
        "over_days": pl.Int64(),
        "of_kind": pl.String(),
        "of_name": pl.String(),
        "observed": pl.Float64(),
        "expected": pl.Float64(),
        "change": pl.Float64(),
        "change_share": pl.Float64(),
        "z": pl.Float64(),
        "size": pl.Float64(),
        "slice_kind": pl.String(),
        "slice_name": pl.String(),
        "contribution_share": pl.Float64(),
        "also": pl.List(pl.String()),
        "event_kind": pl.String(),
        "event_id": pl.String(),
        "event_title": pl.String(),
        "unit": pl.String(),
    }
)
EXPLAINS_SHARE = 0.5
"""A place explains a change of the whole when at least this share of it happened there,"""
EXPLAINS_TIMES = 1.5
"""and so many times its share of what was expected: the largest place is not always the cause."""
_MOST_OTHERS = 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """The surprises of the last complete day, and how many series and days were looked at."""

    chosen: Slice
    day: date
    series_count: int
    surprises: pl.DataFrame
    history_days: int


def surprises(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What is outside its usual band on the last complete day as of the choice, largest first.

    One row per metric: ``metric``, ``since`` (first day of the excursion), ``day`` (the last one),
    ``over_days`` (1, or 7 for the week that ends on ``day``), ``of_kind`` and ``of_name`` (whose
    figures these are: whole for all of the scope, country or platform), ``observed``, ``expected``
    and ``change`` (in ``unit``, platform counts; people of a week are a mean per day),
    ``change_share`` (of expected), ``z`` (in scales of the band), ``size`` (below), ``slice_kind``
    and ``slice_name`` (the place that explains most; whole where none does), ``contribution_share``
    (its part of the change), ``also`` (other places outside their band), ``event_kind``,
    ``event_id`` and ``event_title`` (what happened in that span, null for nothing known). ``size``
    is the log ratio by which the whole scope's figure is off through this change alone, so that a
    small country that vanishes stays smaller than a dent in the world; z would favour whatever
    varies least.
    """
    return judgement(warehouse, chosen, reach).surprises


def judgement(warehouse: Warehouse, chosen: Slice, reach: Reach) -> Judgement:
    """The surprises of the last complete day, and among how many series they were found."""
    scope = reach.scope(chosen)
    past = history(warehouse, scope)
    if not past.series:
        none = pl.DataFrame(schema=SURPRISES)
        return Judgement(chosen, past.span.last_day, 0, none, past.span.length_days)
    learns = learning(warehouse, scope, past.span, [each.place for each in past.series])
    found = excursions(past, learns)
    known = events(warehouse, scope, past.span) if found.by_metric else []
    rows = [
        _row(_Story(warehouse, scope, found, known), tests) for tests in found.by_metric.values()
    ]
    frame = pl.DataFrame(rows, schema=SURPRISES, orient="row")
    largest_first = frame.sort("size", "metric", descending=[True, False])
    return Judgement(
        chosen, past.span.last_day, found.series_count, largest_first, past.span.length_days
    )


@dataclass(frozen=True, slots=True)
class _Story:
    """What a surprise is told from."""

    warehouse: Warehouse
    scope: Scope
    found: Excursions
    known: Sequence[Event]


def _row(story: _Story, tests: Sequence[Excursion]) -> dict[str, object]:
    """One row of SURPRISES from the excursions of one metric."""
    lead = min(tests, key=lambda test: (test.place != WHOLE, -test.impact, test.over_days))
    place, contribution = _explained(story, lead)
    others = [test for test in tests if test.place not in (WHOLE, lead.place, place)]
    event = beside(story.known, lead.since, lead.day, place)
    words = WORDS[lead.metric]
    weight = story.warehouse.weight(words.table)
    per_day = 1 if words.adds_up else lead.over_days
    observed, expected = (each * weight / per_day for each in (lead.observed, lead.expected))
    return {
        "metric": lead.metric.value, "since": lead.since, "day": lead.day,
        "over_days": lead.over_days, "of_kind": kind(lead.place), "of_name": name(lead.place),
        "observed": observed, "expected": expected, "change": observed - expected,
        "change_share": observed / expected - 1, "z": lead.z, "size": lead.impact,
        "slice_kind": kind(place), "slice_name": name(place), "contribution_share": contribution,
        "also": list(dict.fromkeys(name(test.place) for test in others))[:_MOST_OTHERS],
        "event_kind": event and event.kind, "event_id": event and event.event_id,
        "event_title": event and event.title, "unit": words.unit.value,
    }  # fmt: skip


def _explained(story: _Story, lead: Excursion) -> tuple[Place, float]:
    """The place that explains a change of the whole and its part of it; the whole, where none."""
    if lead.place != WHOLE:
        return lead.place, 1.0
    parts = story.found.parts(lead)
    if lead.metric is Metric.MONTHLY_ACTIVE:
        parts = _month_parts(story, lead)
    telling = [
        (part.contribution, part.place)
        for part in parts
        if part.contribution >= max(EXPLAINS_SHARE, EXPLAINS_TIMES * part.expected_share)
    ]
    contribution, place = max(telling, default=(1.0, WHOLE))
    return place, contribution


def _month_parts(story: _Story, lead: Excursion) -> list[Part]:
    """What each country adds to a change of the month's people, by where they were last seen.

    Expected of a country is what it had on the day before, grown as the whole was expected to.
    """
    audience = story.warehouse.audience(AudienceKind.ACTIVE, story.scope)
    before = lead.since - timedelta(days=1)
    places = audience.by_country([before, lead.day], MONTH_DAYS)
    counts = {(day, country): people for day, country, people in places.iter_rows()}
    total = sum(people for (day, _), people in counts.items() if day == before)
    if not total or lead.over_days > 1:
        return []
    grown, change = lead.expected / total, lead.observed - lead.expected
    return [
        Part((country, ""), (counts.get((lead.day, country), 0) - people * grown) / change,
             people / total)
        for (day, country), people in counts.items()
        if day == before
    ]  # fmt: skip
