"""Relations cut to a scope: what a query may see of a table, as SQL put in front of its text.

Event time cuts facts, a day counting only once it was complete; what was written down after the
as-of instant is left out; what was not yet known then reads null; countries and platforms outside
the scope are not there, and a table without countries is refused to who may not see the world.
"""

from collections.abc import Iterator
from datetime import date, datetime

from dashboard.errors import OutsideReach, QueryError
from dashboard.slices import Scope
from dashboard.warehouse.contract import Column, Kind, Table
from dashboard.warehouse.engine import Parameter
from dashboard.warehouse.tables import TABLES

WHOLE_PLATFORM = "platform_"
"""In front of a table: every country and platform, for what a person did before they were here."""
WITHIN_REACH = "reachable_"
"""In front of a table: every country that the reader may see, and every platform."""


def table_of(relation: str) -> Table:
    """The table behind a relation a query names, without what stands in front of its name.

    Raises QueryError when the contract has no such table.
    """
    bare = relation.removeprefix(WHOLE_PLATFORM).removeprefix(WITHIN_REACH)
    table = TABLES.get(relation) or TABLES.get(bare)
    if table is None:
        raise QueryError(f"There is no table {relation!r} in the data contract.")
    return table


def relation(name: str, stored: str, scope: Scope) -> str:
    """A common table expression: the rows of ``stored``, in SQL, that the scope lets be seen.

    ``platform_<table>`` keeps every country and platform, ``reachable_<table>`` every country in
    reach. The values are bound by ``bindings``. Raises OutsideReach for a table of world figures
    when the scope's reader may not see every country.
    """
    table = table_of(name)
    if scope.reach is not None and table.needs_world:
        raise OutsideReach(
            f"{table.name} holds figures of the whole platform. Ask a reader who may see every "
            "country, or look at what is told by country."
        )
    columns = ", ".join(_known(table, column) for column in table.columns)
    derived = "".join(f", {sql} as {column.name}" for column, sql in table.derived)
    # Every word here is the contract's own; what a reader chose is bound, never written in.
    stored = f"select {columns} from {stored} where {_cut(name, table, scope)}"  # noqa: S608
    return f"{name} as (select *{derived} from ({stored}))"  # noqa: S608


def among(name: str, listed: str) -> str:
    """The condition that a column's value is one of a bound list of names."""
    return f"{name} in (select unnest(names_of(${listed})))"


def bindings(scope: Scope, cut: tuple[datetime, date], texts: str) -> dict[str, Parameter]:
    """The values of those scope parameters that the relations in ``texts`` name.

    ``cut`` is the instant and the last complete day that facts are seen up to.
    """
    values: dict[str, Parameter] = {
        "scope_as_of": cut[0],
        "scope_last_day": cut[1],
        "scope_countries": sorted(scope.countries or ()),
        "scope_reach": sorted(scope.reach or ()),
        "scope_platforms": sorted(scope.platforms or ()),
    }
    return {name: value for name, value in values.items() if f"${name}" in texts}


def _known(table: Table, column: Column) -> str:
    if not column.known_from:
        return column.name
    is_past = _is_past(column.known_from, table.column(column.known_from).kind)
    return f"case when {is_past} then {column.name} end as {column.name}"


def _is_past(name: str, kind: Kind) -> str:
    return f"{name} <= $scope_last_day" if kind is Kind.DAY else f"{name} < $scope_as_of"


def _cut(name: str, table: Table, scope: Scope) -> str:
    conditions = [_is_past(table.event, table.column(table.event).kind)]
    if table.recorded:
        conditions.append(f"coalesce({table.recorded} < $scope_as_of, true)")
    return " and ".join([*conditions, *_places(name, table, scope)])


def _places(name: str, table: Table, scope: Scope) -> Iterator[str]:
    if name.startswith(WHOLE_PLATFORM):
        return
    if name.startswith(WITHIN_REACH):
        if scope.reach is not None:
            yield among(table.country, "scope_reach")
        return
    if table.country and scope.countries is not None:
        yield among(table.country, "scope_countries")
    if table.countries and scope.countries is not None:
        yield f"touches({table.countries}, names_of($scope_countries))"
    if table.platform and scope.platforms is not None:
        yield among(table.platform, "scope_platforms")
