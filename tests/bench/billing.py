"""Ten million lines of a bill: how long they take to come in, and what they are to the screen."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from dashboard.warehouse.ingest import IngestOptions, ingest
from dashboard.warehouse.manifest import MANIFEST_NAME
from dashboard.warehouse.tables import COST_LINES, USER_DAYS
from tests.bench.figures import Figure
from tests.bench.page_time import page_times
from tests.bench_bill import write_bill_csv, write_bill_parquet
from tests.bench_data import write_user_days
from tests.places import built_sample

_PART = 10
_PEOPLE, _DAYS = 2_000, 90
_FEW_RUNS = 7
_COST = "cost_per_mau?span=Last+90+days"
_WHAT = "Cost per MAU server time"


def billing_figures(folder: Path, lines: int, scratch: Path) -> Iterator[Figure]:
    """A bill from Parquet and a tenth of it from CSV: how long they take to come in and to show."""
    many, few = folder / "warehouse", scratch / "warehouse"
    export = folder / "bill.parquet"
    if not (many / MANIFEST_NAME).exists():
        yield _ingested(write_bill_parquet(export, lines), many, "Parquet", "60 s")
    part = write_bill_parquet(scratch / "part.parquet", lines // _PART)
    yield _ingested(write_bill_csv(part, scratch / "part.csv"), few, "CSV", "")
    people = write_user_days(scratch / "people", _PEOPLE, _DAYS)
    for warehouse in (many, few):
        ingest(USER_DAYS, people, warehouse, options=IngestOptions())
    yield from _shown(many, few, scratch)


def _ingested(source: Path, folder: Path, form: str, goal: str) -> Figure:
    began = perf_counter()
    report = ingest(COST_LINES, [source], folder, options=IngestOptions())
    seconds = perf_counter() - began
    lines = report.rows_landed / 1e6
    speed = f"{lines / seconds:,.2f}M a second ({seconds:,.1f} s)"
    return Figure(f"{lines:,.2f}M lines of a bill ingested from {form}", speed, goal)


def _shown(many: Path, few: Path, scratch: Path) -> Iterator[Figure]:
    """Server time of the Cost page over many lines, over a tenth of them and over the sample."""
    warm = page_times(many, _COST, scratch / "warm.log", remembers=True)
    yield Figure(f"{_WHAT}, many lines", warm.in_ms(), "p95 150 ms")
    first = {
        name: page_times(place, _COST, scratch / f"{name}.log", runs=_FEW_RUNS)
        for name, place in (("many", many), ("few", few), ("sample", built_sample()))
    }
    yield Figure(f"{_WHAT}, many lines, results forgotten", first["many"].in_ms())
    for name, words in (("few", "a tenth of them"), ("sample", "the sample")):
        ratio = first["many"].p50 / first[name].p50
        yield Figure(f"{_WHAT}, many lines over {words}", f"{ratio:,.2f} times", "no slower")
