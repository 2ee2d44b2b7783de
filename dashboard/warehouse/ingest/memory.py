"""Memory: the people an ingest has met, as far as they fit, by whole number or by text."""

from typing import Protocol

import numpy as np
import polars as pl

from dashboard.warehouse.ingest.id_table import NOBODY, IdTable
from dashboard.warehouse.ingest.ordering import Keys


class Memory(Protocol):
    """Numbers by id, for ids of one type."""

    dtype: pl.DataType

    def __len__(self) -> int:
        """How many people it knows."""
        ...

    def find(self, ids: pl.Series) -> Keys:
        """The number of each id, NOBODY where it is not known."""
        ...

    def learn(self, people: pl.DataFrame) -> None:
        """Take in ``person_id`` and ``number`` of people not known yet, each once."""
        ...

    def people(self) -> pl.DataFrame:
        """Everyone known: ``person_id`` and ``number``."""
        ...


class WholeIds:
    """People with whole numbers for ids."""

    dtype: pl.DataType = pl.Int64()

    def __init__(self) -> None:
        """Start with nobody."""
        self._table = IdTable()

    def __len__(self) -> int:
        """How many people it knows."""
        return len(self._table)

    def find(self, ids: pl.Series) -> Keys:
        """The number of each id, NOBODY where it is not known."""
        return self._table.find(ids.to_numpy())

    def learn(self, people: pl.DataFrame) -> None:
        """Take in ``person_id`` and ``number`` of people not known yet, each once."""
        self._table.learn(people["person_id"].to_numpy(), people["number"].to_numpy())

    def people(self) -> pl.DataFrame:
        """Everyone known: ``person_id`` and ``number``."""
        ids, numbers = self._table.all()
        return pl.DataFrame({"person_id": ids, "number": numbers})


class TextIds:
    """People with texts for ids."""

    dtype: pl.DataType = pl.String()

    def __init__(self) -> None:
        """Start with nobody."""
        self._known = pl.DataFrame(schema={"person_id": pl.String, "number": pl.UInt32})

    def __len__(self) -> int:
        """How many people it knows."""
        return len(self._known)

    def find(self, ids: pl.Series) -> Keys:
        """The number of each id, NOBODY where it is not known."""
        asked = ids.alias("person_id").to_frame()
        found = asked.join(self._known, on="person_id", how="left", maintain_order="left")
        return found["number"].fill_null(int(NOBODY)).to_numpy(writable=True)

    def learn(self, people: pl.DataFrame) -> None:
        """Take in ``person_id`` and ``number`` of people not known yet, each once."""
        self._known = pl.concat([self._known, people])

    def people(self) -> pl.DataFrame:
        """Everyone known: ``person_id`` and ``number``."""
        return self._known


def texts_of(memory: Memory) -> TextIds:
    """The same people, by the text of their ids."""
    texts = TextIds()
    texts.learn(memory.people().with_columns(pl.col("person_id").cast(pl.String)))
    return texts


def all_whole(ids: pl.Series) -> bool:
    """Whether every text is how a whole number is written."""
    whole = ids.cast(pl.Int64, strict=False)
    return bool((whole.cast(pl.String) == ids).fill_null(value=False).all())


def is_nobody(numbers: Keys) -> pl.Series:
    """Where no number was found."""
    return pl.Series(np.equal(numbers, NOBODY))
