"""The command ``up``: the sample is built where it is missing, then the dashboard is served."""

import argparse
import os
import sys

from dashboard.settings import ROOT_FOLDER, read_settings
from dashboard.terminal import ProgressBar
from dashboard.ui import first_start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard up``."""
    parser.add_argument("--port", type=int, help="port to serve on; else 8501, or the next free")


def run(arguments: argparse.Namespace) -> None:
    """Build the sample where it is missing, then become the server.

    The server replaces this process: it is the very program that ``streamlit run`` starts.
    """
    settings = read_settings()
    if first_start.sample_is_missing(settings):
        first_start.build(settings.warehouse_folder, ProgressBar())
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT_FOLDER / "streamlit_app.py")]
    port = [] if arguments.port is None else [f"--server.port={arguments.port}"]
    sys.stdout.flush()
    os.execv(sys.executable, command + port)
