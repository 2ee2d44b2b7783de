"""The places tests happen in: small warehouses, running servers, a browser."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import chromium
from tests.nearby import ingesting_apart, ingesting_here
from tests.once import making_once
from tests.places import build_tiny_warehouse, built_sample
from tests.servers import Server, Way, serving
from tests.shared import built_once, folder_of_run
from tests.wide import first_quick

# A busy machine is slow, not wrong: examples are judged by what they give, not how fast.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")

_FIRST_ANSWER_SECONDS = 60
_SHOWN_WITHIN_MS = 20_000
MOST_SKIPS = 3
"""More skipped tests than this fail the run: a test that never runs guards nothing."""


@pytest.fixture(scope="session", autouse=True)
def ingests_here() -> Iterator[None]:
    """Sources are taken in by this process, unless a test asks for ``own_process``."""
    with ingesting_here():
        yield


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """What would be the same for every test is made once."""
    with making_once():
        yield


@pytest.fixture
def own_process() -> Iterator[None]:
    """Sources are taken in by a process of their own, as in the product."""
    with ingesting_apart():
        yield


@pytest.fixture(scope="session")
def tiny_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small whole warehouse of ninety days; only read it."""
    folder = folder_of_run(tmp_path_factory) / "tiny" / "warehouse"
    return built_once(folder, build_tiny_warehouse)


@pytest.fixture(scope="session")
def sample_warehouse() -> Path:
    """The whole sample, built once for each state of its generator; only read it."""
    with ingesting_apart():
        return built_sample()


@pytest.fixture(
    scope="session", params=first_quick([Way.STREAMLIT_RUN, Way.UP]), ids=["streamlit_run", "up"]
)
def served_app(
    request: pytest.FixtureRequest, tiny_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The dashboard over the tiny warehouse, started in each of its two ways."""
    log = tmp_path_factory.mktemp("served") / "log.txt"
    with serving(request.param, tiny_warehouse, log) as server:
        # The first answer waits until the server is warm, which takes a while on a busy machine.
        httpx.get(server.address, timeout=_FIRST_ANSWER_SECONDS).raise_for_status()
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium that makes no requests of its own."""
    # A busy machine is slow, not wrong.
    expect.set_options(timeout=_SHOWN_WITHIN_MS)
    path = chromium.find()
    if path is None:
        pytest.fail("No Chromium or Chrome is installed: run 'python -m tests.browser.chromium'.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=chromium.arguments())
        yield launched
        launched.close()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped more than a few tests."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = len(reporter.stats.get("skipped", []))
    if skipped > MOST_SKIPS and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{skipped} tests were skipped; at most {MOST_SKIPS} may be.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
