"""The record: small CSV files, written by hand, that the generator reads and never changes."""

import csv
from functools import cache
from pathlib import Path
from typing import TypeAlias

FOLDER = Path(__file__).parent / "record"

Row: TypeAlias = dict[str, str]


@cache
def records(name: str) -> tuple[Row, ...]:
    """The rows of one file of the record, every value as it is written."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
