"""The command ``ingest``: sources, or a folder's files as they come, go into the warehouse."""

import argparse
import signal
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

from dashboard.commands.arguments import a_count, a_zone, an_instant
from dashboard.errors import IngestError, SettingsError
from dashboard.settings import CLICKHOUSE_URL, ENGINE, read_settings
from dashboard.terminal import ProgressBar
from dashboard.warehouse.ingest import Completeness, IngestOptions, IngestReport, ingest
from dashboard.warehouse.ingest.follow import Following
from dashboard.warehouse.ingest.rollups import refuse_rollup
from dashboard.warehouse.tables import TABLES, TAKEN_IN


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard ingest``."""
    parser.add_argument(
        "table", nargs="?", choices=sorted(TABLES), metavar="TABLE", help=", ".join(TAKEN_IN)
    )
    parser.add_argument(
        "sources", nargs="*", type=Path, metavar="SOURCE",
        help="Parquet, CSV or JSON Lines files, or patterns such as 'days/*.parquet'",
    )  # fmt: skip
    _add_options(parser)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sql", default="", help="reshape: one SELECT over the relation 'source'")
    parser.add_argument(
        "--follow", type=Path, metavar="FOLDER", help="go on with each new file of this folder"
    )
    parser.add_argument(
        "--to", choices=[ENGINE], metavar=ENGINE,
        help="load the warehouse's folder, as it is, into the server of CLICKHOUSE_URL",
    )  # fmt: skip
    parser.add_argument(
        "--watermark", type=an_instant, metavar="ISO",
        help="instant up to which the data is complete, which may be earlier than it was; else the "
        "end of its last day, or under --follow the beginning of it",
    )  # fmt: skip
    parser.add_argument(
        "--weight", type=a_count, metavar="N",
        help="how many rows of the platform one row stands for; kept as it was first given",
    )  # fmt: skip
    parser.add_argument(
        "--reporting-zone", type=a_zone, metavar="ZONE",
        help="time zone whose days a new warehouse counts in, as in Asia/Kolkata; else UTC",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> None:
    """Ingest what was asked for, and report it; raises IngestError where it cannot be taken."""
    if arguments.to:
        _load(arguments)
    else:
        _take_in(arguments)


def _take_in(arguments: argparse.Namespace) -> None:
    if arguments.table is None or (not arguments.sources and arguments.follow is None):
        raise IngestError("Name a table and a source, or a folder to --follow.")
    refuse_rollup(arguments.table)
    options = IngestOptions(
        sql=arguments.sql,
        weight=arguments.weight,
        watermark=arguments.watermark,
        is_growing=arguments.follow is not None,
        reporting_time_zone=arguments.reporting_zone or "",
        progress=ProgressBar(sys.stderr),
    )
    folder = read_settings().warehouse_folder
    table = TABLES[arguments.table]
    if arguments.sources:
        report = ingest(table, arguments.sources, folder, options=options)
        options.progress(1.0, "done")
        sys.stdout.write(told(report))
    if arguments.follow is not None:
        _follow(Following(table, arguments.follow, folder, options), arguments.follow)


def _load(arguments: argparse.Namespace) -> None:
    """Load the folder into the server; what an earlier load sent is not sent again."""
    # Only who loads a server needs its client.
    from dashboard.warehouse.clickhouse.connection import Purpose, connect
    from dashboard.warehouse.clickhouse.loading import load_folder

    if arguments.table is not None:
        raise IngestError("--to loads the whole warehouse: ingest the source first, then load.")
    settings = read_settings()
    server = settings.load_into
    if server is None:
        raise SettingsError(f"{CLICKHOUSE_URL.name} is not set: it names the server to load into.")
    loaded = load_folder(
        settings.warehouse_folder, connect(server, Purpose.LOAD), server.database,
        ProgressBar(sys.stderr),
    )  # fmt: skip
    sys.stdout.write(
        f"{server}: version {loaded.version} is in force; {loaded.parts_sent:,} parts with "
        f"{loaded.rows_sent:,} rows sent, {loaded.parts_there:,} there already, "
        f"{loaded.parts_dropped:,} dropped\n"
    )


def told(report: IngestReport) -> str:
    """A report as lines of text."""
    span = "" if report.since is None else f", days {report.since} to before {report.until}"
    lines = [
        f"{report.table}: {report.rows_landed:,} of {report.rows_read:,} rows landed{span}; "
        f"version {report.version} in {report.seconds:.1f} s"
    ]
    if report.groups is not None:
        again = f", {report.rows_replaced:,} rows in force before" if report.rows_replaced else ""
        lines.append(f"  statements: {report.groups:,}{again}")
    lines.extend(f"  of them {each.trait}: {each.rows:,}" for each in report.counted)
    if report.ignored:
        lines.append(f"  columns left out, unknown to {report.table}: {', '.join(report.ignored)}")
    if report.rows_replaced and report.groups is None:
        lines.append(f"  older rows replaced by later ones of their key: {report.rows_replaced:,}")
    for refusal in report.refused:
        lines.append(f"  refused rows: {refusal.rows:,}, because {refusal.reason}")
        lines.extend(f"    such as {example}" for example in refusal.examples)
    lines.extend(_told_of(report.complete) if report.complete else [])
    return "\n".join(lines) + "\n"


def _told_of(complete: Completeness) -> list[str]:
    last = complete.until - timedelta(days=1)
    said = f"  complete up to and with {last}"
    if last < complete.since:
        said = "  no day is complete yet"
    if last < complete.newest_day:
        said += f"; {complete.newest_day} is open until a later day or --watermark completes it"
    if complete.moved_back_from is None:
        return [said]
    back = f"from {complete.moved_back_from:%Y-%m-%d %H:%M} to {complete.watermark:%Y-%m-%d %H:%M}"
    return [said, f"  the watermark went back {back} UTC, as stated"]


def _follow(following: Following, watched: Path) -> None:
    if not watched.is_dir():
        raise IngestError(f"{watched} is no folder.")
    stopped = Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stopped.set())
    sys.stdout.write(f"Following {watched}; end with Ctrl-C.\n")
    sys.stdout.flush()
    following.until(stopped, _tell)


def _tell(path: Path, became: IngestReport | IngestError) -> None:
    if isinstance(became, IngestError):
        sys.stderr.write(f"Set aside until it changes: {path.name}: {became}\n")
        sys.stderr.flush()
    else:
        sys.stdout.write(f"{path.name}: {told(became)}")
        sys.stdout.flush()
