"""The data contract holds together, and its page says what its tables say."""

import pytest

from dashboard.warehouse.contract import Table
from dashboard.warehouse.contract_page import CONTRACT_PAGE, contract_page
from dashboard.warehouse.tables import TABLES

_TABLES = list(TABLES.values())


def test_the_page_is_up_to_date() -> None:
    assert CONTRACT_PAGE.read_text(encoding="utf-8") == contract_page(_TABLES), (
        "docs/data_contract.md is behind: run python -m dashboard.warehouse.contract_page"
    )


@pytest.mark.parametrize("table", _TABLES, ids=list(TABLES))
def test_a_table_names_only_columns_it_has(table: Table) -> None:
    names = {column.name for column in table.columns}
    named = {*table.key, table.event, table.recorded, table.country, table.platform} - {""}
    known_from = {column.known_from for column in table.columns} - {""}
    assert named | known_from <= names


@pytest.mark.parametrize("table", _TABLES, ids=list(TABLES))
def test_key_and_event_are_always_there(table: Table) -> None:
    assert all(table.column(name).required for name in (*table.key, table.event))
