"""The command ``sample``: the sample platform is built, whole, smaller or larger, or replayed."""

import argparse
from pathlib import Path

from dashboard.commands.arguments import a_day
from dashboard.errors import IngestError
from dashboard.settings import SAMPLE_FOLDER
from dashboard.terminal import ProgressBar
from dashboard.warehouse.manifest import MANIFEST_NAME
from sample_data.build import build_sample
from sample_data.generate import Size
from sample_data.replay import USUAL_SPEED, replay


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard sample``."""
    parser.add_argument(
        "--people", type=_positive, metavar="N", help="people seen in it; else the panel as it is"
    )
    parser.add_argument(
        "--days", type=_positive, metavar="D", help="days before its end; else all ten years"
    )
    parser.add_argument(
        "--to", type=Path, metavar="DIR", help="folder of the warehouse; else beside the program"
    )
    parser.add_argument(
        "--replay", type=a_day, metavar="DAY",
        help="feed a copy of the sample from this day on as time passes, until Ctrl-C",
    )  # fmt: skip
    parser.add_argument(
        "--speed", type=_faster, default=USUAL_SPEED, metavar="N",
        help="with --replay: seconds of the platform to a second; else an hour",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> None:
    """Build or replay what was asked for; raises IngestError where it cannot be."""
    if arguments.replay is not None:
        _replay(arguments)
        return
    size = Size(people=arguments.people, days=arguments.days)
    build_sample((arguments.to or SAMPLE_FOLDER).resolve(), size, ProgressBar())


def _replay(arguments: argparse.Namespace) -> None:
    if arguments.people is not None or arguments.days is not None:
        raise IngestError("A replay is of the sample as it is: leave out --people and --days.")
    if not (SAMPLE_FOLDER / MANIFEST_NAME).exists():
        build_sample(SAMPLE_FOLDER, progress=ProgressBar())
    folder = arguments.to or SAMPLE_FOLDER.with_name("replay")
    replay(
        SAMPLE_FOLDER, folder.resolve(), arguments.replay,
        speed=arguments.speed, progress=ProgressBar(),
    )  # fmt: skip


def _faster(text: str) -> float:
    speed = float(text)
    if not 0 < speed < float("inf"):
        raise argparse.ArgumentTypeError("more than 0")
    return speed


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
