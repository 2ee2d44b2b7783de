"""The data contract as a page of documentation, written from the tables themselves."""

from collections.abc import Iterable
from pathlib import Path

from dashboard.warehouse.contract import Column, Table
from dashboard.warehouse.tables import TABLES

CONTRACT_PAGE = Path(__file__).parents[2] / "docs" / "data_contract.md"

_OPENING = """\
# Data contract

What each table holds, in the product's own words. This page is written from
`dashboard/warehouse/tables.py` by `python -m dashboard.warehouse.contract_page`: change the tables,
not the page.

A column with `?` may be left out by a source and is then null. A person column takes any type of
id; the warehouse keeps the person's permanent number under the same name. Rows that lack a required
value or break a rule are refused, counted and shown; the others land. The same key again replaces
the earlier row. Columns known only from an instant on read null before it.
"""


def contract_page(tables: Iterable[Table]) -> str:
    """The page as Markdown, tables in their order."""
    return "\n".join([_OPENING, *(_section(table) for table in tables)])


def _section(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    replaced = " An ingest replaces all earlier rows of a key." if table.replaces_group else ""
    replaced += " Those replaced last are kept for comparison." if table.kept_until else ""
    world = " Only who may see every country may read it." if table.needs_world else ""
    told_apart = _of_sums(table) if table.sum_of else f"Key: {key}.{replaced}"
    lines = [
        f"## {table.name}\n",
        f"{table.meaning} Grain: {table.grain}. {told_apart}{world}\n",
        "| column | holds | unit | meaning |",
        "| --- | --- | --- | --- |",
        *(_row(column) for column in table.columns),
        *(_row(column, "derived: ") for column, _ in table.derived),
        "",
        *(f"- Refused unless {rule.name}." for rule in table.rules),
    ]
    return "\n".join([*lines, ""])


def _of_sums(table: Table) -> str:
    sums = ", ".join(f"`{name}`" for name, _ in table.sums)
    return (
        f"Derived: every ingest of `{table.sum_of}` makes it anew of the rows there that are alike "
        f"in all columns but {sums}, which are their sums. It takes no source of its own, and in "
        "a warehouse that was written before there were sums they are made as they are read."
    )


def _row(column: Column, before: str = "") -> str:
    optional = "" if column.required else "?"
    known = f"; known from `{column.known_from}` on" if column.known_from else ""
    aliases = f"; also read as {', '.join(column.aliases)}" if column.aliases else ""
    meaning = f"{before}{column.meaning}{known}{aliases}"
    return f"| `{column.name}`{optional} | {column.kind} | {column.unit} | {meaning} |"


if __name__ == "__main__":
    CONTRACT_PAGE.write_text(contract_page(TABLES.values()), encoding="utf-8")
