"""Three ways to one answer: sets, reference SQL and brute force, and where they part."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeAlias

import polars as pl

from dashboard.slices import Scope
from dashboard.warehouse.engine import Audience, AudienceKind, Parameter, Warehouse
from tests.warehouse.brute_force import Crowd, History

Answers: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class Question:
    """What is asked of a history: where, on which days, over how many days at once.

    ``other`` is the scope that the audience of ``scope`` is laid over.
    """

    scope: Scope
    other: Scope
    days: Sequence[date]
    starts: Sequence[date]
    window: int


def disagreements(house: Warehouse, rows: History, asked: Question) -> list[str]:
    """Which answers of the sets and of the reference SQL are not those of brute force."""
    truth = truths(rows, asked)
    here = house.audience(AudienceKind.ACTIVE, asked.scope)
    other = house.audience(AudienceKind.ACTIVE, asked.other)
    overlap = here.overlap(other, asked.days[-1], asked.window)
    sets = {**audience_answers(here, asked), "overlap": overlap}
    queries = query_answers(house, asked)
    return [
        f"{way}: {name}"
        for way, answers in (("sets", sets), ("queries", queries))
        for name, answer in answers.items()
        if answer != truth[name]
    ]


def truths(rows: History, asked: Question) -> Answers:
    """What brute force answers."""
    here, last = Crowd(rows, asked.scope), asked.days[-1]
    return {
        "people": here.people(asked.days, asked.window),
        "accounting": here.accounting(asked.days, asked.window),
        "retention": here.retention(asked.starts),
        "days active": here.days_active(last, asked.window),
        "by country": here.by_country(asked.days, asked.window),
        "by platform": here.by_platform(asked.days, asked.window),
        "by subdivision": here.by_subdivision(last, asked.window),
        "overlap": here.overlap(Crowd(rows, asked.other), last, asked.window),
    }


def audience_answers(here: Audience, asked: Question) -> Answers:
    """What an audience answers by itself."""
    people = here.people(asked.days, [asked.window])
    return {
        "people": people.rename({f"people_{asked.window}": "people"}).to_dicts(),
        "accounting": here.accounting(asked.days, asked.window).to_dicts(),
        "retention": here.retention(asked.starts).to_dicts(),
        "days active": here.days_active(asked.days[-1], asked.window).to_dicts(),
        "by country": here.by_country(asked.days, asked.window).to_dicts(),
        "by platform": here.by_platform(asked.days, asked.window).to_dicts(),
    }


def query_answers(house: Warehouse, asked: Question) -> Answers:
    """What the reference SQL answers."""

    def read(name: str, **parameters: Parameter) -> pl.DataFrame:
        return house.read(f"growth/{name}", asked.scope, **parameters)

    over: dict[str, Parameter] = {"days": asked.days, "window": asked.window}
    on: dict[str, Parameter] = {"day": asked.days[-1], "window": asked.window}
    there = {
        "countries": _listed(asked.other.countries),
        "platforms": _listed(asked.other.platforms),
    }
    held = dict(read("window_people_by_days_active", **on).rows())
    parts = read("window_people_by_subdivision", days=asked.days[-1:], window=asked.window)
    return {
        "people": read("window_active_people", **over).to_dicts(),
        "accounting": read("window_people_accounting", **over).to_dicts(),
        "retention": read("cohort_retention", starts=asked.starts).to_dicts(),
        "days active": [
            {"days": days, "people": held.get(days, 0)} for days in range(1, asked.window + 1)
        ],
        "by country": read("window_people_by_country", **over).to_dicts(),
        "by platform": read("window_people_by_platform", **over).to_dicts(),
        "by subdivision": {(row[1], row[2]): row[3] for row in parts.rows()},
        "overlap": read("window_audience_overlap", **on, **there).row(0),
    }


def broken_promises(here: Audience, asked: Question) -> list[str]:
    """Which identities of growth the audience breaks, whatever the history was."""
    promises = {
        **_of_accounting(here, asked),
        **_of_countries(here, asked),
        **_of_cohorts(here, asked),
    }
    return [promise for promise, is_kept in promises.items() if not is_kept]


def _of_accounting(here: Audience, asked: Question) -> dict[str, bool]:
    rows = here.accounting(asked.days, asked.window).rows(named=True)
    return {
        "people - people_before = new + resurrected - churned": all(
            row["people"] - row["people_before"] == row["new"] + row["resurrected"] - row["churned"]
            for row in rows
        ),
        "people = new + resurrected + retained": all(
            row["people"] == row["new"] + row["resurrected"] + row["retained"] for row in rows
        ),
        "moved people are inside resurrected and churned": all(
            row["resurrected"] == row["returned"] + row["moved_in"]
            and row["churned"] == row["left"] + row["moved_out"]
            for row in rows
        ),
    }


def _of_countries(here: Audience, asked: Question) -> dict[str, bool]:
    summed: dict[date, int] = defaultdict(int)
    for day, _, people in here.by_country(asked.days, asked.window).rows():
        summed[day] += people
    whole = here.people(asked.days, [asked.window]).rows()
    return {"countries add up to the people": all(summed[day] == people for day, people in whole)}


def _of_cohorts(here: Audience, asked: Question) -> dict[str, bool]:
    cells = here.retention(asked.starts).rows(named=True)
    return {
        "unbounded retention never rises": all(
            later["people_since"] <= cell["people_since"]
            for cell, later in pairwise(cells)
            if cell["cohort"] == later["cohort"]
        ),
        "unbounded retention is at least the bounded": all(
            cell["people_since"] >= cell["people"] for cell in cells
        ),
        "a cohort is wholly there in its own period": all(
            cell["people"] == cell["size"] for cell in cells if cell["step"] == 0
        ),
    }


def _listed(names: frozenset[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)
