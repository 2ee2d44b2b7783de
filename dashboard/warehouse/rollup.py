"""Rollups: rows of one table that are alike, summed to a row of another, on either engine."""

from dashboard.warehouse.contract import Table


def summed(table: Table, rows: str) -> str:
    """The SELECT that makes the rows of a table of sums from ``rows``, a relation in SQL."""
    sums = dict(table.sums)
    selected = (
        f"{sums[column.name]} as {column.name}" if column.name in sums else column.name
        for column in table.columns
    )
    # Every word here is the contract's own.
    return f"select {', '.join(selected)} from {rows} as line group by {', '.join(table.alike)}"  # noqa: S608
