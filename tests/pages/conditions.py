"""The conditions a reader may meet a page in, and what every page owes the reader in each."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import polars as pl
from streamlit.testing.v1 import AppTest

from dashboard.charts.theme import DARK, LIGHT, Palette
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from dashboard.warehouse.manifest import read_manifest
from dashboard.warehouse.tables import USER_DAYS
from tests.pages.opened import damage, empty_warehouse, texts
from tests.places import LAST_DAY, tiny_tables
from tests.warehouse.hand_made import frame_of, visit

Built: TypeAlias = Callable[[Path], Path]
"""Builds a warehouse in a folder that is not there yet, and gives back where it is."""

HOSTILE = '[x](javascript:alert(1)) <a href="https://evil.example">y</a> $E$ ' + "long" * 80
_MARKUP = re.compile(r"(?<!\\)(\[x|<a |\$E)")


@dataclass(frozen=True)
class Condition:
    """A warehouse and a reader; ``owes`` asserts what is owed in each view of a page.

    What lies above the views is asked for in the first of them alone.
    """

    built: Built
    owes: Callable[[AppTest], None]
    address: Mapping[str, str] = field(default_factory=dict)
    theme: str = "light"
    reach: frozenset[str] | None = None
    is_above_views: bool = False


def _whole(folder: Path) -> Path:
    return _taken_in(folder, tiny_tables())


def _nowhere(folder: Path) -> Path:
    return folder


def _people_alone(folder: Path) -> Path:
    return _taken_in(folder, {USER_DAYS.name: tiny_tables()[USER_DAYS.name]})


def _just_begun(folder: Path) -> Path:
    return _growing(folder, frame_of(USER_DAYS.name, [visit(1, person) for person in range(3)]))


def _newest_day_open(folder: Path) -> Path:
    next_day = tiny_tables()[USER_DAYS.name].filter(pl.col("day") == LAST_DAY)
    return _growing(_whole(folder), next_day.with_columns(pl.col("day") + timedelta(days=1)))


def _files_gone(folder: Path) -> Path:
    manifest = read_manifest(_whole(folder))
    for file in manifest.files():
        damage(folder, file.path, None)
    return folder


def _hostile(folder: Path) -> Path:
    named = ("title", "trigger", "impact", "source", "service_name", "category", "subdivision")
    tables = {
        name: frame.with_columns(
            pl.lit(HOSTILE).alias(column) for column in named if column in frame.columns
        )
        for name, frame in tiny_tables().items()
    }
    return _taken_in(folder, tables)


def _taken_in(folder: Path, tables: Mapping[str, pl.DataFrame]) -> Path:
    loads = [Load(name, (_source(folder, name, frame),)) for name, frame in tables.items()]
    ingest_in_turn(loads, folder, options=IngestOptions())
    return folder


def _growing(folder: Path, people: pl.DataFrame) -> Path:
    source = _source(folder, "growing", people)
    load = Load(USER_DAYS.name, (source,), is_growing=True)
    ingest_in_turn([load], folder, options=IngestOptions())
    return folder


def _source(folder: Path, name: str, frame: pl.DataFrame) -> Path:
    source = folder.with_name(f"{folder.name}-{name}.parquet")
    source.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(source)
    return source


def _is_drawn_in(palette: Palette) -> Callable[[AppTest], None]:
    def owes(page: AppTest) -> None:
        assert not page.error
        assert page.get("plotly_chart") or page.dataframe or page.metric
        for chart in page.get("plotly_chart"):
            assert palette.ink in chart.proto.spec
            assert chart.proto.alt

    return owes


def _leads_to_the_sample(page: AppTest) -> None:
    assert "python -m dashboard sample" in texts(page)
    assert not page.selectbox
    assert not page.code


def _says_what_to_ingest(page: AppTest) -> None:
    assert not page.error
    assert not page.get("plotly_chart")
    said = _said(page)
    assert said.count("Ingest user_days to see it here.") >= len(page.subheader)
    assert "no activity yet" in said
    assert "19" not in said, "no day of the last century is named"


def _breaks_nothing(page: AppTest) -> None:
    assert not page.error


def _says_when_the_first_day_is_shown(page: AppTest) -> None:
    assert not page.error
    said = _said(page)
    assert "no complete day yet" in said
    shown = said.count("1 January 2024, the first, is shown once a later day comes in")
    assert shown >= len(page.subheader)
    assert "2023" not in said
    assert "Choose a later span" not in said
    assert not [link for link in page.code if "dates=" in link.value]


def _stops_at_the_last_complete_day(page: AppTest) -> None:
    assert not page.error
    assert "complete to 29 Jul 2020" in _said(page)
    for chart in page.get("plotly_chart"):
        assert "2020-07-30" not in chart.proto.spec


def _names_what_is_missing_and_keeps_the_filters(page: AppTest) -> None:
    assert "the file is missing" in texts(page)
    assert page.selectbox(key="span").value == "Last 90 days"


def _tells_of_no_other_country(page: AppTest) -> None:
    shown = _said(page) + "".join(chart.proto.spec for chart in page.get("plotly_chart"))
    tables = "".join(table.value.to_csv() for table in page.dataframe)
    for other in ("India", "United States", "US-CA"):
        assert other not in shown + tables
    assert not re.search(r"\b(IN|US)\b", tables)


def _says_that_there_is_too_little(page: AppTest) -> None:
    assert not page.error
    assert "Japan" in _said(page)


def _knows_nothing_later(page: AppTest) -> None:
    assert not page.error
    assert "as of 10 Jun 2020, complete to that day" in _said(page)
    assert "Jul 2020" not in _said(page)
    assert "India ban" not in _said(page)


def _is_text_and_no_markup(page: AppTest) -> None:
    assert not page.error
    for value in _values(page):
        assert not _MARKUP.search(value), value
    for chart in page.get("plotly_chart"):
        assert not [text for text in _strings(json.loads(chart.proto.spec)) if "<a " in text]


def _said(page: AppTest) -> str:
    return "\n".join(_values(page)).replace("\\", "")


def _values(page: AppTest) -> Iterator[str]:
    """Every text of the page that Markdown is read in."""
    for element in (*page.info, *page.warning, *page.error, *page.caption, *page.markdown):
        yield element.value
    for title in (*page.title, *page.header, *page.subheader):
        yield from (title.value, title.proto.help)
    for card in page.metric:
        yield from (card.label, card.help, card.value)
    yield from (button.label for button in page.button)


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)


CONDITIONS: Mapping[str, Condition] = {
    "whole": Condition(_whole, _is_drawn_in(LIGHT)),
    "whole in the dark": Condition(_whole, _is_drawn_in(DARK), theme="dark"),
    "no warehouse": Condition(_nowhere, _leads_to_the_sample, is_above_views=True),
    "nothing ingested": Condition(empty_warehouse, _says_what_to_ingest),
    "people and no other table": Condition(_people_alone, _breaks_nothing),
    "the first day still open": Condition(_just_begun, _says_when_the_first_day_is_shown),
    "the first day still open, all time": Condition(
        _just_begun, _says_when_the_first_day_is_shown, {"span": "All time"}, is_above_views=True
    ),
    "the first day still open, custom dates": Condition(
        _just_begun,
        _says_when_the_first_day_is_shown,
        {"span": "Custom dates"},
        is_above_views=True,
    ),
    "the newest day still open": Condition(_newest_day_open, _stops_at_the_last_complete_day),
    "files gone": Condition(_files_gone, _names_what_is_missing_and_keeps_the_filters),
    "a reader of one country": Condition(
        _whole, _tells_of_no_other_country, reach=frozenset({"BR"})
    ),
    "a country without people": Condition(
        _whole, _says_that_there_is_too_little, {"country": "Japan"}
    ),
    "a look into the past": Condition(_whole, _knows_nothing_later, {"as_of": "2020-06-10"}),
    "hostile and long names": Condition(_hostile, _is_text_and_no_markup),
}
