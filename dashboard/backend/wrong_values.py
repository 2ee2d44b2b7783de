"""Wrong values: what is wrong with a field, in words for whoever filled it in."""

from collections.abc import Mapping

_MISSING = {"missing", "string_too_short", "too_short"}
"""Pydantic's names of errors that say of a form that a field was left empty."""


def said_of(wrong: Mapping[str, object]) -> str:
    """What an error of pydantic says, without its field; a field left empty is missing."""
    bounds = wrong.get("ctx")
    least = bounds.get("min_length", 1) if isinstance(bounds, Mapping) else 1
    if wrong.get("type") in _MISSING and least == 1:
        return "this is missing"
    return str(wrong.get("msg", "cannot be understood")).removeprefix("Value error, ")
