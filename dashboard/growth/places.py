"""Growth by place drawn: countries, their parts and platforms."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from dashboard.charts import descriptions as words
from dashboard.charts.bars import Bar, contribution_bars, ranked_bars
from dashboard.charts.columns import has_any
from dashboard.charts.drawing import Drawing, Look
from dashboard.charts.maps import world_map
from dashboard.charts.numbers import (
    Unit,
    compact,
    per_cent,
    plural,
    relative_change,
    signed,
    signed_share,
)
from dashboard.charts.theme import Role
from dashboard.countries import country_name, subdivision_name

_MOST_COUNTRIES = 10
_MOST_PARTS = 12


class _Change(NamedTuple):
    """How the people of one country, or of several, changed."""

    country: str
    change: int
    before: int

    @property
    def note(self) -> str:
        """The change, and how large it is beside what there was."""
        grown = _grown(self.before + self.change, self.before)
        return f"{signed(self.change, Unit.PEOPLE)} ({grown})"

    def rank(self) -> tuple[int, str]:
        """Its place: the largest changes first, whichever way they go."""
        return -abs(self.change), self.country

    @classmethod
    def sum_of(cls, changes: Sequence["_Change"]) -> "_Change":
        """All of them together."""
        return cls("", sum(c.change for c in changes), sum(c.before for c in changes))


class _Part(NamedTuple):
    """The people of one subdivision; those of none have no name for it."""

    country: str
    subdivision: str
    people: int
    share: float


def country_contributions(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """The countries that moved MAU most, and all the others together."""
    if not has_any(frame, "people") and not has_any(frame, "people_before"):
        return None
    columns = (frame[name].to_list() for name in ("country", "change", "people_before"))
    ranked = sorted(map(_Change._make, zip(*columns, strict=True)), key=_Change.rank)
    top, rest = ranked[:_MOST_COUNTRIES], ranked[_MOST_COUNTRIES:]
    bars = [Bar(country_name(c.country), c.change, c.note) for c in top]
    bars.sort(key=lambda bar: -bar.value)
    if rest:
        others = _Change.sum_of(rest)
        bars.append(Bar(plural(len(rest), "other", "others"), others.change, others.note))
    led = words.listed([country_name(c.country) for c in top],
                       [signed(c.change, Unit.PEOPLE) for c in top])  # fmt: skip
    return Drawing(
        contribution_bars(bars, palette=look.palette),
        f"MAU {_Change.sum_of(ranked).note}, most of all {led}.",
        "Countries add up to the whole.",
    )


def country_map(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Where the people of the last month were last seen."""
    if not has_any(frame, "people"):
        return None
    columns = (frame[name].to_list() for name in ("people", "country", "share"))
    seen = sorted((row for row in zip(*columns, strict=True) if row[0]), reverse=True)
    led = words.listed([country_name(code) for _, code, _ in seen],
                       [per_cent(share) for *_, share in seen])  # fmt: skip
    return Drawing(
        world_map(frame, palette=look.palette),
        f"{plural(len(seen), 'country', 'countries')}; {led}.",
        "Small countries have no shape on the map and stand in the table.",
    )


def platforms(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """People on each platform; someone on two counts on both."""
    if not has_any(frame, "people"):
        return None
    names = ("platform", "people", "people_before", "share")
    rows = list(zip(*(frame[name].to_list() for name in names), strict=True))
    bars = [
        Bar(name, people, f"{compact(people)} ({per_cent(share, 0)}), {_grown(people, before)}")
        for name, people, before, share in rows
    ]
    led = words.listed([name for name, *_ in rows], [per_cent(share) for *_, share in rows])
    return Drawing(ranked_bars(bars, role=Role.FIRST, palette=look.palette),
                   f"Share of MAU: {led}. Beside each bar: people, share, change over the span.",
                   "Someone on two platforms counts on both.")  # fmt: skip


def subdivisions(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """The largest parts of the countries chosen, all the others together, and who is in none."""
    rows = [_Part(*row) for row in zip(*(frame[name].to_list() for name in _Part._fields),
                                       strict=True)]  # fmt: skip
    known = [part for part in rows if part.subdivision]
    if not known:
        return None
    top, rest = known[:_MOST_PARTS], known[_MOST_PARTS:]
    bars = [_share_bar(subdivision_name(part.subdivision), [part]) for part in top]
    if rest:
        bars.append(_share_bar(plural(len(rest), "other", "others"), rest))
    if len(known) < len(rows):
        bars.append(_share_bar("not named", [part for part in rows if not part.subdivision]))
    led = words.listed([subdivision_name(part.subdivision) for part in top],
                       [per_cent(part.share) for part in top])  # fmt: skip
    where = " and ".join(sorted({country_name(part.country) for part in known}))
    return Drawing(
        ranked_bars(bars, role=Role.FIRST, palette=look.palette), f"Share of MAU: {led}.",
        f"Subdivisions of {where}; with those not named they add up to the whole.",
    )  # fmt: skip


def _share_bar(name: str, parts: Sequence[_Part]) -> Bar:
    people, share = sum(part.people for part in parts), sum(part.share for part in parts)
    return Bar(name, people, f"{compact(people)} ({per_cent(share)})")


def _grown(people: int, before: int) -> str:
    return signed_share(relative_change(people, before)) if before else "new"
