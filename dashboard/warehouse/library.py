"""The library of queries: what each SQL file answers, as its own header says it.

A header is the comment a file opens with: one key a line, a longer value carried on by lines
indented three spaces after the dashes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import polars as pl

from dashboard.errors import QueryError

FOLDER = Path(__file__).parents[2] / "queries"
PRELUDE = "prelude"

_KEYS = ("metric", "grain", "params", "columns", "source", "note")
_OPTIONAL = {"params", "note"}
_ENTRY = re.compile(r"-- (?P<key>[a-z]+): (?P<value>\S.*)")
_CONTINUED = re.compile(r"--   (?P<value>\S.*)")
_FIELD = re.compile(r"(?P<name>[a-z][a-z0-9_]*) (?P<word>[A-Z][A-Za-z0-9()]*)(?P<nullable>\??)")
_PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")
_COMMENT = re.compile(r"--[^\n]*")


class Word(StrEnum):
    """The types a header may name."""

    WHOLE = "Int64"
    NUMBER = "Float64"
    AMOUNT = "Decimal"
    TEXT = "String"
    DAY = "Date"
    INSTANT = "Timestamp"
    TRUTH = "Boolean"
    TEXTS = "List(String)"
    DAYS = "List(Date)"


_DTYPES: dict[Word, pl.DataType] = {
    Word.WHOLE: pl.Int64(),
    Word.NUMBER: pl.Float64(),
    Word.AMOUNT: pl.Decimal(38, 12),
    Word.TEXT: pl.String(),
    Word.DAY: pl.Date(),
    Word.INSTANT: pl.Datetime("us", "UTC"),
    Word.TRUTH: pl.Boolean(),
    Word.TEXTS: pl.List(pl.String()),
    Word.DAYS: pl.List(pl.Date()),
}


@dataclass(frozen=True, slots=True)
class Type:
    """What a parameter or a column holds, and whether it may be unknown."""

    word: Word
    is_nullable: bool = False

    def __str__(self) -> str:
        """The type as a header writes it."""
        return f"{self.word}{'?' if self.is_nullable else ''}"

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of such a column."""
        return _DTYPES[self.word]


@dataclass(frozen=True, slots=True)
class Query:
    """One question, its text and the promises of its header.

    ``name`` is the path below the folder without its suffix. ``params`` and ``columns`` are in the
    header's order; ``source`` names the relations the text reads. ``text`` is the whole file.
    """

    name: str
    metric: str
    grain: str
    params: Mapping[str, Type]
    columns: Mapping[str, Type]
    source: tuple[str, ...]
    note: str
    text: str

    @property
    def subject(self) -> str:
        """The folder the query stands in."""
        return self.name.rpartition("/")[0]


class Library(Mapping[str, Query]):
    """The queries of a folder by name, read when the first is asked for."""

    def __init__(self, folder: Path) -> None:
        """Read nothing yet."""
        self._folder = folder

    @cached_property
    def _queries(self) -> dict[str, Query]:
        return load_queries(self._folder)

    def __getitem__(self, name: str) -> Query:
        """The query of that name; KeyError when there is none."""
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        """The names in alphabetical order."""
        return iter(self._queries)

    def __len__(self) -> int:
        """How many queries there are."""
        return len(self._queries)


QUERIES = Library(FOLDER)


def load_queries(folder: Path) -> dict[str, Query]:
    """Every query below ``folder`` by name, in alphabetical order; the prelude is none of them.

    Raises QueryError naming file and line where a header is malformed.
    """
    paths = sorted(path for path in folder.rglob("*.sql") if path.parent.name != PRELUDE)
    return {
        query.name: query
        for path in paths
        if "." not in path.stem
        for query in [_query(path, path.relative_to(folder).with_suffix("").as_posix())]
    }


def tuned_queries(engine: str, folder: Path = FOLDER) -> dict[str, Query]:
    """The queries that one engine answers by a text of its own, ``<name>.<engine>.sql``, by name.

    Raises QueryError where such a text promises anything but what the query it stands for does.
    """
    tuned = {}
    for path in sorted(folder.rglob(f"*.{engine}.sql")):
        plain = path.with_name(path.name.removesuffix(f".{engine}.sql") + ".sql")
        name = plain.relative_to(folder).with_suffix("").as_posix()
        query = tuned[name] = _query(path, name)
        meant = _query(plain, name)
        if (query.params, query.columns) != (meant.params, meant.columns):
            raise QueryError(f"{path}: its params and columns are not those of {plain.name}.")
    return tuned


def prelude(engine: str, folder: Path = FOLDER) -> str:
    """The named words of the queries, in the engine's own SQL.

    Raises QueryError when the engine has no prelude.
    """
    path = folder / PRELUDE / f"{engine}.sql"
    if not path.is_file():
        raise QueryError(f"{path}: there is no prelude for {engine}. Write one beside the others.")
    return path.read_text(encoding="utf-8")


def fit(frame: pl.DataFrame, query: Query) -> pl.DataFrame:
    """The frame with the columns its query promises, in their order and of their types.

    Raises QueryError naming the column that is missing, not promised, of another type, or unknown
    where the header does not allow it.
    """
    surplus = [name for name in frame.columns if name not in query.columns]
    if surplus:
        raise QueryError(f"{query.name}: column {surplus[0]!r} is not promised by the header.")
    return pl.DataFrame([_fitted(frame, query, name) for name in query.columns])


def _fitted(frame: pl.DataFrame, query: Query, name: str) -> pl.Series:
    promised = query.columns[name]
    if name not in frame.columns:
        raise QueryError(f"{query.name}: column {name!r} is promised but not in the answer.")
    values = frame[name]
    if not _holds(promised.word, values.dtype):
        raise QueryError(f"{query.name}: column {name!r} is {values.dtype}, not {promised}.")
    if values.null_count() and not promised.is_nullable:
        raise QueryError(f"{query.name}: column {name!r} holds nulls; promise {promised}? instead.")
    try:
        return values.cast(promised.dtype)
    except pl.exceptions.InvalidOperationError as lossy:
        raise QueryError(f"{query.name}: column {name!r} does not fit {promised}.") from lossy


def _holds(word: Word, dtype: pl.DataType) -> bool:
    """Whether values of this type are values of that word, without changing what they say."""
    match word:
        case Word.WHOLE:
            is_whole_decimal = isinstance(dtype, pl.Decimal) and dtype.scale == 0
            return dtype.is_integer() or is_whole_decimal or dtype == pl.Null
        case Word.AMOUNT:
            return isinstance(dtype, pl.Decimal) or dtype.is_integer() or dtype == pl.Null
        case Word.NUMBER:
            return dtype.is_numeric() or dtype == pl.Null
        case Word.INSTANT:
            return isinstance(dtype, pl.Datetime) or dtype == pl.Null
        case _:
            return dtype in (_DTYPES[word], pl.Null, pl.List(pl.Null))


def _query(path: Path, name: str) -> Query:
    text = path.read_text(encoding="utf-8")
    header = _Header(path, text)
    query = Query(
        name=name,
        metric=header.value("metric"),
        grain=header.value("grain"),
        params=header.fields("params"),
        columns=header.fields("columns"),
        source=tuple(part.strip() for part in header.value("source").split(",")),
        note=header.value("note"),
        text=text,
    )
    header.declare(query.params)
    return query


class _Header:
    """The keys of one file's header with the lines they stand on."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._entries: dict[str, tuple[int, str]] = {}
        self._length = self._read()
        missing = [key for key in _KEYS if key not in self._entries and key not in _OPTIONAL]
        if missing:
            raise self._wrong(self._length + 1, f"the header lacks '-- {missing[0]}: ...'")

    def value(self, key: str) -> str:
        """The value of a key; nothing when it may be left out and is."""
        return self._entries.get(key, (0, ""))[1]

    def fields(self, key: str) -> dict[str, Type]:
        """The names and types that a key lists, in order."""
        line, listed = self._entries.get(key, (0, ""))
        fields: dict[str, Type] = {}
        for part in listed.split(",") if listed else []:
            found = _FIELD.fullmatch(part.strip())
            if not found or found["word"] not in set(Word):
                raise self._wrong(line, f"{part.strip()!r} is not a name and one of {_words()}")
            if found["name"] in fields:
                raise self._wrong(line, f"{found['name']!r} is named twice")
            fields[found["name"]] = Type(Word(found["word"]), bool(found["nullable"]))
        return fields

    def declare(self, params: Mapping[str, Type]) -> None:
        """Hold the $names of the text against the parameters; raises QueryError on the first."""
        for number, line in enumerate(self._text.splitlines(), start=1):
            for used in _PARAMETER.findall(_COMMENT.sub("", line)):
                if used not in params:
                    raise self._wrong(number, f"${used} is not among the params of the header")
        named = _PARAMETER.findall(_COMMENT.sub("", self._text))
        idle = [name for name in params if name not in named]
        if idle:
            at, _ = self._entries["params"]
            raise self._wrong(at, f"the text never uses ${idle[0]}")

    def _read(self) -> int:
        key = ""
        for number, line in enumerate(self._text.splitlines(), start=1):
            if not line.startswith("--"):
                return number - 1
            if key and (more := _CONTINUED.fullmatch(line)):
                at, value = self._entries[key]
                self._entries[key] = (at, f"{value} {more['value']}")
                continue
            key = self._key(number, line)
        return len(self._text.splitlines())

    def _key(self, number: int, line: str) -> str:
        entry = _ENTRY.fullmatch(line)
        if not entry or entry["key"] not in _KEYS:
            raise self._wrong(number, f"a header line is '-- key: value' with one of {_KEYS}")
        reached = [_KEYS.index(key) for key in self._entries]
        if reached and _KEYS.index(entry["key"]) <= max(reached):
            raise self._wrong(number, f"the keys stand once each, in the order {_KEYS}")
        self._entries[entry["key"]] = (number, entry["value"].strip())
        return entry["key"]

    def _wrong(self, line: int, why: str) -> QueryError:
        return QueryError(f"{self._path}, line {line}: {why}.")


def _words() -> str:
    return ", ".join(Word)
