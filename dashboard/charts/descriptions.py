"""Drawings in words: the latest value, the change, the extremes, and what happened meanwhile."""

from collections.abc import Sequence
from operator import itemgetter

import polars as pl

from dashboard.charts.columns import known_days
from dashboard.charts.drawing import Measure
from dashboard.charts.marks import Mark, MarkKind
from dashboard.charts.numbers import (
    UNKNOWN,
    Unit,
    long_day,
    relative_change,
    signed,
    signed_share,
    written,
)

_MANY_TIMES = 10
"""A growth so large is told as a multiple: nobody reads thousands of per cent."""


def latest(frame: pl.DataFrame, measure: Measure) -> str:
    """Where a measure over ``day`` stood at its last complete period, and how it came there."""
    known = known_days(frame, measure.column)
    if not known:
        return f"{measure.label} is not known for any complete period of this span."
    (first_day, first), (last_day, last) = known[0], known[-1]
    said = f"{measure.label} {written(last, measure.unit)} on {long_day(last_day)}"
    change = _change(first, last, measure.unit)
    if len(known) < 2 or change == UNKNOWN:
        return f"{said}."
    return f"{said}, {change} since {long_day(first_day)}."


def extremes(frame: pl.DataFrame, measure: Measure) -> str:
    """The highest and the lowest value of a measure over ``day``, each with its day."""
    known = known_days(frame, measure.column)
    if not known:
        return ""
    low_day, low = min(known, key=itemgetter(1))
    high_day, high = max(known, key=itemgetter(1))
    return (
        f"{measure.label} between {written(low, measure.unit)} on {long_day(low_day)} "
        f"and {written(high, measure.unit)} on {long_day(high_day)}."
    )


def happenings(marks: Sequence[Mark]) -> str:
    """The incidents drawn and the measures taken, in words; nothing when there are none."""
    return in_words(*(_named(marks, kind) for kind in (MarkKind.INCIDENT, MarkKind.MEASURE)))


def _named(marks: Sequence[Mark], kind: MarkKind) -> str:
    named = "; ".join(f"{mark.title}, {_when(mark)}" for mark in marks if mark.kind is kind)
    return f"{kind.value.capitalize()}s shown: {named}." if named else ""


def in_words(*sentences: str) -> str:
    """Sentences as one text, the empty ones left out."""
    return " ".join(sentence for sentence in sentences if sentence)


def listed(names: Sequence[str], texts: Sequence[str], *, count: int = 3) -> str:
    """The first few names, each with its text, as a list in words."""
    return ", ".join(
        f"{name} {text}" for name, text in list(zip(names, texts, strict=True))[:count]
    )


def _change(first: float, last: float, unit: Unit) -> str:
    if unit is Unit.SHARE:
        return signed(last - first, unit)
    if first > 0 and last / first >= _MANY_TIMES:
        return f"{last / first:,.0f} times as many"
    return signed_share(relative_change(last, first))


def _when(mark: Mark) -> str:
    return f"since {long_day(mark.since)}" if mark.until is None else f"from {long_day(mark.since)}"
