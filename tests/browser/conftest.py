"""The dashboard that the browser tests visit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Server, Way, serving


@pytest.fixture(scope="session")
def dashboard(tiny_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard over the tiny warehouse."""
    log = tmp_path_factory.mktemp("dashboard") / "log.txt"
    with serving(Way.STREAMLIT_RUN, tiny_warehouse, log) as server:
        yield server
