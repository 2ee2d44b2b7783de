"""The words a table of the data contract is described with."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds. Each engine has one type for each kind."""

    DAY = "day"
    INSTANT = "instant"
    TEXT = "text"
    TEXTS = "texts"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Rule:
    """A domain rule: rows where ``check`` (SQL over the table's columns) is false are refused.

    ``refusal`` is what is said of such a row.
    """

    name: str
    check: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Trait:
    """What a report of an ingest counts among the rows that landed: where ``check`` is true.

    ``rows`` ends the sentence that begins with their number.
    """

    rows: str
    check: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, in what unit, and what it means.

    ``known_from`` names the instant column from which on the value is known: before it the
    column reads null. ``aliases`` are names other systems give the column, most preferred first.
    A ``person`` column takes any type of id and is stored as the person's permanent number under
    the same name. A ``default`` is SQL over the columns before it, and stands in for what a source
    does not say.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = True
    known_from: str = ""
    aliases: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its grain, its key, its columns and how time cuts it.

    ``event`` is the day or instant column that places a row in time; ``recorded`` the instant it
    was written down, when that can be later. ``replaces_group`` makes the key name a group of rows
    that one ingest replaces as a whole; the rows replaced last are kept where ``kept_until`` names
    the instant column that says from when the later ones stand in their place. ``traits`` are what
    a report counts. ``derived`` are columns computed at reading, as SQL over what is known at the
    as-of instant.

    ``sum_of`` names a table whose rows this one holds summed, those together that are alike in all
    columns but its ``sums``, each with its SQL over that table. Ingest makes it, no source does.

    ``country`` is the column with a row's country, ``countries`` the one with the list of those it
    touches, none meaning all. A table with neither tells of the whole platform and needs a reader
    of the world, unless it ``is_story``: words that are no figures.
    """

    name: str
    meaning: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    event: str
    recorded: str = ""
    country: str = ""
    countries: str = ""
    platform: str = ""
    is_story: bool = False
    rules: tuple[Rule, ...] = ()
    derived: tuple[tuple[Column, str], ...] = ()
    replaces_group: bool = False
    kept_until: str = ""
    traits: tuple[Trait, ...] = ()
    sum_of: str = ""
    sums: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError when there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def alike(self) -> tuple[str, ...]:
        """The columns in which the rows that one row sums are alike."""
        sums = {name for name, _ in self.sums}
        return tuple(column.name for column in self.columns if column.name not in sums)

    @property
    def needs_world(self) -> bool:
        """Whether only a reader who may see every country may read it."""
        return not (self.country or self.countries or self.is_story)

    @property
    def persons(self) -> tuple[str, ...]:
        """The columns that name a person."""
        return tuple(column.name for column in self.columns if column.kind is Kind.PERSON)
