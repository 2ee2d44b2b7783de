"""The sample's quiet days, by its record and not by hand, and how many are claimed to be none.

``python -m tests.incidents.quiet_days 200`` judges so many of them and prints what was claimed.
"""

import random
import sys
from datetime import UTC, date, datetime, time, timedelta

from dashboard.access.reader import WORLD
from dashboard.incidents.sentences import sentences
from dashboard.incidents.surprises import Judgement, judgement
from dashboard.settings import read_settings
from dashboard.slices import Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from sample_data.mood import _holidays
from sample_data.record import records
from sample_data.timeline import DAYS, FIRST_DAY

FOUR_WEEKS = timedelta(days=28)
_SEED = 7


def judged_after(house: Warehouse, day: date) -> Judgement:
    """What is judged once the day is complete."""
    until = day + timedelta(days=1)
    chosen = Slice(Span(day, until), datetime.combine(until, time(), UTC))
    return judgement(house, chosen, WORLD)


def quiet_days() -> list[date]:
    """Days away from all that the record tells: incidents, closures and holidays.

    An incident announces itself and leaves traces, so four weeks on either side are left out; a
    closure or its end is surprising for four weeks, a holiday for the week it lies in.
    """
    loud = {FIRST_DAY + timedelta(days=n) for n in range(180)}
    for row in records("incidents.csv"):
        began, ended = (date.fromisoformat(row[name][:10]) for name in ("started_at", "ended_at"))
        loud |= _between(began - FOUR_WEEKS, ended + FOUR_WEEKS)
    for row in records("geofences.csv"):
        for name in ("since", "until"):
            if row[name]:
                turn = date.fromisoformat(row[name][:10])
                loud |= _between(turn, turn + FOUR_WEEKS)
    felt = _holidays()
    for number in range(DAYS):
        if felt[number]:
            day = FIRST_DAY + timedelta(days=number)
            loud |= _between(day, day + timedelta(days=7))
    every = (FIRST_DAY + timedelta(days=number) for number in range(DAYS))
    return [day for day in every if day not in loud]


def _between(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def main() -> None:
    """Judge quiet days drawn at random, as many as asked for."""
    house = open_folder(read_settings().warehouse_folder)
    days = sorted(random.Random(_SEED).sample(quiet_days(), int(sys.argv[1])))
    judged = [judged_after(house, day) for day in days]
    loud = [each for each in judged if not each.surprises.is_empty()]
    lines = [f"{each.day}  {said.text}" for each in loud for said in sentences(each)]
    lines.append(f"{len(loud)} of {len(days)} quiet days had a surprise")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
