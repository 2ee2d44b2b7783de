"""Tests take sources in without a process for each, and what comes of it is the same."""

from pathlib import Path

import pytest

from dashboard.errors import FatalSource
from tests.nearby import ingesting_apart, ingesting_here
from tests.warehouse.taking_in import Place, csv, visits

pytestmark = pytest.mark.wide


def test_a_warehouse_made_here_is_the_one_a_process_of_its_own_makes(tmp_path: Path) -> None:
    seen = visits(*((day, who, "IN", "ios", 1) for day in range(1, 40) for who in range(9)))
    here, apart = (Place(tmp_path / name / "warehouse") for name in ("here", "apart"))
    for place in (here, apart):
        place.folder.parent.mkdir()
    with ingesting_here():
        here.take("user_days", seen)
    with ingesting_apart():
        apart.take("user_days", seen)
    assert here.manifest == apart.manifest


def test_a_fatal_source_is_told_in_the_same_words(tmp_path: Path) -> None:
    source = csv(tmp_path, "visits.csv", "2024-01-01,1,IN,ios,many,1,1")
    with ingesting_here(), pytest.raises(FatalSource) as here:
        Place(tmp_path / "here").take("user_days", source)
    with ingesting_apart(), pytest.raises(FatalSource) as apart:
        Place(tmp_path / "apart").take("user_days", source)
    assert str(here.value) == str(apart.value)
