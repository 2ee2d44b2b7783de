"""The command line: ``python -m dashboard COMMAND``."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

_VERIFIER = "verify-audit"
COMMANDS = {
    "up": ("dashboard.ui.serve", "serve the dashboard, building the sample where it is missing"),
    "sample": ("sample_data.command", "build the sample platform's warehouse"),
    "ingest": ("dashboard.commands.ingest", "take in raw activity"),
    "warehouse-ddl": ("dashboard.commands.warehouse_ddl", "print the tables ClickHouse needs"),
    "backend": ("dashboard.backend.program", "serve the control plane"),
    "stop": ("dashboard.commands.stop", "end one change at once, when the screen is down"),
    "pops": ("dashboard.pops.program", "run a demo's points of presence"),
    _VERIFIER: ("dashboard.verify_audit", "check the audit without trusting who wrote it"),
    "read": ("dashboard.commands.read", "print the numbers of a screen"),
}
"""Each command's module, loaded only when it is asked for, and what it does."""


class Command(Protocol):
    """What the module of a command offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""
        ...

    def run(self, arguments: argparse.Namespace) -> None:
        """Carry the command out; raises DashboardError where it cannot be."""
        ...


def main(words: Sequence[str]) -> int:
    """Carry out one command; 0 when done, 2 with a sentence on stderr when it cannot be."""
    if words[:1] == [_VERIFIER]:
        # It trusts nothing of this program, so nothing else of it is loaded.
        from dashboard import verify_audit

        return verify_audit.main(words[1:])
    from dashboard.errors import DashboardError

    parser = argparse.ArgumentParser(prog="python -m dashboard")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = words[0] if words else ""
    for name, (module, does) in COMMANDS.items():
        its_own = commands.add_parser(name, help=does, description=does.capitalize() + ".")
        if name == asked:
            command = cast(Command, import_module(module))
            command.add_arguments(its_own)
    arguments = parser.parse_args(words)
    try:
        command.run(arguments)
    except DashboardError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
