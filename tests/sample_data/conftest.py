"""The whole sample, written once for all its tests."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from sample_data.generate import write_sample
from tests.sample_data.history import UPLOADS_WEIGHT, History
from tests.shared import built_once, folder_of_run


@pytest.fixture(scope="session")
def sample_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source files of all ten years; only read them."""
    return built_once(folder_of_run(tmp_path_factory) / "sample", write_sample)


@pytest.fixture(scope="session")
def history(sample_source: Path) -> History:
    """The ten years, to be asked in SQL."""
    return History(sample_source)


@pytest.fixture(scope="session")
def people(history: History) -> npt.NDArray[np.float64]:
    """The 28-day audience on each day."""
    return history.audience()


@pytest.fixture(scope="session")
def uploads(history: History) -> npt.NDArray[np.float64]:
    """Videos of the platform uploaded on each day."""
    return UPLOADS_WEIGHT * history.by_day(
        "select uploaded_at::date, count(*) from uploads group by all"
    )
