"""Both engines give the same frame to every question."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.errors import OutsideReach
from dashboard.settings import ENGINE
from dashboard.slices import Scope
from dashboard.warehouse.clickhouse.engine import ClickHouseWarehouse
from dashboard.warehouse.engine import AudienceKind, Warehouse
from dashboard.warehouse.library import QUERIES, tuned_queries
from tests.warehouse.asking import DAY_LIST, LAST, NOW, asked
from tests.warehouse.clickhouse.conftest import Both
from tests.wide import first_quick

EARLIER = NOW - timedelta(days=25, hours=7)
SCOPES = {
    "world": Scope(NOW),
    "as of earlier": Scope(EARLIER),
    "two countries": Scope(NOW, frozenset({"IN", "US"})),
    "one platform": Scope(NOW, platforms=frozenset({"ios"})),
    "a country on two platforms as of earlier": Scope(
        EARLIER, frozenset({"IN"}), frozenset({"ios", "web"})
    ),
    "nowhere": Scope(NOW, frozenset()),
    "a reader of two countries": Scope(NOW, frozenset({"IN"}), reach=frozenset({"IN", "BR"})),
}
TUNED = tuned_queries(ENGINE)


def _answers(house: Warehouse, name: str, scope: Scope) -> pl.DataFrame:
    return house.read(name, scope, **asked(name))


def _plain(house: ClickHouseWarehouse) -> ClickHouseWarehouse:
    """The same warehouse without the texts tuned for it."""
    return ClickHouseWarehouse(house.connection, house.database, house.manifest, tuned={})


@pytest.mark.parametrize("where", first_quick(SCOPES))
@pytest.mark.parametrize("name", list(QUERIES))
def test_a_query_answers_alike_on_both_engines(both: Both, name: str, where: str) -> None:
    duck, click = both
    try:
        expected = _answers(duck, name, SCOPES[where])
    except OutsideReach:
        with pytest.raises(OutsideReach):
            _answers(click, name, SCOPES[where])
        return
    assert_frame_equal(_answers(_plain(click), name, SCOPES[where]), expected)
    if name in TUNED:
        assert_frame_equal(_answers(click, name, SCOPES[where]), expected)


def test_the_data_has_rows_for_every_query(both: Both) -> None:
    empty = [name for name in QUERIES if _answers(both[0], name, SCOPES["world"]).is_empty()]
    assert empty == []


@pytest.mark.parametrize("kind", list(AudienceKind))
@pytest.mark.parametrize("where", first_quick(SCOPES))
def test_sets_answer_alike_on_both_engines(both: Both, where: str, kind: AudienceKind) -> None:
    duck, click = (house.audience(kind, SCOPES[where]) for house in both)
    elsewhere = Scope(SCOPES[where].as_of, frozenset({"BR"}))
    other = [house.audience(kind, elsewhere) for house in both]
    days = [LAST - timedelta(days=back) for back in range(20, -1, -1)]
    for here, there in (
        (duck.people(days, [1, 7, 28, 30]), click.people(days, [1, 7, 28, 30])),
        (duck.accounting(days, 28), click.accounting(days, 28)),
        (duck.retention(days[::7]), click.retention(days[::7])),
        (duck.days_active(LAST, 28), click.days_active(LAST, 28)),
        (duck.by_country(DAY_LIST, 28), click.by_country(DAY_LIST, 28)),
        (duck.by_platform(DAY_LIST, 28), click.by_platform(DAY_LIST, 28)),
    ):
        assert_frame_equal(there, here)
    assert duck.overlap(other[0], LAST, 28) == click.overlap(other[1], LAST, 28)


@pytest.mark.parametrize("name", [name for name in QUERIES if "charges" in QUERIES[name].source])
def test_sums_that_no_ingest_made_are_made_as_they_are_read(both: Both, name: str) -> None:
    duck, click = both
    tables = {table: held for table, held in click.manifest.tables.items() if table != "charges"}
    older = ClickHouseWarehouse(
        click.connection, click.database, replace(click.manifest, tables=tables)
    )
    assert_frame_equal(_answers(older, name, SCOPES["as of earlier"]), _answers(
        duck, name, SCOPES["as of earlier"]))  # fmt: skip
