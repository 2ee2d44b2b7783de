"""Every read by its name, and the command that prints one: what the screens show, as text."""

import argparse
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.access.reader import WORLD, Reach
from dashboard.commands.arguments import a_day, a_day_or_instant, a_list, platforms
from dashboard.cost import reads as cost
from dashboard.countries import countries
from dashboard.errors import ReadRefused, UnknownRead
from dashboard.evidence import reads as evidence
from dashboard.exports import as_csv, as_parquet
from dashboard.growth import reads as growth
from dashboard.incidents import reads as incidents
from dashboard.overview import reads as overview
from dashboard.scale import reads as scale
from dashboard.settings import read_settings
from dashboard.slices import Comparison, Grain, Slice, Span
from dashboard.velocity import reads as velocity
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.opening import open_warehouse

Read: TypeAlias = Callable[[Warehouse, Slice, Reach], pl.DataFrame]

_ROOMS = {
    "cost": cost, "evidence": evidence, "growth": growth, "incidents": incidents,
    "overview": overview, "scale": scale, "velocity": velocity,
}  # fmt: skip
READS: Mapping[str, Read] = {
    f"{room}/{name}": getattr(module, name)
    for room, module in _ROOMS.items()
    for name in module.__all__
}
FORMATS = ("table", "csv", "json", "parquet")
_DEFAULT_DAYS = 28
_UNCUT = 10_000
UNKNOWN_COUNTRY = "ZZ"


def named(name: str) -> Read:
    """The read of that name; raises UnknownRead listing those there are."""
    if name not in READS:
        raise UnknownRead(f"There is no read {name!r}. There are: {', '.join(sorted(READS))}.")
    return READS[name]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard read``."""
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(sorted(READS))}")
    parser.add_argument("--since", type=a_day, help="first day; else 28 days back")
    parser.add_argument("--until", type=a_day, help="first day after; else now")
    parser.add_argument("--countries", type=a_list, help="ISO codes with commas between; else all")
    parser.add_argument("--platforms", type=platforms, help="platforms with commas; else all")
    parser.add_argument(
        "--as-of", type=a_day_or_instant, help="instant to look from, or the end of a day; else now"
    )
    parser.add_argument("--grain", type=Grain, choices=list(Grain), help="step; else by the span")
    parser.add_argument(
        "--comparison", type=Comparison, choices=list(Comparison), default=Comparison.PREVIOUS,
        help="the span to hold it against; else the previous one",
    )  # fmt: skip
    parser.add_argument("--format", choices=FORMATS, default="table")


def run(arguments: argparse.Namespace) -> None:
    """Print one read of the warehouse named by the settings."""
    warehouse = open_warehouse(read_settings().warehouse)
    frame = named(arguments.name)(warehouse, _chosen(arguments, warehouse), WORLD)
    _print(frame, arguments.name, arguments.format)


def _chosen(arguments: argparse.Namespace, warehouse: Warehouse) -> Slice:
    as_of = _as_of(arguments.as_of, warehouse)
    until = arguments.until or warehouse.complete_until(as_of)
    since = arguments.since or until - timedelta(days=_DEFAULT_DAYS)
    if until < since:
        raise ReadRefused(f"--until {until} lies before --since {since}.")
    return Slice(
        Span(since, until),
        as_of,
        countries=_countries(arguments.countries),
        platforms=arguments.platforms,
        comparison=arguments.comparison,
        asked_grain=arguments.grain,
    )


def _as_of(asked: date | datetime | None, warehouse: Warehouse) -> datetime:
    """The instant to look from; a day alone is looked back on once it is complete."""
    if asked is None:
        return warehouse.now
    if isinstance(asked, datetime):
        return asked
    zone = ZoneInfo(warehouse.reporting_time_zone)
    return datetime.combine(asked + timedelta(days=1), time(), zone)


def _countries(asked: frozenset[str] | None) -> frozenset[str] | None:
    unknown = sorted((asked or frozenset()) - {*countries(), UNKNOWN_COUNTRY})
    if unknown:
        raise ReadRefused(f"There is no country {', '.join(unknown)}; codes are such as IN or US.")
    return asked


def _print(frame: pl.DataFrame, name: str, written_as: str) -> None:
    match written_as:
        case "csv":
            sys.stdout.buffer.write(as_csv(frame, name).content)
        case "json":
            sys.stdout.write(frame.write_json() + "\n")
        case "parquet":
            sys.stdout.buffer.write(as_parquet(frame, name).content)
        case _:
            with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=-1, fmt_str_lengths=_UNCUT):
                sys.stdout.write(f"{frame}\n")
