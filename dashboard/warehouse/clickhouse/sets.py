"""The sets of people as relations: what the texts tuned for ClickHouse read.

Each is a common table expression over the stored states, merged inside a scope. ``day_sets`` holds
for each day the people there; ``platform_day_sets`` the same without the scope's countries and
platforms; ``country_sets`` and ``platform_sets`` the people of each country and of each platform;
``reachable_sets`` the people of each place in reach, an empty name being all places in reach;
``first_sets`` for each day those for whom it was the first of all; ``travels`` the rows of people
seen in several countries on one day.
"""

from dashboard.slices import Scope
from dashboard.warehouse.clickhouse.layout import COHORT_SETS, DAY_SETS, TRAVELS
from dashboard.warehouse.scoped import among

SET_RELATIONS = {
    "day_sets", "platform_day_sets", "country_sets", "platform_sets", "reachable_sets",
    "first_sets", "travels",
}  # fmt: skip
_EVERY_COUNTRY, _EVERY_PLATFORM = "country = ''", "platform = ''"


def set_relation(name: str, database: str, parts: str, scope: Scope) -> str:
    """One relation of sets as a common table expression, cut to the scope and its last day."""
    seen = f"kind = $scope_kind and {parts} and day <= $scope_last_day"
    if name == "first_sets":
        return _merged(name, f"{database}.{COHORT_SETS}", [seen], [])
    if name == "travels":
        inside = " and ".join([seen, *_inside(scope)])
        return (
            "travels as (\n    select day, person_id, country, sum(views) as views\n"
            f"    from {database}.{TRAVELS}\n    where {inside}\n"
            "    group by day, person_id, country\n)"
        )
    if name == "reachable_sets":
        return _reachable(f"{database}.{DAY_SETS}", seen, scope)
    return _merged(name, f"{database}.{DAY_SETS}", [seen, *_level(name, scope)], _kept(name))


def _level(name: str, scope: Scope) -> list[str]:
    """Which stored rows: of all places together, or of the named ones."""
    countries = _countries(scope) or [_EVERY_COUNTRY]
    platforms = _platforms(scope) or [_EVERY_PLATFORM]
    match name:
        case "platform_day_sets":
            return [_EVERY_COUNTRY, _EVERY_PLATFORM]
        case "country_sets":
            return ["country <> ''", *_countries(scope), *platforms]
        case "platform_sets":
            return ["platform <> ''", *countries, *_platforms(scope)]
        case _:
            return [*countries, *platforms]


def _kept(name: str) -> list[str]:
    return {"country_sets": ["country"], "platform_sets": ["platform"]}.get(name, [])


def _reachable(table: str, seen: str, scope: Scope) -> str:
    """Stored rows as they are for a reader of the world; else all places are those in reach."""
    if scope.reach is None:
        return (
            "reachable_sets as (\n    select day, country, platform, people\n"
            f"    from {table}\n    where {seen}\n)"
        )
    inside = f"{seen} and {among('country', 'scope_reach')}"
    return (
        "reachable_sets as (\n"
        f"    select day, country, platform, people from {table} where {inside}\n"
        "    union all\n"
        f"    select day, '' as country, platform, people from {table} where {inside}\n)"
    )


def _inside(scope: Scope) -> list[str]:
    return [*_countries(scope), *_platforms(scope)]


def _countries(scope: Scope) -> list[str]:
    return [] if scope.countries is None else [among("country", "scope_countries")]


def _platforms(scope: Scope) -> list[str]:
    return [] if scope.platforms is None else [among("platform", "scope_platforms")]


def _merged(name: str, table: str, conditions: list[str], kept: list[str]) -> str:
    columns = ", ".join(["day", *kept])
    return (
        f"{name} as (\n    select {columns}, groupBitmapMergeState(people) as people\n"
        f"    from {table}\n    where {' and '.join(conditions)}\n    group by {columns}\n)"
    )
