"""The first start: the sample is built where it is missing, once, whoever waits for it."""

import logging
import threading
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

from dashboard.settings import Settings, read_settings
from dashboard.warehouse.lock import writing
from dashboard.warehouse.manifest import MANIFEST_NAME

Progress: TypeAlias = Callable[[float, str], None]
"""Told the share done, 0 to 1, and a sentence."""

_LOG = logging.getLogger(__name__)
_LONGEST_BUILD_SECONDS = 900.0


def sample_is_missing(settings: Settings) -> bool:
    """Whether the warehouse to read is the sample, and it was not built yet."""
    return settings.reads_sample and not (settings.warehouse_folder / MANIFEST_NAME).exists()


def build(folder: Path, progress: Progress) -> None:
    """Build the sample into ``folder``.

    Servers that start at once take turns, and the second finds it built.
    """
    # Every later start does without the generator, so it is not loaded for them.
    from sample_data.build import build_sample

    with writing(folder.with_name(".building-turn"), wait_seconds=_LONGEST_BUILD_SECONDS):
        if not (folder / MANIFEST_NAME).exists():
            build_sample(folder, progress=progress)


class SampleBuild:
    """The building of the sample beside a running server; every waiting page reads its state."""

    def __init__(self, work: Callable[[Progress], None]) -> None:
        """Prepare for the ``work``, which tells how far it is."""
        self._work = work
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.share_done = 0.0
        self.sentence = "Starting"
        self.failure: Exception | None = None

    @property
    def is_underway(self) -> bool:
        """Whether it was started and has not ended."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start building, unless it is underway or has failed already."""
        with self._lock:
            if not self.is_underway and self.failure is None:
                self._thread = threading.Thread(target=self._build, name="sample", daemon=True)
                self._thread.start()

    def start_again(self) -> None:
        """Start building although it failed before."""
        self.failure = None
        self.start()

    def wait(self) -> None:
        """Wait until it has ended, where it was started."""
        if self._thread is not None:
            self._thread.join()

    def _build(self) -> None:
        try:
            self._work(self._advance)
        # Whatever ended it, the pages that wait must learn that it ended.
        except Exception as failure:  # noqa: BLE001
            _LOG.exception("The sample was not built")
            self.failure = failure

    def _advance(self, share_done: float, sentence: str) -> None:
        self.share_done, self.sentence = share_done, sentence


@cache
def sample_build() -> SampleBuild:
    """The one build of this process."""
    return SampleBuild(partial(build, read_settings().warehouse_folder))
