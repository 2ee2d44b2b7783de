"""The command ``sample``: the sample platform is built, whole or smaller or larger."""

import argparse
from pathlib import Path

from dashboard.settings import SAMPLE_FOLDER
from dashboard.terminal import ProgressBar
from sample_data.build import build_sample
from sample_data.generate import Size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard sample``."""
    parser.add_argument(
        "--people", type=_positive, metavar="N", help="people seen in it; else the panel as it is"
    )
    parser.add_argument(
        "--days", type=_positive, metavar="D", help="days before its end; else all ten years"
    )
    parser.add_argument(
        "--to", type=Path, default=SAMPLE_FOLDER, metavar="DIR", help="folder of the warehouse"
    )


def run(arguments: argparse.Namespace) -> None:
    """Build what was asked for; raises IngestError where it cannot be."""
    size = Size(people=arguments.people, days=arguments.days)
    build_sample(arguments.to.resolve(), size, ProgressBar())


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
