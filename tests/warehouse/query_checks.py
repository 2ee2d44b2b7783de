"""What is wrong with a query: its header held against its own syntax tree."""

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from dashboard.warehouse.library import Query, prelude
from dashboard.warehouse.tables import TABLES

RELATIONS = {*TABLES, "platform_uploads", "platform_user_days", "reachable_user_days"}
PRELUDE_WORDS = set(re.findall(r"create macro (\w+)", prelude("duckdb")))
CLICKHOUSE_WORDS = set(re.findall(r"-> .* as (\w+),?$", prelude("clickhouse"), re.M))

_NEIGHBOURS = "compares rows: give the rows and relate them in Polars, where both engines agree"
_ARBITRARY = "picks any row: rank with row_number() over (... order by ...) and keep the first"
_QUANTILE = "is approximate or spelt differently: use a quantile word of the prelude"
_MACHINE = "asks the machine's clock: take the instant as a parameter"
_REFUSED = {
    exp.Lag: _NEIGHBOURS,
    exp.Lead: _NEIGHBOURS,
    exp.First: _ARBITRARY,
    exp.FirstValue: _ARBITRARY,
    exp.Last: _ARBITRARY,
    exp.LastValue: _ARBITRARY,
    exp.AnyValue: _ARBITRARY,
    exp.ArgMax: _ARBITRARY,
    exp.ArgMin: _ARBITRARY,
    exp.Mode: _ARBITRARY,
    exp.Median: _QUANTILE,
    exp.Quantile: _QUANTILE,
    exp.ApproxQuantile: _QUANTILE,
    exp.PercentileCont: _QUANTILE,
    exp.PercentileDisc: _QUANTILE,
    exp.Round: "rounds halves up in one engine and to even in the other: round on screen only",
    exp.CurrentDate: _MACHINE,
    exp.CurrentTimestamp: _MACHINE,
    exp.Rand: "differs from run to run: a query gives the same answer every time",
}


def complaints(query: Query) -> list[str]:
    """Every way in which the text breaks its header or the portable core; nothing when sound."""
    tree = sqlglot.parse_one(query.text, dialect="duckdb")
    return [*_header(query, tree), *_core(tree), *_names(tree), *_order(query, tree)]


def _header(query: Query, tree: exp.Expr) -> Iterator[str]:
    steps = {step.alias for step in tree.find_all(exp.CTE)}
    read = {table.name for table in tree.find_all(exp.Table)} - steps
    if read != set(query.source):
        yield f"source names {sorted(query.source)}, the text reads {sorted(read)}"
    if unknown := read - RELATIONS:
        yield f"the contract has no {sorted(unknown)}"
    bound = {place.name for place in tree.find_all(exp.Placeholder, exp.Parameter)}
    if bound != set(query.params):
        yield f"params names {sorted(query.params)}, the text binds {sorted(bound)}"
    selected = tree.named_selects if isinstance(tree, exp.Query) else []
    if selected != list(query.columns):
        yield f"columns names {list(query.columns)}, the text selects {selected}"


def _core(tree: exp.Expr) -> Iterator[str]:
    for kind, instead in _REFUSED.items():
        if tree.find(kind):
            yield f"{kind.__name__.lower()} {instead}"
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() not in PRELUDE_WORDS:
            yield f"{call.name} is neither in the portable core nor a word of the prelude"
    if any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star)):
        yield "select * promises nothing: name the columns"
    for word in PRELUDE_WORDS & {alias.alias for alias in tree.find_all(exp.Alias)}:
        yield f"the column {word} hides the word of the prelude: call it something else"


def _names(tree: exp.Expr) -> Iterator[str]:
    """Columns of a join that ClickHouse would call by their table's name too."""
    for select in tree.find_all(exp.Select):
        listed = select.selects if select.args.get("joins") else []
        for column in listed:
            if isinstance(column, exp.Column) and column.table:
                yield f"{column.sql()} needs its name: write 'as {column.name}' behind it"


def _order(query: Query, tree: exp.Expr) -> Iterator[str]:
    if query.grain != "one row" and not tree.args.get("order"):
        yield "rows come in no order: end with order by"
