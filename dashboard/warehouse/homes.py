"""Homes: who was in one country alone for a whole month, and where the others were each day.

Nearly everyone stays in one country for a month. Where someone was last seen then needs no looking
through the days; only the few who moved are looked up day by day.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from pyroaring import BitMap

_Persons = npt.NDArray[np.uint32]
_Days = npt.NDArray[np.uint8]
_Countries = npt.NDArray[np.uint16]
_Flags = npt.NDArray[np.bool_]
_NOT_MET = 255


@dataclass(frozen=True, slots=True)
class _Sightings:
    """Columns of equal length: who, on which of the days, in which country by its place."""

    person: _Persons
    day: _Days
    country: _Countries

    def where(self, kept: _Flags) -> "_Sightings":
        return _Sightings(self.person[kept], self.day[kept], self.country[kept])

    def of(self, met_on: _Days) -> "_Sightings":
        """Those on the day that the person counts on."""
        return self.where(met_on[self.person] == self.day)

    def after_the_first(self) -> "_Sightings":
        """Those that follow another one of the same person on the same day."""
        again = np.zeros(len(self.person), dtype=np.bool_)
        again[1:] = (self.person[1:] == self.person[:-1]) & (self.day[1:] == self.day[:-1])
        return self.where(again)

    def by_country(self, countries: int) -> npt.NDArray[np.int64]:
        return np.bincount(self.country, minlength=countries)


class Homes:
    """The people of a month's days by country; made once, then only read."""

    def __init__(self, by_day: Mapping[str, Sequence[BitMap]], travels: pl.DataFrame) -> None:
        """Take each country's people on each of the days, at most 31, in the days' order.

        ``travels`` has, for whoever was in several countries on a day, rows (day, as a place among
        the days, person_id, country, views), each of a country that is in ``by_day``.
        """
        self._countries = sorted(by_day)
        whole = [BitMap.union(_NOBODY, *by_day[country]) for country in self._countries]
        self._movers = _in_several(whole)
        self._settled = [people - self._movers for people in whole]
        days = [[people & self._movers for people in by_day[name]] for name in self._countries]
        self._moving = _sightings(days)
        self._travelling = _ranked(travels, self._countries)

    def met(self, met: Mapping[int, BitMap], inside: Collection[str] | None) -> dict[str, int]:
        """How many people were met in each country, of those inside or of all.

        ``met`` holds, by place among the days, the people who count on that day: each person on
        one day, and in one of the countries inside on that day. Someone in several of them counts
        where most videos were watched, then in the first by code.
        """
        everyone = BitMap.union(_NOBODY, *met.values())
        met_on = self._met_on(met)
        moving = self._moving.of(met_on).by_country(len(self._countries))
        seen = self._travelling.of(met_on)
        is_inside = np.array([inside is None or name in inside for name in self._countries], bool)
        outranked = seen.where(is_inside[seen.country]).after_the_first()
        moving -= outranked.by_country(len(self._countries))
        return {
            name: self._settled[at].intersection_cardinality(everyone) + int(moving[at])
            for at, name in enumerate(self._countries)
            if is_inside[at]
        }

    def _met_on(self, met: Mapping[int, BitMap]) -> _Days:
        """For each mover, by number, the day the person counts on."""
        met_on = np.full(self._movers.max() + 1 if self._movers else 1, _NOT_MET, dtype=np.uint8)
        for day, people in met.items():
            met_on[_array(people & self._movers)] = day
        return met_on


def _in_several(sets: Sequence[BitMap]) -> BitMap:
    """The people who are in more than one of the sets."""
    once, several = BitMap(), BitMap()
    for people in sets:
        several |= once & people
        once |= people
    return several


def _sightings(by_country: Sequence[Sequence[BitMap]]) -> _Sightings:
    """The people of each country and day, one after the other."""
    sets = [
        (country, day, people)
        for country, days in enumerate(by_country)
        for day, people in enumerate(days)
        if people
    ]
    sizes = [len(people) for _, _, people in sets]
    persons = [_array(people) for _, _, people in sets]
    return _Sightings(
        person=np.concatenate([np.zeros(0, np.uint32), *persons]),
        day=np.repeat(np.array([day for _, day, _ in sets], np.uint8), sizes),
        country=np.repeat(np.array([country for country, _, _ in sets], np.uint16), sizes),
    )


def _ranked(travels: pl.DataFrame, countries: Sequence[str]) -> _Sightings:
    """The rows of each person and day, most views first, then the first country by code."""
    rows = (
        travels.group_by("day", "person_id", "country")
        .agg(pl.col("views").sum())
        .filter(pl.len().over("day", "person_id") > 1)
        .sort("day", "person_id", -pl.col("views"), "country")
    )
    codes = rows["country"].cast(pl.Enum(countries)).to_physical().cast(pl.UInt16)
    return _Sightings(
        person=rows["person_id"].cast(pl.UInt32).to_numpy(),
        day=rows["day"].cast(pl.UInt8).to_numpy(),
        country=codes.to_numpy(),
    )


def _array(people: BitMap) -> _Persons:
    return np.frombuffer(people.to_array(), dtype=np.uint32)


_NOBODY = BitMap()
