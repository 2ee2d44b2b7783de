"""Links that mean the same tomorrow: absolute dates, the as-of day and the data version."""

from datetime import timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from dashboard.countries import country_name
from dashboard.slices import Comparison, Slice
from dashboard.ui.choices import COMPARISONS, CUSTOM, VIEW, Key

ONE_DAY = timedelta(days=1)


def choice_query(chosen: Slice, zone: str = "UTC") -> list[tuple[str, str]]:
    """A choice as the parameters of an address: absolute dates, places, as-of day in the zone."""
    as_of = (chosen.as_of - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
    # While no day is complete there are no dates to name, and the version alone is pinned.
    dates = [chosen.span.since, chosen.span.last_day] if chosen.span.length_days else []
    shown = (
        (Key.SPAN, [CUSTOM] if dates else []),
        (Key.DATES, [day.isoformat() for day in dates]),
        (Key.COMPARE, _unless_usual(chosen.comparison)),
        (Key.COUNTRIES, [country_name(code) for code in sorted(chosen.countries or ())]),
        (Key.PLATFORMS, sorted(chosen.platforms or ())),
        (Key.AS_OF, [as_of.isoformat()]),
    )
    return [(key.value, text) for key, texts in shown for text in texts]


def pinned_link(
    page_url: str, chosen: Slice, *, version: int, view: str = "", zone: str = "UTC"
) -> str:
    """The address that shows this very choice over this version of the data, in this view."""
    pairs = [*choice_query(chosen, zone), (Key.VERSION.value, str(version))]
    open_view = [(VIEW, view)] if view else []
    parts = urlsplit(page_url)
    query = urlencode([*pairs, *open_view])
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def _unless_usual(comparison: Comparison) -> list[str]:
    return [] if comparison is Comparison.PREVIOUS else [COMPARISONS[comparison]]
