"""``python -m tests.bench``: measure, print, and write docs/benchmarks.md."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dashboard.settings import Server
from dashboard.warehouse.clickhouse.connection import Purpose, connect
from dashboard.warehouse.clickhouse.loading import load_folder
from dashboard.warehouse.manifest import MANIFEST_NAME
from tests.bench.browsing import browsing_figures
from tests.bench.clickhousing import clickhouse_figures
from tests.bench.figures import Figure, machine, table
from tests.bench.ingesting import ingested
from tests.bench.page_time import page_times
from tests.bench.rolling import rolling_figures
from tests.bench.starting import starting_figures
from tests.places import built_sample
from tests.servers import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
_DAYS = 90
_SMALL, _LARGE = 20_000, 2_000_000
_GROWTH, _OVERVIEW = "growth?span=Last+90+days", "overview?span=Last+90+days"
_SCREENS = {
    "Overview": _OVERVIEW,
    "Cost per MAU": "cost_per_mau?span=Last+90+days",
    "Content velocity": "content_velocity?span=Last+90+days",
}
_FEW_RUNS = 7
_ALL_TIME = "growth?span=All+time"
_OPENING = """\
# Benchmarks

Written by `make bench` in one run, on: {machine}.

Compare figures of one run with each other; absolute times belong to the machine. Invented
user-days have 150 countries, three platforms and a few travellers (`tests/bench_data.py`). Server
time is measured over a WebSocket from the request for the page to its last message, with the
process warm and the remembered results emptied before each run; sets once read, the people of a
month by country, incident marks and the list of platforms stay with the open version. Growth is
asked over 90 days, and over the sample's ten years. A start is measured from the command to the
first chart in a waiting browser.
"""


@dataclass(frozen=True)
class _Bench:
    """Where is measured, and over how many people."""

    scratch: Path
    people: int

    @property
    def small(self) -> Path:
        return self.scratch / "small"

    @property
    def large(self) -> Path:
        return self.scratch / "large"

    def ingesting(self) -> Iterator[Figure]:
        """Ingest both warehouses, those that are there already left out."""
        for folder, people in ((self.small, _SMALL), (self.large, self.people)):
            if not (folder / "warehouse" / MANIFEST_NAME).exists():
                yield ingested(folder, people, _DAYS)

    def rolling(self) -> Iterator[Figure]:
        """Monthly actives, in three ways."""
        yield from self.ingesting()
        yield from rolling_figures(self.large / "warehouse", _DAYS)

    def growth(self) -> Iterator[Figure]:
        """Server time of the Growth page."""
        yield from self.ingesting()
        yield from _pages(self.small / "warehouse", self.large / "warehouse", self.scratch)

    def screens(self) -> Iterator[Figure]:
        """Server time of the other screens over the sample, of the Overview on both engines."""
        yield from _warm_screens(built_sample(), self.scratch)

    def browser(self) -> Iterator[Figure]:
        """What a click in the browser takes."""
        yield from browsing_figures(built_sample(), self.scratch)

    def start(self) -> Iterator[Figure]:
        """The first start, the second, and the building of the sample."""
        yield from starting_figures(self.scratch)

    def clickhouse(self) -> Iterator[Figure]:
        """The same warehouses in ClickHouse."""
        yield from self.ingesting()
        yield from clickhouse_figures(
            self.small / "warehouse", self.large / "warehouse", self.scratch
        )


_PARTS: dict[str, Callable[[_Bench], Iterator[Figure]]] = {
    "ingest": _Bench.ingesting,
    "rolling": _Bench.rolling,
    "growth": _Bench.growth,
    "screens": _Bench.screens,
    "browser": _Bench.browser,
    "start": _Bench.start,
    "clickhouse": _Bench.clickhouse,
}


def main() -> int:
    """Measure all, or the parts named; only a whole run at full size is written down."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(_PARTS)}")
    parser.add_argument("--people", type=int, default=_LARGE, help="people of the large warehouse")
    parser.add_argument("--keep", type=Path, help="folder to build in and keep, or to use again")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.parts) - set(_PARTS)):
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(_PARTS)}")
    with tempfile.TemporaryDirectory() as scratch:
        bench = _Bench(arguments.keep or Path(scratch), arguments.people)
        asked = arguments.parts or list(_PARTS)
        figures = [figure for part in asked for figure in _printed(_PARTS[part](bench))]
    if not arguments.parts and not arguments.keep and arguments.people == _LARGE:
        PAGE.write_text(
            f"{_OPENING.format(machine=machine())}\n{table(figures)}\n", encoding="utf-8"
        )
    return 0


def _pages(small: Path, large: Path, scratch: Path) -> Iterator[Figure]:
    of_small = page_times(small, _GROWTH, scratch / "small.log")
    of_large = page_times(large, _GROWTH, scratch / "large.log")
    of_sample = page_times(built_sample(), _ALL_TIME, scratch / "sample.log")
    yield Figure("Growth server time, small warehouse", of_small.in_ms(), "p95 150 ms")
    yield Figure("Growth server time, large warehouse", of_large.in_ms(), "p95 150 ms")
    yield Figure("Growth server time, ten years of the sample", of_sample.in_ms(), "p95 150 ms")
    ratio = of_large.p50 / of_small.p50
    yield Figure("Growth server time, large over small", f"{ratio:,.2f} times", "1.5 at most")


def _warm_screens(sample: Path, scratch: Path) -> Iterator[Figure]:
    """Server time of the screens whose results are remembered, and of the first time asked."""
    for title, address in _SCREENS.items():
        log = scratch / f"{title}.log"
        warm = page_times(sample, address, log, remembers=True)
        yield Figure(f"{title} server time", warm.in_ms(), "p95 150 ms")
        emptied = page_times(sample, address, log, runs=_FEW_RUNS)
        yield Figure(f"{title} server time, results forgotten", emptied.in_ms())
    yield _on_clickhouse(sample, scratch)


def _on_clickhouse(sample: Path, scratch: Path) -> Figure:
    server = Server(f"chdb://{scratch / 'overview'}", "sample", "sample")
    load_folder(sample, connect(server, Purpose.LOAD), server.database, lambda _share, _said: None)
    # An embedded engine belongs to one process at a time, and the dashboard is another one.
    connect(server, Purpose.LOAD).close()
    place = f"{server.connect_to}/{server.database}"
    warm = page_times(place, _OVERVIEW, scratch / "clickhouse.log", remembers=True)
    return Figure("Overview server time on ClickHouse", warm.in_ms(), "p95 150 ms")


def _printed(figures: Iterator[Figure]) -> Iterator[Figure]:
    for figure in figures:
        goal = f"   (goal: {figure.goal})" if figure.goal else ""
        sys.stdout.write(f"{figure.what}: {figure.value}{goal}\n")
        sys.stdout.flush()
        yield figure


if __name__ == "__main__":
    sys.exit(main())
