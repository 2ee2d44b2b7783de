"""A query's header is a contract: it is held against the query's own syntax tree."""

from pathlib import Path

import pytest

from dashboard.errors import QueryError
from dashboard.warehouse import scoped
from dashboard.warehouse.catalogue import CATALOGUE, catalogue
from dashboard.warehouse.library import FOLDER, QUERIES, load_queries, tuned_queries
from tests.warehouse.query_checks import CLICKHOUSE_WORDS, PRELUDE_WORDS, complaints

SOUND = """\
-- metric: Views
-- grain: one row per day
-- params: since Date, until Date
-- columns: day Date, views Int64
-- source: user_days
-- note: Views of a day,
--   all of them.
select day as day, sum(views) as views
from user_days
where day >= $since and day < $until
group by day
order by day
"""


def _library(folder: Path, text: str) -> Path:
    path = folder / "growth" / "daily_views.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return folder


@pytest.mark.parametrize("name", list(QUERIES))
def test_every_query_keeps_its_header(name: str) -> None:
    assert complaints(QUERIES[name]) == []


def test_a_sound_header_becomes_a_query(tmp_path: Path) -> None:
    query = load_queries(_library(tmp_path, SOUND))["growth/daily_views"]
    assert (query.metric, query.grain, query.subject) == ("Views", "one row per day", "growth")
    assert {name: str(kind) for name, kind in query.params.items()} == {
        "since": "Date",
        "until": "Date",
    }
    assert list(query.columns) == ["day", "views"]
    assert query.source == ("user_days",)
    assert query.note == "Views of a day, all of them."
    assert complaints(query) == []


@pytest.mark.parametrize(
    ("sound", "planted", "complaint"),
    [
        ("-- source: user_days", "-- source: uploads", "the text reads ['user_days']"),
        ("-- columns: day Date, views Int64", "-- columns: views Int64, day Date", "selects"),
        ("select day as day, sum(views) as views", "select *", "name the columns"),
        ("sum(views) as views", "median(views) as views", "quantile word of the prelude"),
        ("sum(views) as views", "first(views) as views", "row_number()"),
        ("sum(views) as views", "any_value(views) as views", "row_number()"),
        ("sum(views) as views", "quantile_cont(views, 0.5) as views", "quantile word"),
        ("sum(views) as views", "round(sum(views)) as views", "round on screen only"),
        ("sum(views) as views", "lag(sum(views)) over (order by day) as views", "Polars"),
        ("sum(views) as views", "lead(sum(views)) over (order by day) as views", "Polars"),
        ("sum(views) as views", "list_sum(list(views)) as views", "neither in the portable core"),
        ("day < $until", "day < $until and day < current_date", "machine's clock"),
        ("order by day\n", "", "end with order by"),
        ("from user_days", "from people", "the contract has no ['people']"),
        ("sum(views) as views", "sum(views) as days_before", "hides the word of the prelude"),
        (
            "select day as day, sum(views) as views\nfrom user_days",
            "select a.day, sum(a.views) as views\n"
            "from user_days as a inner join user_days as b on b.day = a.day",
            "a.day needs its name",
        ),
    ],
)
def test_a_planted_fault_is_named(tmp_path: Path, sound: str, planted: str, complaint: str) -> None:
    assert sound in SOUND
    text = SOUND.replace(sound, planted)
    found = complaints(load_queries(_library(tmp_path, text))["growth/daily_views"])
    assert any(complaint in each for each in found), found


@pytest.mark.parametrize(
    ("sound", "planted", "line", "why"),
    [
        ("-- grain: one row per day\n", "", 7, "lacks '-- grain"),
        ("-- metric: Views", "-- title: Views", 1, "'-- key: value'"),
        ("-- metric: Views\n", "-- metric: Views\n-- metric: Views\n", 2, "once each"),
        ("views Int64", "views Integer", 4, "'views Integer'"),
        ("views Int64", "views", 4, "'views'"),
        ("views Int64", "day Int64", 4, "named twice"),
        ("until Date", "end Date", 10, "$until is not among the params"),
        ("since Date, until Date", "since Date, until Date, top Int64", 3, "never uses $top"),
        ("--   all of them.", "-- all of them.", 7, "'-- key: value'"),
    ],
)
def test_a_malformed_header_is_refused_by_file_and_line(
    tmp_path: Path, sound: str, planted: str, line: int, why: str
) -> None:
    assert sound in SOUND
    with pytest.raises(QueryError) as refused:
        load_queries(_library(tmp_path, SOUND.replace(sound, planted)))
    assert f"daily_views.sql, line {line}: " in str(refused.value)
    assert why in str(refused.value)


def test_a_file_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="line 1: the header lacks '-- metric"):
        load_queries(_library(tmp_path, "select 1 as one"))


def test_a_dollar_in_a_comment_is_not_a_parameter(tmp_path: Path) -> None:
    text = SOUND.replace("from user_days", "from user_days -- costs $nothing")
    assert load_queries(_library(tmp_path, text))


def test_both_preludes_know_the_same_words() -> None:
    assert CLICKHOUSE_WORDS - {"unnest"} == PRELUDE_WORDS


def test_a_tuned_text_promises_what_the_plain_one_does(tmp_path: Path) -> None:
    folder = _library(tmp_path, SOUND)
    tuned = folder / "growth" / "daily_views.clickhouse.sql"
    tuned.write_text(SOUND)
    assert list(tuned_queries("clickhouse", folder)) == ["growth/daily_views"]
    tuned.write_text(SOUND.replace("views Int64", "views Float64"))
    with pytest.raises(QueryError, match="params and columns are not those of daily_views.sql"):
        tuned_queries("clickhouse", folder)


def test_every_word_of_the_prelude_is_used() -> None:
    texts = " ".join(
        [*(query.text for query in QUERIES.values()), Path(scoped.__file__).read_text()]
    )
    assert {word for word in PRELUDE_WORDS if f"{word}(" in texts} == PRELUDE_WORDS


def test_the_catalogue_is_up_to_date() -> None:
    assert CATALOGUE.read_text(encoding="utf-8") == catalogue(QUERIES), (
        "queries/README.md is not what the headers say: "
        "run 'python -m dashboard.warehouse.catalogue'"
    )


def test_the_catalogue_names_every_query_and_its_definition() -> None:
    text = catalogue(QUERIES)
    for query in QUERIES.values():
        assert f"`{query.name}`" in text
        assert query.note in text


def test_every_sql_file_is_in_the_library() -> None:
    files = {
        path.relative_to(FOLDER).with_suffix("").as_posix()
        for path in FOLDER.rglob("*.sql")
        if path.parent.name != "prelude" and not path.name.endswith(".clickhouse.sql")
    }
    assert files == set(QUERIES)
