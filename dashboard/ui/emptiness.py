"""Why there is nothing to draw, and what to do about it."""

from datetime import date

from dashboard.charts.marks import Mark, MarkKind, in_scope
from dashboard.charts.numbers import long_day
from dashboard.countries import country_name
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse

_TABLE = "user_days"


def why_empty(warehouse: Warehouse, chosen: Slice, happened: tuple[Mark, ...]) -> str:
    """One sentence of reason and one of advice."""
    first, until = warehouse.first_day(_TABLE), warehouse.complete_until(chosen.as_of)
    if first is None:
        return "There is no activity in this warehouse yet. Ingest user_days to see it here."
    if until <= first:
        return nothing_complete(first)
    outside = _outside(chosen, first, until)
    if outside:
        return outside
    blocked = _blocked(chosen, happened)
    if blocked:
        return f"No one matches. {blocked}. Widen the span or clear the country."
    if chosen.countries or chosen.platforms:
        return f"There is too little of {_asked(chosen)} here. Widen the span or clear the filters."
    return "There is too little in this span to draw this. Choose a longer one."


def nothing_complete(first: date) -> str:
    """What is told while the first day of the data is still open."""
    return (
        f"No day is complete yet. {long_day(first)}, the first, is shown once a later day comes in "
        "or an ingest with --watermark says that it is whole."
    )


def _outside(chosen: Slice, first: date, until: date) -> str:
    if chosen.span.until <= first:
        return f"The data begins on {long_day(first)}. Choose a later span."
    if chosen.span.since >= until:
        return f"No day of this span was complete by {long_day(until)}. Choose an earlier span."
    return ""


def _blocked(chosen: Slice, happened: tuple[Mark, ...]) -> str:
    """The latest thing that befell the countries asked for during the span, and since when."""
    if not chosen.countries:
        return ""
    causes = [
        mark
        for mark in in_scope(happened, chosen.span, chosen.countries)
        if mark.kind is not MarkKind.PHASE and mark.countries
    ]
    return f"{causes[-1].title}, since {long_day(causes[-1].since)}" if causes else ""


def _asked(chosen: Slice) -> str:
    names = [country_name(code) for code in sorted(chosen.countries or ())]
    return ", ".join([*names, *sorted(chosen.platforms or ())])
