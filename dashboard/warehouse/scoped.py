"""Relations cut to a scope: what a query may see of a table, as SQL put in front of its text.

Event time cuts facts, a day counting only once it was complete; what was written down after the
as-of instant is left out; what was not yet known then reads null; countries and platforms outside
the scope are not there.
"""

from datetime import date, datetime

from dashboard.errors import QueryError
from dashboard.slices import Scope
from dashboard.warehouse.contract import Column, Kind, Table
from dashboard.warehouse.engine import Parameter
from dashboard.warehouse.tables import TABLES

WHOLE_PLATFORM = "platform_"


def table_of(relation: str) -> Table:
    """The table behind a relation a query names, with or without ``platform_`` in front.

    Raises QueryError when the contract has no such table.
    """
    table = TABLES.get(relation) or TABLES.get(relation.removeprefix(WHOLE_PLATFORM))
    if table is None:
        raise QueryError(f"There is no table {relation!r} in the data contract.")
    return table


def relation(name: str, stored: str, scope: Scope) -> str:
    """A common table expression: the rows of ``stored``, in SQL, that the scope lets be seen.

    ``platform_<table>`` keeps every country and platform. The values are bound by ``bindings``.
    """
    table = table_of(name)
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
    if not name.startswith(WHOLE_PLATFORM):
        if table.country and scope.countries is not None:
            conditions.append(among(table.country, "scope_countries"))
        if table.platform and scope.platforms is not None:
            conditions.append(among(table.platform, "scope_platforms"))
    return " and ".join(conditions)
