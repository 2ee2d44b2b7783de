"""The build: the sample's source files made into a warehouse that appears whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from dashboard.warehouse.ingest.report import Progress, in_silence
from sample_data.generate import Size, write_sample
from sample_data.timeline import FIRST_DAY, LAST_DAY, WATERMARK

SYNTHETIC = f"invented sample platform, {FIRST_DAY:%B %Y} to {LAST_DAY:%B %Y}"
_SHARE_OF_WRITING = 0.3


def build_sample(folder: Path, size: Size | None = None, progress: Progress = in_silence) -> None:
    """Build the sample warehouse in ``folder``, in place of an earlier sample that is there.

    It is built in a folder beside and moved into place when it is whole: killed at any instant,
    a build leaves what was there before. Raises IngestError where it cannot be ingested.
    """
    wanted = size or Size()
    with _beside(folder) as building:
        sources, warehouse = building / "sources", building / "warehouse"
        write_sample(sources, wanted, lambda share, said: progress(share * _SHARE_OF_WRITING, said))
        ingest_in_turn(
            _loads(sources, wanted),
            warehouse,
            options=IngestOptions(
                synthetic=SYNTHETIC,
                # Nobody needs to know where the sources stand: they are gone when it is done.
                progress=lambda share, said: progress(
                    _SHARE_OF_WRITING + share * (0.99 - _SHARE_OF_WRITING),
                    said.replace(f"{sources}/", ""),
                ),
            ),
        )
        _replace(folder, warehouse, building / "before")
    progress(1.0, "the sample is ready")


def _loads(sources: Path, size: Size) -> list[Load]:
    return [
        Load(table, (sources / f"{table}.parquet",), weight=weight, watermark=WATERMARK)
        for table, weight in size.weights().items()
    ]


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder of our own on the same disk, so that moving out of it is one step; dropped after."""
    building = folder.with_name(f".building-{folder.name}")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _replace(folder: Path, built: Path, aside: Path) -> None:
    """Move what was built to ``folder``, and what is there ``aside`` first."""
    if folder.exists():
        folder.rename(aside)
    built.rename(folder)
