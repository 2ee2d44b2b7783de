"""What an argument may be, each with a sentence for what may not."""

import re
from argparse import ArgumentTypeError
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_YEARS = range(1970, 2101)
"""Years that a platform has days in, with room to look back and ahead from each of them."""


def a_day(text: str) -> date:
    """A calendar day of the years 1970 to 2100, as in 2020-06-29."""
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise ArgumentTypeError(f"{text!r} is no day; write it as 2020-06-29") from wrong
    _refuse_far_years(text, day)
    return day


def an_instant(text: str) -> datetime:
    """An instant; without a zone it is UTC, and a day alone is the midnight it begins with."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise ArgumentTypeError(
            f"{text!r} is no instant; write it as 2020-06-29 or 2020-06-29T14:00+00:00"
        ) from wrong
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def a_day_or_instant(text: str) -> date | datetime:
    """A day alone, or an instant, of the years 1970 to 2100; without a zone it is UTC."""
    try:
        moment: date | datetime = date.fromisoformat(text)
    except ValueError:
        moment = an_instant(text)
    _refuse_far_years(text, moment)
    return moment


def a_count(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def a_zone(text: str) -> str:
    """The name of a time zone, as in Asia/Kolkata."""
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError) as wrong:
        raise ArgumentTypeError(f"{text!r} is no time zone; write it as Asia/Kolkata") from wrong


def a_list(text: str) -> frozenset[str]:
    """Words with commas between them; at least one."""
    words = frozenset(word.strip() for word in text.split(",") if word.strip())
    if not words:
        raise ArgumentTypeError("name at least one, with commas between several")
    return words


def platforms(text: str) -> frozenset[str]:
    """Names of platforms with commas between them; at least one."""
    names = a_list(text)
    wrong = sorted(name for name in names if not re.fullmatch(r"[a-z][a-z0-9_-]*", name))
    if wrong:
        raise ArgumentTypeError(
            f"{wrong[0]!r} is no name of a platform; write it in lower case, as in ios or android"
        )
    return names


def _refuse_far_years(text: str, day: date) -> None:
    if day.year not in _YEARS:
        raise ArgumentTypeError(
            f"{text!r} lies outside the years {_YEARS[0]} to {_YEARS[-1]}; name a day within them"
        )


def a_name(text: str) -> str:
    """A name that needs no quotes in SQL."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise ArgumentTypeError(f"{text!r} is no name of letters, digits and underscores")
    return text
