"""Which country each person was last seen in, counted by set algebra."""

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl
from pyroaring import BitMap

from dashboard.slices import Scope
from dashboard.warehouse.day_sets import DaySets


def met_by_country(
    stored: DaySets, scope: Scope, days: Sequence[date], met: Sequence[BitMap]
) -> dict[str, int]:
    """People counted in the country they were met in.

    ``met`` holds, for each of ``days``, the people of the scope who count on that day, each person
    on one day only. Someone seen in several countries that day counts where most videos were
    watched inside the scope, then in the first by code.
    """
    counts = dict(_seen_by_country(stored, scope, days, met))
    for country, people in _seen_more_elsewhere(stored, scope, days, met).items():
        counts[country] -= people
    return counts


def _seen_by_country(
    stored: DaySets, scope: Scope, days: Sequence[date], met: Sequence[BitMap]
) -> Iterator[tuple[str, int]]:
    countries = [
        name
        for name in stored.countries(days)
        if scope.countries is None or name in scope.countries
    ]
    platforms = [""] if scope.platforms is None else sorted(scope.platforms)
    sets = stored.sets(days, [(country, name) for country in countries for name in platforms])
    for at, country in enumerate(countries):
        places = sets[at * len(platforms) : (at + 1) * len(platforms)]
        there = (
            places[0]
            if len(places) == 1
            else (BitMap.union(*day) for day in zip(*places, strict=True))
        )
        yield country, sum(map(BitMap.intersection_cardinality, there, met))


def _seen_more_elsewhere(
    stored: DaySets, scope: Scope, days: Sequence[date], met: Sequence[BitMap]
) -> dict[str, int]:
    """For each country the people met there who watched more in another one that same day."""
    outranked = (
        stored.travels.lazy()
        .filter(_is_inside(scope), pl.col("day").is_in(list(days)))
        .group_by("day", "person_id", "country")
        .agg(pl.col("views").sum())
        .sort("day", "person_id", -pl.col("views"), "country")
        .filter(pl.int_range(pl.len()).over("day", "person_id") > 0)
        .select("day", "person_id", "country")
        .collect()
    )
    met_on = dict(zip(days, met, strict=True))
    counts: dict[str, int] = {}
    for day, person, country in outranked.iter_rows():
        if person in met_on[day]:
            counts[country] = counts.get(country, 0) + 1
    return counts


def _is_inside(scope: Scope) -> pl.Expr:
    inside = pl.lit(value=True)
    if scope.countries is not None:
        inside &= pl.col("country").is_in(sorted(scope.countries))
    if scope.platforms is not None:
        inside &= pl.col("platform").is_in(sorted(scope.platforms))
    return inside
