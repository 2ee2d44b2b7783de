"""ClickHouse's own bitmaps agree with brute force, whatever people did."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.warehouse.agreement import Question, disagreements
from tests.warehouse.brute_force import Visit, history
from tests.warehouse.clickhouse.conftest import Loading
from tests.warehouse.hand_made_sets import write_people
from tests.warehouse.histories import ingests, questions


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new folder for each example."""
    root = tmp_path_factory.mktemp("histories")
    return (root / str(number) for number in count())


@pytest.mark.wide
# The same histories are held to brute force on the other engine, forty of them, and both engines to
# each other; loading one here takes as long as ten there.
@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(rows=ingests, asked=questions())
def test_bitmaps_and_queries_agree_with_brute_force(
    folders: Iterator[Path], loaded: Loading, rows: list[list[Visit]], asked: Question
) -> None:
    held = history(*rows)
    folder = next(folders)
    write_people(folder, held)
    assert disagreements(loaded(folder), held, asked) == []
