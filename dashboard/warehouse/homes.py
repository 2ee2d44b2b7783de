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

    def met(self, met_on: _Days) -> _Flags:
        """Which are on the day that the person counts on."""
        is_met: _Flags = met_on[self.person] == self.day
        return is_met

    def after_the_first(self, kept: _Flags) -> _Flags:
        """Which follow another kept one of the same person on the same day."""
        places = np.flatnonzero(kept)
        person, day = self.person[places], self.day[places]
        again = (person[1:] == person[:-1]) & (day[1:] == day[:-1])
        follows = np.zeros(len(kept), dtype=np.bool_)
        follows[places[1:][again]] = True
        return follows


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
        is_inside = np.array([inside is None or name in inside for name in self._countries], bool)
        seen = self._travelling.met(met_on) & is_inside[self._travelling.country]
        outranked = self._travelling.country[self._travelling.after_the_first(seen)]
        moving = self._counted(self._moving.country[self._moving.met(met_on)])
        moving -= self._counted(outranked)
        return {
            name: self._settled[at].intersection_cardinality(everyone) + int(moving[at])
            for at, name in enumerate(self._countries)
            if is_inside[at]
        }

    def _counted(self, countries: _Countries) -> npt.NDArray[np.int64]:
        return np.bincount(countries, minlength=len(self._countries))

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
