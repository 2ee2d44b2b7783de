"""Tables taken away as files: whole, checksummed, and harmless in a spreadsheet."""

import hashlib
import io
from datetime import date

import polars as pl
import pytest

from dashboard.exports import as_csv, as_parquet

RISKY = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "  =1", "＝1", "＋1", "－1", "＠x"]


@pytest.mark.parametrize("text", RISKY)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    read = pl.read_csv(as_csv(pl.DataFrame({"a": [text]}), "t").content)
    assert read["a"][0] == f"'{text}"


def test_column_names_and_lists_are_neutralised_too() -> None:
    frame = pl.DataFrame({"=a": ["x"], "b": [["=1", "2"]]})
    assert as_csv(frame, "t").content == b"'=a,b\nx,'=1; 2\n"


def test_numbers_and_days_stay_what_they_are() -> None:
    frame = pl.DataFrame({"n": [-5], "x": [-0.5], "day": [date(2020, 6, 1)]})
    assert as_csv(frame, "t").content == b"n,x,day\n-5,-0.5,2020-06-01\n"


def test_an_unknown_stays_empty() -> None:
    assert as_csv(pl.DataFrame({"a": ["x", None]}), "t").content == b"a\nx\n\n"


def test_nothing_is_ever_cut() -> None:
    frame = pl.DataFrame({"n": range(200_000)})
    assert as_csv(frame, "t").content.count(b"\n") == 200_001
    assert pl.read_parquet(io.BytesIO(as_parquet(frame, "t").content)).equals(frame)


def test_the_checksum_is_that_of_the_file_taken_away() -> None:
    export = as_csv(pl.DataFrame({"a": [1]}), "people")
    assert export.name == "people.csv"
    assert export.sha256 == hashlib.sha256(export.content).hexdigest()
