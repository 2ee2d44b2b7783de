"""Sentences: an impact as somebody reads it before approving it."""

from collections.abc import Iterator

from dashboard.geofence.conflicts import place_name
from dashboard.geofence.impact import Impact, Language
from dashboard.languages import language_name

_MOST = 5


def sentences(found: Impact) -> tuple[str, ...]:
    """What a rule touches, most important first; what is not known is said to be unknown."""
    return tuple(_sentences(found))


def _sentences(found: Impact) -> Iterator[str]:
    share = "" if found.share_of_world is None else f", {found.share_of_world:.1%} of the world's"
    yield f"{_count(found.people)} people of the 28 days up to {found.day}{share}."
    yield f"{_count(found.people_today)} of them on the last day."
    yield (
        f"{_count(found.travellers)} travellers there, "
        f"{_count(found.residents_abroad)} residents abroad."
    )
    if found.people_unplaced:
        yield f"{_count(found.people_unplaced)} people more are in no part that is known."
    yield (
        f"{_count(found.creators)} creators, {_count(found.uploads)} uploads and "
        f"{_count(found.watch_hours)} hours watched in the month."
    )
    month = f"{found.money_month:%B %Y}" if found.money_month else "the last whole month"
    yield (
        f"{_count(found.revenue_usd)} US dollars of revenue and {_count(found.cost_usd)} of cost "
        f"in {month}."
    )
    if found.languages:
        yield f"They use {', '.join(_language(each) for each in found.languages[:_MOST])}."
    if found.places_already_closed:
        closed = ", ".join(place_name(place) for place in found.places_already_closed)
        yield f"Other rules already do as much in {closed}."


def _language(found: Language) -> str:
    name = "an unknown language" if found.language is None else language_name(found.language)
    return f"{name} ({_count(found.people)})"


def _count(number: object) -> str:
    return "Unknown" if number is None else f"{number:,.0f}"
