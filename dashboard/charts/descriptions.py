"""Drawings in words: the latest value, the change, the extremes, and what happened meanwhile."""

from collections.abc import Sequence

import polars as pl

from dashboard.charts.drawing import Measure
from dashboard.charts.marks import Mark, MarkKind
from dashboard.charts.numbers import Unit, long_day, relative_change, signed, signed_share, written


def latest(frame: pl.DataFrame, measure: Measure) -> str:
    """Where a measure over ``day`` stood at its last complete period, and how it came there."""
    known = _known(frame, measure)
    if known.is_empty():
        return f"{measure.label} is not known for any complete period of this span."
    values, days = known[measure.column], known["day"]
    said = f"{measure.label} {written(values[-1], measure.unit)} on {long_day(days[-1])}"
    if len(values) < 2:
        return f"{said}."
    return f"{said}, {_change(values, measure.unit)} since {long_day(days[0])}."


def extremes(frame: pl.DataFrame, measure: Measure) -> str:
    """The highest and the lowest value of a measure over ``day``, each with its day."""
    known = _known(frame, measure)
    if known.is_empty():
        return ""
    values, days = known[measure.column], known["day"]
    high, low = values.arg_max() or 0, values.arg_min() or 0
    return (
        f"{measure.label} between {written(values[low], measure.unit)} on {long_day(days[low])} "
        f"and {written(values[high], measure.unit)} on {long_day(days[high])}."
    )


def happenings(marks: Sequence[Mark]) -> str:
    """The incidents drawn, in words; nothing when there are none."""
    incidents = [mark for mark in marks if mark.kind is MarkKind.INCIDENT]
    if not incidents:
        return ""
    named = "; ".join(f"{mark.title}, {_when(mark)}" for mark in incidents)
    return f"Incidents shown: {named}."


def in_words(*sentences: str) -> str:
    """Sentences as one text, the empty ones left out."""
    return " ".join(sentence for sentence in sentences if sentence)


def listed(names: Sequence[str], texts: Sequence[str], *, count: int = 3) -> str:
    """The first few names, each with its text, as a list in words."""
    return ", ".join(
        f"{name} {text}" for name, text in list(zip(names, texts, strict=True))[:count]
    )


def _known(frame: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    known = frame.drop_nulls(measure.column)
    return known.filter("is_complete") if "is_complete" in known.columns else known


def _change(values: pl.Series, unit: Unit) -> str:
    if unit is Unit.SHARE:
        return signed(values[-1] - values[0], unit)
    return signed_share(relative_change(values[-1], values[0]))


def _when(mark: Mark) -> str:
    return f"since {long_day(mark.since)}" if mark.until is None else f"from {long_day(mark.since)}"
