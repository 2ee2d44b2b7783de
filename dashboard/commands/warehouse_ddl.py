"""The command ``warehouse-ddl``: what ClickHouse is told before a warehouse is loaded into it."""

import argparse
import sys

from dashboard.commands.arguments import a_name
from dashboard.settings import read_settings
from dashboard.warehouse.clickhouse.layout import grants, statements

_DATABASE = "platform"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard warehouse-ddl``."""
    parser.add_argument(
        "--account", type=a_name, default="dashboard_reader", metavar="NAME",
        help="the read-only account that the dashboard connects with",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> None:
    """Print the statements, each ended by a semicolon, for the database of CLICKHOUSE_URL."""
    server = read_settings().load_into
    database = server.database if server else _DATABASE
    for statement in (*statements(database), *grants(database, arguments.account)):
        sys.stdout.write(f"{statement};\n\n")
