"""Periods of days: the calendar ones a span is drawn in, and the rolling month of a MAU."""

from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.slices import Grain, Span

MONTH_DAYS = 28
"""The days of a MAU's month: four whole weeks, so that no weekday weighs more than another."""


@dataclass(frozen=True, slots=True)
class Period:
    """The part of one calendar period that lies inside a span."""

    span: Span
    is_complete: bool

    @property
    def last_day(self) -> date:
        """The last day of the part."""
        return self.span.last_day


def periods(span: Span, grain: Grain, complete_until: date) -> list[Period]:
    """The calendar periods of a span, in order; none when it holds no complete day.

    Days from ``complete_until`` on are left out. A period is complete when all its calendar days
    lie inside the span and were complete.
    """
    seen = span.until_at_most(complete_until)
    found: list[Period] = []
    start = period_start(seen.since, grain)
    while start < seen.until:
        end = next_period(start, grain)
        part = Span(max(start, seen.since), min(end, seen.until))
        found.append(Period(part, part == Span(start, end)))
        start = end
    return found


def period_start(day: date, grain: Grain) -> date:
    """The first day of the calendar period that holds ``day``; weeks begin on Monday."""
    match grain:
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def next_period(start: date, grain: Grain) -> date:
    """The first day of the calendar period after the one that begins on ``start``."""
    match grain:
        case Grain.DAY:
            return start + timedelta(days=1)
        case Grain.WEEK:
            return start + timedelta(days=7)
        case Grain.MONTH:
            return (start + timedelta(days=31)).replace(day=1)
        case Grain.QUARTER:
            return (start + timedelta(days=92)).replace(day=1)


def cohort_grain(span: Span) -> Grain:
    """The step that gives a retention triangle of this span a readable number of cohorts."""
    for longest, grain in ((31, Grain.DAY), (190, Grain.WEEK), (800, Grain.MONTH)):
        if span.length_days <= longest:
            return grain
    return Grain.QUARTER
