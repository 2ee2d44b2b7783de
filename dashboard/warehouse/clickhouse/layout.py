"""The layout of a warehouse in ClickHouse: its tables, its sets of people, and who may read it.

Every row carries the part it came in: one immutable file of the warehouse's folder, named by its
checksum. A version is a manifest that names its parts, so a part can be loaded again, or dropped,
whole; and a version is there at once, when the one row of its manifest is.
"""

from collections.abc import Iterator

from dashboard.warehouse.contract import Column, Kind, Table
from dashboard.warehouse.tables import TABLES

TYPES: dict[Kind, str] = {
    Kind.DAY: "Date32",
    Kind.INSTANT: "DateTime64(6, 'UTC')",
    Kind.TEXT: "String",
    Kind.TEXTS: "Array(String)",
    Kind.WHOLE: "Int64",
    Kind.NUMBER: "Float64",
    Kind.MONEY: "Decimal(38, 12)",
    Kind.PERSON: "UInt32",
}

PUBLISHED_DAY = "published_day"
"""The day a video was first seen, in the reporting zone: what its creator's set is kept under."""

COHORT_MEMBERS = "cohort_members"
DAY_SETS = "audience_days"
COHORT_SETS = "audience_cohorts"
TRAVELS = "audience_travels"
LOADED_PARTS = "loaded_parts"
MANIFESTS = "manifests"

FILLED_BY = {"user_days": (DAY_SETS,), "uploads": (DAY_SETS,), COHORT_MEMBERS: (COHORT_SETS,)}
"""The tables of sets that a table's materialised views fill."""

_SET = "AggregateFunction(groupBitmap, UInt32)"
_FEW_VALUES = {"country", "platform", "service", "measure", "region", "provider", "category",
               "language", "app", "subdivision"}  # fmt: skip


def statements(database: str) -> list[str]:
    """The statements that lay out an empty warehouse; each does nothing where it was done."""
    return [
        f"create database if not exists {database}",
        *(_table(database, table) for table in TABLES.values()),
        *_sets(database),
        *_versions(database),
    ]


def grants(database: str, account: str) -> list[str]:
    """The statements that make an account which reads this database and can do nothing else.

    It may come from no host until somebody has given it a password, where nobody else reads it.
    """
    return [
        f"create role if not exists {account}_role",
        f"grant select on {database}.* to {account}_role",
        f"create settings profile if not exists {account}_profile settings readonly = 2, "
        "max_execution_time = 10 max 60, max_result_rows = 2000000 max 5000000, "
        "max_memory_usage = 8000000000 max 16000000000 "
        f"to {account}_role",
        f"create user if not exists {account} host none",
        f"grant {account}_role to {account}",
        f"alter user {account} default role {account}_role",
    ]


def _table(database: str, table: Table) -> str:
    columns = [f"    {column.name} {_type(table, column)}" for column in table.columns]
    if table.name == "uploads":
        columns.append(f"    {PUBLISHED_DAY} Nullable(Date32)")
    key = [table.event, *(name for name in table.key if name != table.event)]
    return _merge_tree(database, table.name, columns, key)


def _type(table: Table, column: Column) -> str:
    plain = TYPES[column.kind]
    if column.name in _FEW_VALUES:
        plain = f"LowCardinality({plain if column.required else f'Nullable({plain})'})"
    elif not column.required and column.kind is not Kind.TEXTS:
        plain = f"Nullable({plain})"
    return plain


def _sets(database: str) -> Iterator[str]:
    place = ["    kind LowCardinality(String)", "    day Date32"]
    where = ["    country LowCardinality(String)", "    platform LowCardinality(String)"]
    people = f"    people {_SET}"
    by_place = ["kind", "day", "country", "platform"]
    yield _merge_tree(
        database, DAY_SETS, [*place, *where, people], by_place, engine="AggregatingMergeTree"
    )
    yield _view(database, "active_days", DAY_SETS, _active_sets(database))
    yield _view(database, "publishing_days", DAY_SETS, _publishing_sets(database))
    yield _merge_tree(
        database, COHORT_SETS, [*place, people], ["kind", "day"], engine="AggregatingMergeTree"
    )
    yield (
        f"create table if not exists {database}.{COHORT_MEMBERS} (\n"
        f"{_listed([*place, '    person_id UInt32'])}\n) engine = Null"
    )
    yield _view(
        database, "cohort_days", COHORT_SETS,
        "select part, kind, day, groupBitmapState(person_id) as people\n"
        f"from {database}.{COHORT_MEMBERS}\ngroup by part, kind, day",
    )  # fmt: skip
    travels = [*place, "    person_id UInt32", *where, "    views Int64"]
    yield _merge_tree(database, TRAVELS, travels, ["kind", "day", "person_id", "country"])


def _active_sets(database: str) -> str:
    return (
        "select part, 'active' as kind, day, country, platform,\n"
        "    groupBitmapState(person_id) as people\n"
        f"from {database}.user_days\nwhere views >= 1\n"
        "group by grouping sets (\n    (part, day), (part, day, country), (part, day, platform),\n"
        "    (part, day, country, platform)\n)"
    )


def _publishing_sets(database: str) -> str:
    return (
        f"select part, 'publishing' as kind, assumeNotNull({PUBLISHED_DAY}) as day, country,\n"
        "    '' as platform, groupBitmapState(creator_id) as people\n"
        f"from {database}.uploads\nwhere {PUBLISHED_DAY} is not null\n"
        "group by grouping sets ((part, day), (part, day, country))"
    )


def _versions(database: str) -> Iterator[str]:
    yield (
        f"create table if not exists {database}.{LOADED_PARTS} (\n"
        "    table LowCardinality(String),\n    part String,\n    rows UInt64\n"
        ") engine = ReplacingMergeTree order by (table, part)"
    )
    yield (
        f"create table if not exists {database}.{MANIFESTS} (\n"
        "    version UInt32,\n    manifest String\n"
        ") engine = ReplacingMergeTree order by version"
    )


def _merge_tree(
    database: str, name: str, columns: list[str], key: list[str], *, engine: str = "MergeTree"
) -> str:
    return (
        f"create table if not exists {database}.{name} (\n{_listed(columns)}\n"
        f") engine = {engine} partition by part order by ({', '.join(key)})"
    )


def _listed(columns: list[str]) -> str:
    return ",\n".join(["    part LowCardinality(String)", *columns])


def _view(database: str, name: str, target: str, select: str) -> str:
    return (
        f"create materialized view if not exists {database}.{name}\nto {database}.{target} as\n"
        f"{select}"
    )
