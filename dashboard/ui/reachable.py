"""Reachable people: how many of a month's people no block in force keeps out, in a sentence."""

import polars as pl

from dashboard.charts.numbers import compact
from dashboard.countries import country_name

_FEW = 3


def reachable_in_words(frame: pl.DataFrame) -> str:
    """What a month's people come to without those who are closed out; nothing where nobody is.

    A 28-day MAU forgets them only after four weeks.
    """
    if frame.is_empty():
        return ""
    last = frame.row(-1, named=True)
    if not last["blocked"]:
        return ""
    named = [country_name(code) for code in last["blocked"][:_FEW]]
    more = len(last["blocked"]) - _FEW
    where = ", ".join(named) + (f" and {more} more" if more > 0 else "")
    return (
        f"Reachable MAU {compact(last['reachable'])} of {compact(last['people'])}: "
        f"without {where}, where a block is in force."
    )
