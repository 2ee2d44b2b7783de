"""User-days ingested per second, from Parquet to a published version with its sets."""

from pathlib import Path
from time import perf_counter

from dashboard.warehouse.ingest import IngestOptions, ingest
from dashboard.warehouse.tables import USER_DAYS
from tests.bench.figures import Figure, megabytes
from tests.bench_data import write_user_days


def ingested(folder: Path, people: int, days: int) -> Figure:
    """Ingest invented user-days of ``people`` people into ``folder``, timing the ingest alone."""
    sources = write_user_days(folder / "source", people, days)
    began = perf_counter()
    report = ingest(USER_DAYS, sources, folder / "warehouse", options=IngestOptions())
    seconds = perf_counter() - began
    size = megabytes(folder / "warehouse")
    return Figure(
        f"{report.rows_landed / 1e6:,.2f}M user-days of {people / 1e6:,.2f}M people ingested",
        f"{report.rows_landed / seconds / 1e6:,.2f}M a second ({seconds:,.1f} s), {size:,.0f} MB",
        "2M a second",
    )
