"""What a newcomer waits for: the first start, the second one, and the building of the sample."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from tests.bench.browsing import a_browser_page
from tests.bench.figures import Figure, megabytes
from tests.servers import ROOT, announced, free_port

_PRODUCT = (
    ".streamlit", "dashboard", "pages", "queries", "sample_data", "Makefile", "requirements.txt",
    "requirements-dev.txt", "streamlit_app.py",
)  # fmt: skip
_LONGEST_WAIT_MS = 600_000
_STARTED_IN_VAIN_SECONDS = 30
_SOMEBODY = "demo-executive"


def starting_figures(scratch: Path) -> Iterator[Figure]:
    """Start a copy of the product that has its packages and no data, then start it again."""
    product = _copy(scratch / "product")
    first = _first_chart_seconds(product, scratch / "first-start.log")
    yield Figure("first chart after `make run`, packages installed, no sample yet",
                 f"{first:,.1f} s", "90 s")  # fmt: skip
    second = _first_chart_seconds(product, scratch / "second-start.log")
    yield Figure("first chart after `make run`, sample there", f"{second:,.1f} s", "8 s")
    yield _built(scratch / "sample")


def _copy(folder: Path) -> Path:
    """The product as it stands, without anything it has built."""
    for name in _PRODUCT:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            built = shutil.ignore_patterns("warehouse*", ".building*", "__pycache__")
            shutil.copytree(source, target, ignore=built if name == "sample_data" else None)
        else:
            shutil.copy2(source, target)
    return folder


def _first_chart_seconds(product: Path, log: Path) -> float:
    """Seconds from the command to the first drawn chart in a browser that waits for it."""
    with a_browser_page() as page:
        began = perf_counter()
        with _made_to_run(product, log) as address:
            page.goto(f"{address}/growth")
            page.locator(f".st-key-sign-in-{_SOMEBODY} button").first.click(
                timeout=_LONGEST_WAIT_MS
            )
            page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=_LONGEST_WAIT_MS)
            return perf_counter() - began


@contextmanager
def _made_to_run(product: Path, log: Path) -> Iterator[str]:
    """The address of ``make run``, with the packages of this program."""
    command = ["make", "run", f"VENV={ROOT / '.venv'}", f"PORT={free_port()}"]
    environment = {name: value for name, value in os.environ.items() if name != "WAREHOUSE_URL"}
    with log.open("w") as writing:
        process = subprocess.Popen(
            command, cwd=product, env={**environment, "PYTHONUNBUFFERED": "1"}, text=True,
            stdout=subprocess.PIPE, stderr=writing, start_new_session=True,
        )  # fmt: skip
    try:
        yield announced(process, log)
    finally:
        # make passes no signal on, so all that it started is told to end.
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=_STARTED_IN_VAIN_SECONDS)


def _built(folder: Path) -> Figure:
    before, began = _children_seconds(), perf_counter()
    command = [sys.executable, "-m", "dashboard", "sample", "--to", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    wall, busy = perf_counter() - began, _children_seconds() - before
    return Figure(
        "first build of the sample",
        f"{wall:,.1f} s ({busy:,.0f} s of processor time), {megabytes(folder):,.0f} MB",
        "30 s, 400 MB",
    )


def _children_seconds() -> float:
    """Processor seconds of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
