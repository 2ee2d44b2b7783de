"""The first start: one building of the sample, however many pages wait for it."""

from pathlib import Path
from threading import Event

from dashboard.settings import SAMPLE_FOLDER, Settings
from dashboard.ui.first_start import Progress, SampleBuild, sample_is_missing

_SOON_SECONDS = 10


class _Work:
    """Work that goes on until it is let go, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.started, self.let_go, self.ended = Event(), Event(), Event()
        self.failures, self.times = failures, 0

    def __call__(self, progress: Progress) -> None:
        self.times += 1
        progress(0.25, "A quarter")
        self.started.set()
        try:
            assert self.let_go.wait(_SOON_SECONDS)
            if self.times <= self.failures:
                raise OSError("no space left")
        finally:
            self.ended.set()


def _end(build: SampleBuild, work: _Work) -> None:
    work.let_go.set()
    assert work.ended.wait(_SOON_SECONDS)
    build.wait()


def test_two_pages_that_wait_start_it_once() -> None:
    work = _Work()
    build = SampleBuild(work)
    build.start()
    build.start()
    assert work.started.wait(_SOON_SECONDS)
    assert build.is_underway
    assert (build.share_done, build.sentence) == (0.25, "A quarter")
    _end(build, work)
    assert work.times == 1
    assert not build.is_underway


def test_a_failure_is_kept_for_every_page_and_not_tried_again_unasked() -> None:
    work = _Work(failures=1)
    build = SampleBuild(work)
    build.start()
    _end(build, work)
    build.start()
    assert str(build.failure) == "no space left"
    assert work.times == 1
    build.start_again()
    _end(build, work)
    assert build.failure is None
    assert work.times == 2


def test_only_the_sample_is_built_where_it_is_missing(tmp_path: Path) -> None:
    assert not sample_is_missing(Settings(tmp_path / "somebody's own"))
    built = (SAMPLE_FOLDER / "manifest.json").exists()
    assert sample_is_missing(Settings(SAMPLE_FOLDER)) is not built
