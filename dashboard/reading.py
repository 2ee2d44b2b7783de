"""Every read by its name, and the command that prints one: what the screens show, as text."""

import argparse
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

import polars as pl

from dashboard.access.reader import LOCAL_READER, Reach
from dashboard.errors import ReadRefused, UnknownRead
from dashboard.growth import reads as growth
from dashboard.incidents import reads as incidents
from dashboard.settings import read_settings
from dashboard.slices import Comparison, Grain, Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse

Read: TypeAlias = Callable[[Warehouse, Slice, Reach], pl.DataFrame]

READS: Mapping[str, Read] = {
    **{f"growth/{name}": getattr(growth, name) for name in growth.__all__},
    "incidents/marks": incidents.marks,
}
FORMATS = ("table", "csv", "json", "parquet")
_DEFAULT_DAYS = 28


def named(name: str) -> Read:
    """The read of that name; raises UnknownRead listing those there are."""
    if name not in READS:
        raise UnknownRead(f"There is no read {name!r}. There are: {', '.join(sorted(READS))}.")
    return READS[name]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard read``."""
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(sorted(READS))}")
    parser.add_argument("--since", type=date.fromisoformat, help="first day; else 28 days back")
    parser.add_argument("--until", type=date.fromisoformat, help="first day after; else now")
    parser.add_argument("--countries", help="ISO codes with commas between; else all")
    parser.add_argument("--platforms", help="platforms with commas between; else all")
    parser.add_argument("--as-of", type=_instant, help="instant to look from (UTC); else now")
    parser.add_argument("--grain", type=Grain, choices=list(Grain), help="step; else by the span")
    parser.add_argument(
        "--comparison", type=Comparison, choices=list(Comparison), default=Comparison.PREVIOUS
    )
    parser.add_argument("--format", choices=FORMATS, default="table")


def run(arguments: argparse.Namespace) -> None:
    """Print one read of the warehouse named by the settings."""
    warehouse = open_folder(read_settings().warehouse_folder)
    frame = named(arguments.name)(warehouse, _chosen(arguments, warehouse), LOCAL_READER.reach)
    _print(frame, arguments.format)


def _chosen(arguments: argparse.Namespace, warehouse: Warehouse) -> Slice:
    as_of = arguments.as_of or warehouse.now
    until = arguments.until or warehouse.complete_until(as_of)
    since = arguments.since or until - timedelta(days=_DEFAULT_DAYS)
    if until < since:
        raise ReadRefused(f"--until {until} lies before --since {since}.")
    return Slice(
        Span(since, until),
        as_of,
        _listed(arguments.countries),
        _listed(arguments.platforms),
        arguments.comparison,
        arguments.grain,
    )


def _print(frame: pl.DataFrame, written_as: str) -> None:
    match written_as:
        case "csv":
            sys.stdout.write(_flat(frame).write_csv())
        case "json":
            sys.stdout.write(frame.write_json() + "\n")
        case "parquet":
            frame.write_parquet(sys.stdout.buffer)
        case _:
            with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=-1):
                sys.stdout.write(f"{frame}\n")


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with lists as text, since CSV has none."""
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(pl.col(name).list.join(";") for name in lists)


def _listed(text: str | None) -> frozenset[str] | None:
    return frozenset(part.strip() for part in text.split(",")) if text else None


def _instant(text: str) -> datetime:
    """An instant; without a zone it is UTC, without a time the midnight the day begins with."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
