"""``python -m tests.bench``: measure, print, and write docs/benchmarks.md."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dashboard.settings import SAMPLE_FOLDER
from tests.bench.browsing import browsing_figures
from tests.bench.figures import Figure, machine, table
from tests.bench.ingesting import ingested
from tests.bench.page_time import page_times
from tests.bench.rolling import rolling_figures
from tests.servers import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
_DAYS = 90
_SMALL, _LARGE = 20_000, 2_000_000
_QUERY = "?span=Last+90+days"
_ALL_TIME = "?span=All+time"
_OPENING = """\
# Benchmarks

Written by `make bench` in one run, on: {machine}.

Compare figures of one run with each other; absolute times belong to the machine. Invented
user-days have 150 countries, three platforms and a few travellers (`tests/bench_data.py`). Server
time is measured over a WebSocket from the request for the page to its last message, with the
process warm and the remembered results emptied before each run; sets once read, incident marks and
the list of platforms stay with the open version. Growth is asked over 90 days, and over the
sample's ten years.
"""


def main() -> int:
    """Run every measurement, the quick ones over fewer people when asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--people", type=int, default=_LARGE, help="people of the large warehouse")
    parser.add_argument("--keep", type=Path, help="folder to build in and keep, or to use again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        figures = list(_printed(_measured(arguments.keep or Path(scratch), arguments.people)))
    if arguments.people == _LARGE:
        PAGE.write_text(
            f"{_OPENING.format(machine=machine())}\n{table(figures)}\n", encoding="utf-8"
        )
    return 0


def _measured(scratch: Path, people: int) -> Iterator[Figure]:
    large, small = scratch / "large", scratch / "small"
    yield ingested(small, _SMALL, _DAYS)
    yield ingested(large, people, _DAYS)
    yield from rolling_figures(large / "warehouse", _DAYS)
    yield from _pages(small / "warehouse", large / "warehouse", scratch)
    yield from browsing_figures(SAMPLE_FOLDER, scratch)


def _pages(small: Path, large: Path, scratch: Path) -> Iterator[Figure]:
    of_small = page_times(small, _QUERY, scratch / "small.log")
    of_large = page_times(large, _QUERY, scratch / "large.log")
    of_sample = page_times(SAMPLE_FOLDER, _ALL_TIME, scratch / "sample.log")
    yield Figure("Growth server time, small warehouse", of_small.in_ms(), "p95 150 ms")
    yield Figure("Growth server time, large warehouse", of_large.in_ms(), "p95 150 ms")
    yield Figure("Growth server time, ten years of the sample", of_sample.in_ms(), "p95 150 ms")
    ratio = of_large.p50 / of_small.p50
    yield Figure("Growth server time, large over small", f"{ratio:,.2f} times", "1.5 at most")


def _printed(figures: Iterator[Figure]) -> Iterator[Figure]:
    for figure in figures:
        goal = f"   (goal: {figure.goal})" if figure.goal else ""
        sys.stdout.write(f"{figure.what}: {figure.value}{goal}\n")
        sys.stdout.flush()
        yield figure


if __name__ == "__main__":
    sys.exit(main())
