"""A frame is held to the columns its query's header promises."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from dashboard.errors import QueryError
from dashboard.warehouse.library import Query, Type, Word, fit

DAY = date(2024, 1, 1)


def _promising(**columns: Type) -> Query:
    return Query("a/query", "m", "g", {}, columns, ("user_days",), "", "")


def _refusal(values: pl.Series, promised: Type) -> str:
    with pytest.raises(QueryError) as refused:
        fit(values.alias("it").to_frame(), _promising(it=promised))
    return str(refused.value)


def test_columns_come_in_the_promised_order_and_types() -> None:
    frame = pl.DataFrame(
        {"people": pl.Series([Decimal(3)], dtype=pl.Decimal(38, 0)), "day": [DAY], "share": [1]}
    )
    fitted = fit(
        frame, _promising(day=Type(Word.DAY), people=Type(Word.WHOLE), share=Type(Word.NUMBER))
    )
    assert fitted.schema == {"day": pl.Date, "people": pl.Int64, "share": pl.Float64}
    assert fitted.rows() == [(DAY, 3, 1.0)]


def test_instants_become_utc() -> None:
    naive = pl.Series([datetime(2024, 1, 1, 12)])  # noqa: DTZ001
    paris = pl.Series([datetime(2024, 1, 1, 12, tzinfo=UTC)]).dt.convert_time_zone("Europe/Paris")
    for values in (naive, paris):
        fitted = fit(values.alias("at").to_frame(), _promising(at=Type(Word.INSTANT)))
        assert fitted["at"].to_list() == [datetime(2024, 1, 1, 12, tzinfo=UTC)]
        assert fitted.schema["at"] == pl.Datetime("us", "UTC")


def test_an_empty_frame_has_the_promised_types() -> None:
    query = _promising(day=Type(Word.DAY), tags=Type(Word.TEXTS), title=Type(Word.TEXT))
    fitted = fit(pl.DataFrame({"day": [], "tags": [], "title": []}), query)
    assert fitted.schema == {"day": pl.Date, "tags": pl.List(pl.String), "title": pl.String}


def test_an_unknown_value_needs_a_promise() -> None:
    assert "'it' holds nulls" in _refusal(pl.Series([1, None]), Type(Word.WHOLE))
    promised = _promising(it=Type(Word.WHOLE, is_nullable=True))
    assert fit(pl.DataFrame({"it": [None]}), promised).schema == {"it": pl.Int64}


@pytest.mark.parametrize(
    ("values", "promised"),
    [
        (pl.Series([1.5]), Type(Word.WHOLE)),
        (pl.Series(["1"]), Type(Word.WHOLE)),
        (pl.Series(["1"]), Type(Word.NUMBER)),
        (pl.Series([1]), Type(Word.TEXT)),
        (pl.Series([datetime(2024, 1, 1, tzinfo=UTC)]), Type(Word.DAY)),
        (pl.Series([DAY]), Type(Word.INSTANT)),
        (pl.Series([2**64 - 1], dtype=pl.UInt64), Type(Word.WHOLE)),
        (pl.Series([["a"]]), Type(Word.DAYS)),
    ],
)
def test_a_column_of_another_type_is_named(values: pl.Series, promised: Type) -> None:
    assert "a/query: column 'it'" in _refusal(values, promised)


def test_a_missing_column_and_a_surplus_one_are_named() -> None:
    query = _promising(day=Type(Word.DAY))
    with pytest.raises(QueryError, match="column 'day' is promised but not in the answer"):
        fit(pl.DataFrame({}), query)
    with pytest.raises(QueryError, match="column 'more' is not promised"):
        fit(pl.DataFrame({"day": [DAY], "more": [1]}), query)
