"""People of a rule: those last seen in its places, and those who are on their way."""

from collections.abc import Collection
from typing import NamedTuple

import polars as pl

from dashboard.access.reader import Reach
from dashboard.geofence.rule import Rule
from dashboard.growth.question import Question
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse


class Counted(NamedTuple):
    """People of the platform by what a rule does to them; None where the data cannot tell.

    A sample that met nobody cannot.

    ``people`` were last seen in its places in the month, ``people_today`` on its last day;
    ``travellers`` are those of them whose home is elsewhere, ``residents_abroad`` those at home
    there who were last seen elsewhere. ``people_unplaced`` were last seen in a country that the
    rule closes in part, and no row says in which.
    """

    people: int | None = None
    people_today: int | None = None
    share_of_world: float | None = None
    travellers: int | None = None
    residents_abroad: int | None = None
    people_unplaced: int = 0
    people_already_closed: int | None = None


def counted(question: Question, rule: Rule, closed: Collection[str]) -> Counted:
    """The people of a rule, of whom those in the ``closed`` places are closed out already."""
    places = _places(question, MONTH_DAYS)
    people = _known(question, _inside(places, rule.countries, rule.subdivisions))
    last_day = _places(question, 1)
    today = _known(question, _inside(last_day, rule.countries, rule.subdivisions))
    everybody = int(places["people"].sum())
    is_world = question.scope.reach is None and people is not None and everybody
    shut = frozenset(place for place in closed if "-" not in place)
    already = _inside(places, shut, frozenset(closed) - shut)
    whole = Counted(
        people=_weighted(question, people),
        people_today=_weighted(question, today),
        share_of_world=people / everybody if is_world and people is not None else None,
        people_unplaced=_unplaced(places, rule) * question.weight,
        people_already_closed=_weighted(question, already),
    )
    return whole if rule.subdivisions else whole._replace(**_away(question, rule.countries))


def languages_of(warehouse: Warehouse, there: Slice, reach: Reach) -> list[dict[str, object]]:
    """People of the month by language, most people first: ``language`` and ``people``."""
    question = Question(warehouse, there, reach)
    if question.is_empty:
        return []
    rows = warehouse.read(
        "geofence/window_people_by_language", question.scope,
        day=question.seen.last_day, window=MONTH_DAYS,
    )  # fmt: skip
    return rows.with_columns(question.weighted(["people"])).to_dicts()


def _places(question: Question, window: int) -> pl.DataFrame:
    return question.warehouse.read(
        "growth/window_people_by_subdivision", question.scope,
        days=[question.seen.last_day], window=window,
    )  # fmt: skip


def _inside(places: pl.DataFrame, countries: Collection[str], parts: Collection[str]) -> int | None:
    """The people of these places; None where a country's rows name no part of it."""
    split = {part[:2] for part in parts} - set(countries)
    of_country, part = pl.col("country"), pl.col("subdivision")
    named = places.filter(part.is_not_null())["country"].to_list()
    if not split <= set(named):
        return None
    rows = places.filter(of_country.is_in(list(countries)) | part.is_in(list(parts)))
    return int(rows["people"].sum())


def _known(question: Question, people: int | None) -> int | None:
    """The people; None where a sample met nobody, for that may still be a great many."""
    return None if people == 0 and question.weight > 1 else people


def _unplaced(places: pl.DataFrame, rule: Rule) -> int:
    split = {part[:2] for part in rule.subdivisions} - rule.countries
    rows = places.filter(pl.col("subdivision").is_null() & pl.col("country").is_in(list(split)))
    return int(rows["people"].sum())


def _away(question: Question, countries: Collection[str]) -> dict[str, int]:
    rows = question.warehouse.read(
        "geofence/window_people_by_home_and_place", question.scope,
        day=question.seen.last_day, window=MONTH_DAYS,
    )  # fmt: skip
    is_home, is_here = (pl.col(name).is_in(list(countries)) for name in ("home", "country"))
    travellers = rows.filter(~is_home & is_here)["people"].sum()
    abroad = rows.filter(is_home & ~is_here)["people"].sum()
    weight = question.weight
    return {"travellers": int(travellers) * weight, "residents_abroad": int(abroad) * weight}


def _weighted(question: Question, people: int | None) -> int | None:
    return None if people is None else people * question.weight
