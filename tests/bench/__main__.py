"""``python -m tests.bench [PART ...]``: measure, print, and write docs/benchmarks.md."""

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
from tests.bench.billing import billing_figures
from tests.bench.browsing import browsing_figures
from tests.bench.clickhousing import clickhouse_figures
from tests.bench.figures import Figure, machine
from tests.bench.ingesting import ingested
from tests.bench.living import living_figures
from tests.bench.page_time import page_times
from tests.bench.rolling import rolling_figures
from tests.bench.starting import starting_figures
from tests.bench.written import section, with_sections
from tests.places import built_sample
from tests.servers import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
_DAYS = 90
_SMALL, _LARGE = 20_000, 2_000_000
_LINES = 10_000_000
_GROWTH, _OVERVIEW = "growth?span=Last+90+days", "overview?span=Last+90+days"
_SCREENS = {
    "Overview": _OVERVIEW,
    "Cost per MAU": "cost_per_mau?span=Last+90+days",
    "Content velocity": "content_velocity?span=Last+90+days",
}
_FEW_RUNS = 7
_ALL_TIME = "growth?span=All+time"


@dataclass(frozen=True)
class _Bench:
    """Where is measured, and over how many people."""

    scratch: Path
    people: int
    lines: int

    @property
    def small(self) -> Path:
        return self.scratch / "small"

    @property
    def large(self) -> Path:
        return self.scratch / "large"

    def build(self) -> None:
        """Both warehouses are there, without figures of how they came to be."""
        list(self.ingesting())

    def ingesting(self) -> Iterator[Figure]:
        """User-days taken in, from Parquet to a published version.

        A warehouse that is there already is left out.
        """
        for folder, people in ((self.small, _SMALL), (self.large, self.people)):
            if not (folder / "warehouse" / MANIFEST_NAME).exists():
                yield ingested(folder, people, _DAYS)

    def rolling(self) -> Iterator[Figure]:
        """Monthly actives, in three ways."""
        self.build()
        yield from rolling_figures(self.large / "warehouse", _DAYS)

    def growth(self) -> Iterator[Figure]:
        """Server time of the Growth page."""
        self.build()
        yield from _pages(self.small / "warehouse", self.large / "warehouse", self.scratch)

    def screens(self) -> Iterator[Figure]:
        """Server time of the other screens over the sample, of the Overview on both engines."""
        yield from _warm_screens(built_sample(), self.scratch)

    def bills(self) -> Iterator[Figure]:
        """Ten million lines of a bill, ingested and shown."""
        yield from billing_figures(self.scratch / "bill", self.lines, self.scratch / "bill_parts")

    def browser(self) -> Iterator[Figure]:
        """What a click in the browser takes."""
        yield from browsing_figures(built_sample(), self.scratch)

    def live(self) -> Iterator[Figure]:
        """From a followed file's landing to the screen."""
        yield from living_figures(self.scratch)

    def start(self) -> Iterator[Figure]:
        """The first start, the second, and the building of the sample."""
        yield from starting_figures(self.scratch)

    def clickhouse(self) -> Iterator[Figure]:
        """The same warehouses in ClickHouse."""
        self.build()
        yield from clickhouse_figures(
            self.small / "warehouse", self.large / "warehouse", self.scratch
        )


PARTS: dict[str, Callable[[_Bench], Iterator[Figure]]] = {
    "ingest": _Bench.ingesting,
    "rolling": _Bench.rolling,
    "growth": _Bench.growth,
    "screens": _Bench.screens,
    "bills": _Bench.bills,
    "browser": _Bench.browser,
    "live": _Bench.live,
    "start": _Bench.start,
    "clickhouse": _Bench.clickhouse,
}
"""What can be measured, by name; the first line of each docstring heads its section."""


def main() -> int:
    """Measure all, or the parts named; what is written down is of full size."""
    parser = _parser()
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.parts) - set(PARTS)):
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    is_of_full_size = arguments.people == _LARGE and arguments.lines == _LINES
    if arguments.write and not is_of_full_size:
        parser.error("what is written down is of full size; leave out --people and --lines")
    is_whole = not arguments.parts and not arguments.keep and is_of_full_size
    with tempfile.TemporaryDirectory() as scratch:
        bench = _Bench(arguments.keep or Path(scratch), arguments.people, arguments.lines)
        for part in arguments.parts or PARTS:
            figures = list(_printed(PARTS[part](bench)))
            if figures and (arguments.write or is_whole):
                _write(part, figures)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--write", action="store_true", help="write the sections of these parts")
    parser.add_argument("--people", type=int, default=_LARGE, help="people of the large warehouse")
    parser.add_argument("--lines", type=int, default=_LINES, help="lines of the large bill")
    parser.add_argument("--keep", type=Path, help="folder to build in and keep, or to use again")
    return parser


def _write(part: str, figures: list[Figure]) -> None:
    """Put the figures in the place of the part's last ones."""
    about = (PARTS[part].__doc__ or "").partition("\n")[0]
    measured = {part: section(about, figures, machine=machine())}
    page = with_sections(PAGE.read_text(encoding="utf-8"), measured, list(PARTS))
    PAGE.write_text(page, encoding="utf-8")


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
