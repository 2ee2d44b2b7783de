"""Figures and how they are written: a measured value beside its goal."""

import platform
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import psutil

_PACKAGES = ("streamlit", "duckdb", "polars", "pyroaring", "plotly")


@dataclass(frozen=True)
class Figure:
    """One measured figure: what, how much, and what was hoped for ('' where nothing was)."""

    what: str
    value: str
    goal: str = ""


@dataclass(frozen=True)
class Times:
    """Seconds that one thing took, several times over."""

    seconds: Sequence[float]

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """The nearest rank at or above 95 in 100."""
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, -(-95 * len(ranked) // 100) - 1)]

    def in_ms(self) -> str:
        """Median and 95th percentile as text."""
        return f"p50 {self.p50 * 1000:,.0f} ms, p95 {self.p95 * 1000:,.0f} ms"


def timed(work: Callable[[], object], times: int) -> Times:
    """How long the work takes, ``times`` times over."""
    seconds = []
    for _ in range(times):
        began = perf_counter()
        work()
        seconds.append(perf_counter() - began)
    return Times(seconds)


def machine() -> str:
    """The machine and the versions the figures were measured with."""
    memory = psutil.virtual_memory().total / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{_processor()}, {psutil.cpu_count()} cores, {memory:.0f} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}, {packages}"
    )


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    rows = [f"| {figure.what} | {figure.value} | {figure.goal} |" for figure in figures]
    return "\n".join(["| what | measured | goal |", "| --- | --- | --- |", *rows])


def megabytes(folder: Path) -> float:
    """The size of a folder's files, in MB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def _processor() -> str:
    if platform.system() == "Linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    found = subprocess.run(
        ["uname", "-p"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return found or platform.machine()
