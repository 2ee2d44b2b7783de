"""How numbers and days are written on screen."""

import math
from datetime import date
from enum import StrEnum

UNKNOWN = "n/a"
MINUS = "\N{MINUS SIGN}"
_BYTES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_HOUR = 3600
_SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))


class Unit(StrEnum):
    """What a number counts, which decides how it is written."""

    PEOPLE = "people"
    VIDEOS = "videos"
    VIEWS = "views"
    COUNT = "count"
    SECONDS = "time"
    SHARE = "share"
    RATIO = "ratio"
    DAYS = "days"
    USD = "usd"
    BYTES = "bytes"


def compact(value: float | None) -> str:
    """A count in at most three figures and a letter: 1.2B, 345M, 12.3K, 999."""
    if value is None or math.isnan(value):
        return UNKNOWN
    size = float(f"{abs(value):.3g}")
    scale, letter = next((s for s in _SCALES if size >= s[0]), (1.0, ""))
    return _sign(value) + _short(size / scale) + letter


def exact(value: float | None) -> str:
    """A count in full, its thousands apart: 1,203,400,000."""
    return UNKNOWN if value is None else f"{_sign(value)}{abs(value):,.0f}"


def per_cent(share: float | None, figures: int = 1) -> str:
    """A share from 0 to 1 written per cent: 0.634 is 63.4%."""
    if share is None or math.isnan(share):
        return UNKNOWN
    return f"{_sign(round(share, figures + 2))}{abs(share):.{figures}%}"


def dollars(value: float | None) -> str:
    """An amount in US dollars: $0.248 below ten dollars, else as a count is: $300M."""
    if value is None or math.isnan(value):
        return UNKNOWN
    size = f"{abs(value):.3f}" if 0 < abs(value) < 10 else compact(abs(value))
    return f"{_sign(value)}${size}"


def amount_of_bytes(value: float | None) -> str:
    """An amount of data, a thousand bytes to the kilobyte: 50 PB, 28 PB, 1.4 PB."""
    if value is None or math.isnan(value):
        return UNKNOWN
    size = float(f"{abs(value):.3g}")
    scale, letter = next((s for s in _BYTES if size >= s[0]), (1.0, ""))
    return f"{_sign(value)}{_short(size / scale)} {letter}B"


def duration(seconds: float | None) -> str:
    """A length of time in at most two units: 52 s, 1 min 44 s, 5 h 10 min, 1.9 days."""
    if seconds is None or math.isnan(seconds):
        return UNKNOWN
    size = round(abs(seconds))
    if size < 60:
        text = f"{size} s"
    elif size < _HOUR:
        text = f"{size // 60} min {size % 60} s"
    elif size < 24 * _HOUR:
        text = f"{size // _HOUR} h {size % _HOUR // 60} min"
    else:
        text = f"{size / (24 * _HOUR):.1f} days"
    return _sign(seconds) + text


def written(value: float | None, unit: Unit) -> str:
    """A value as its unit is written."""
    if unit is Unit.SECONDS:
        return duration(value)
    if unit is Unit.USD:
        return dollars(value)
    if unit is Unit.BYTES:
        return amount_of_bytes(value)
    if unit is Unit.SHARE:
        return per_cent(value)
    if unit is Unit.RATIO:
        return UNKNOWN if value is None else f"{value:.2f}"
    return compact(value)


def signed(value: float | None, unit: Unit) -> str:
    """A change with its sign. A change of a share is in points, not per cent."""
    if value is None:
        return UNKNOWN
    plus = "+" if value > 0 else ""
    if unit is Unit.SHARE:
        return f"{plus}{_sign(value)}{abs(value) * 100:.1f} pt"
    return plus + written(value, unit).replace("-", MINUS)


def relative_change(value: float | None, before: float | None) -> float | None:
    """How much a value grew, as a share of what it was; unknown when it was nothing."""
    if value is None or not before:
        return None
    return value / before - 1


def signed_share(share: float | None) -> str:
    """A relative change with its sign, per cent."""
    if share is None:
        return UNKNOWN
    return ("+" if share > 0 else "") + per_cent(share)


def long_day(day: date) -> str:
    """A day as it is spoken: 30 June 2020."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """A day where room is short: 30 Jun 2020."""
    return f"{day.day} {day:%b %Y}"


def span_text(since: date, last: date) -> str:
    """Both ends of a span, the parts they share written once: 1 to 28 June 2020."""
    if since == last:
        return short_day(since)
    if (since.year, since.month) == (last.year, last.month):
        return f"{since.day} \N{EN DASH} {short_day(last)}"
    first = f"{since.day} {since:%b}" if since.year == last.year else short_day(since)
    return f"{first} \N{EN DASH} {short_day(last)}"


def plural(count: int, one: str, many: str) -> str:
    """A count with its noun: 1 day, 2 days."""
    return f"{count:,} {one if count == 1 else many}"


def _sign(value: float) -> str:
    return MINUS if value < 0 else ""


def _short(value: float) -> str:
    text = f"{value:.3g}"
    return text if "e" not in text else f"{value:.0f}"
