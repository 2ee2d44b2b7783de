"""Which country each person was last seen in, counted by set algebra."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from pyroaring import BitMap

from dashboard.slices import Scope
from dashboard.warehouse.day_sets import DaySets


def met_by_country(
    stored: DaySets, scope: Scope, days: Sequence[date], met: Sequence[BitMap]
) -> dict[str, int]:
    """People counted in the country they were met in, countries in the order of their codes.

    ``met`` holds, for each of ``days``, in order, the people of the scope who count on that day,
    each person on one day only. Someone seen in several countries that day counts where most
    videos were watched inside the scope, then in the first by code.
    """
    counts = Counter[str]()
    by_month = groupby(zip(days, met, strict=True), key=lambda entry: entry[0].replace(day=1))
    for month, entries in by_month:
        by_place = {(day - month).days: people for day, people in entries}
        counts.update(stored.homes(month, scope.platforms).met(by_place, scope.countries))
    return dict(sorted(counts.items()))
