"""Sources that cannot be right: the message names file, row and cause in words of ours."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dashboard.errors import FatalSource
from dashboard.warehouse.ingest.pieces import file_stream, locked_connection, sql_stream
from dashboard.warehouse.ingest.sources import source_files
from dashboard.warehouse.tables import USER_DAYS
from tests.warehouse.taking_in import HEADER, Place, csv, visits

pytestmark = pytest.mark.usefixtures("own_process")

_GOOD = "2024-01-01,1,IN,ios,1,1,1"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "warehouse")


def _said(pattern: Path, sql: str = "") -> str:
    """The words for what is wrong with a source, found where the worker would find it."""
    with pytest.raises(FatalSource) as fatal:
        files = source_files([pattern])
        with locked_connection(files, pattern.parent / "spill", zone="UTC") as connection:
            streams = (
                [sql_stream(USER_DAYS, files, connection, sql)]
                if sql
                else (file_stream(USER_DAYS, file, connection, skip=0) for file in files)
            )
            for stream in streams:
                list(stream.pieces())
    return str(fatal.value)


@pytest.mark.parametrize("sql", ["", "select * from source"])
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([_GOOD, "2024-01-01,2,IN"], "events.csv, row 2: has 3 fields, the header names 7."),
        ([_GOOD, "", f"{_GOOD},x,"], "events.csv, row 2: has 9 fields, the header names 7."),
        ([_GOOD, "   "], "events.csv, row 2: has 1 field, the header names 7."),
        (
            [_GOOD, '2024-01-01,"2,IN,ios,1,1,1', *[_GOOD] * 3],
            "events.csv, row 2: a quote is opened and never closed.",
        ),
        (
            ['2024-01-01,"2,IN,ios,1,1,1', '2024-01-01,"3",IN,ios,1,1,1'],
            "events.csv, row 1: a quote is opened and never closed.",
        ),
        (
            [_GOOD, '2024-01-01,"2"x,IN,ios,1,1,1'],
            "events.csv, row 2: text follows a closing quote; write a quote inside a field twice.",
        ),
        (
            [f"{_GOOD}\r", _GOOD],
            "events.csv, row 1: its line ends otherwise than the header line; write all ends of "
            "lines alike.",
        ),
        (
            [_GOOD, f"{_GOOD}{'1' * 2_000_000}"],
            "events.csv, row 2: is longer than 2,000,000 bytes.",
        ),
    ],
)
def test_a_malformed_csv_is_fatal_and_the_first_bad_row_is_named(
    tmp_path: Path, lines: list[str], said: str, sql: str
) -> None:
    assert _said(csv(tmp_path, "events.csv", *lines), sql) == said


def test_an_empty_field_too_many_is_one_too_many(tmp_path: Path) -> None:
    source = csv(tmp_path, "events.csv", "2024-01-01,1,x,IN,ios,1,1,1,", header=HEADER + ",app")
    assert _said(source) == "events.csv, row 1: has 9 fields, the header names 8."


def test_an_open_quote_far_into_a_large_file_swallows_nothing(tmp_path: Path) -> None:
    lines = [_GOOD] * 400_000
    lines[300_000] = '2024-01-01,1,IN,ios,1,1,"1'
    source = csv(tmp_path, "events.csv", *lines)
    assert _said(source) == "events.csv, row 300001: a quote is opened and never closed."


@pytest.mark.parametrize("sql", ["", "select * from source"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "events.csv: the file is empty; a header line is wanted."),
        (b"\nday,views\n", "events.csv: the first line is empty; a header line is wanted."),
        (b'day,"views\n', "events.csv: the header line has a quote that is not closed."),
        (b"\xff\xfed\x00a\x00", "events.csv: the header line holds bytes that are not UTF-8 text."),
        (
            f"{HEADER}\n{_GOOD}\n2024-01-01,\xff,IN,ios,1,1,1\n".encode("latin-1"),
            "events.csv, row 2: holds bytes that are not UTF-8 text.",
        ),
    ],
)
def test_a_file_that_is_no_csv_is_told_in_our_words(
    tmp_path: Path, content: bytes, said: str, sql: str
) -> None:
    source = tmp_path / "events.csv"
    source.write_bytes(content)
    assert _said(source, sql) == said


@pytest.mark.wide
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_header_line_alone_decides_the_separator(
    place: Place, tmp_path: Path, separator: str
) -> None:
    header = HEADER.replace(",", separator) + f'{separator}"app, its ""name"""'
    row = separator.join(["2024-01-01", "a,b;c\td", "IN", "ios", "1", "1", "1", "x"])
    quoted = row.replace("a,b;c\td", '"a,b;c\td\n""e"""')
    report = place.take("user_days", csv(tmp_path, "events.csv", quoted, header=header))

    assert report.ignored == ('app, its "name"',)
    assert place.rows("user_days", "person_id") == [('a,b;c\td\n"e"',)]


def test_a_byte_order_mark_and_ends_of_lines_of_windows_are_taken(
    place: Place, tmp_path: Path
) -> None:
    source = tmp_path / "events.csv"
    source.write_bytes(f"\ufeff{HEADER}\r\n{_GOOD}\r\n".encode())
    assert place.take("user_days", source).rows_landed == 1


@pytest.mark.parametrize("sql", ["", "select * from source"])
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "events.jsonl: the file is empty; a JSON object on each line is wanted."),
        (
            ['{"day": "2024-01-01"}', "", '{"day": '],
            "events.jsonl, line 3: is not JSON (Expecting value, at character 10).",
        ),
        (
            ['{"day": "2024-01-01"}{"day": "2024-01-02"}'],
            "events.jsonl, line 1: is not JSON (Extra data, at character 22).",
        ),
        (["[1, 2]"], "events.jsonl, line 1: is not a JSON object, which names its values in "
                     "braces."),
    ],
)  # fmt: skip
def test_malformed_json_lines_are_fatal_and_the_line_is_named(
    tmp_path: Path, lines: list[str], said: str, sql: str
) -> None:
    source = tmp_path / "events.jsonl"
    source.write_text("".join(f"{line}\n" for line in lines))
    assert _said(source, sql) == said


def test_a_line_of_json_that_names_a_value_twice_is_fatal(tmp_path: Path) -> None:
    source = tmp_path / "events.jsonl"
    source.write_text('{"day": 1, "day": 2, "person_id": 1, "country": 1, "platform": 1, "views": 1'
                      ', "watch_seconds": 1, "sessions": 1}')  # fmt: skip
    assert _said(source) == "events.jsonl, line 1: names 'day' twice."


@pytest.mark.wide
def test_a_name_that_only_late_lines_of_json_have_is_read(place: Place, tmp_path: Path) -> None:
    line = (
        '{"day": "2024-01-01", "person_id": %d, "country": "IN", "platform": "ios", "views": 1,'
        ' "watch_seconds": 1, "sessions": 1'
    )
    source = tmp_path / "events.jsonl"
    lines = [f"{line % person}}}" for person in range(30_000)]
    source.write_text("\n".join([*lines, f'{line % 30_000}, "app": "late"}}']))
    place.take("user_days", source)
    assert place.rows("user_days", "person_id, app")[-1] == ("9999", None)
    assert ("30000", "late") in place.rows("user_days", "person_id, app")


def test_a_damaged_parquet_names_the_column_and_the_rows(tmp_path: Path) -> None:
    source = tmp_path / "days.parquet"
    rows = visits(*((1, person, "IN", "ios", person % 7) for person in range(9_000)))
    rows.write_parquet(source, row_group_size=3_000, compression="zstd")
    damaged = pq.read_metadata(source).row_group(1).column(4)
    assert damaged.path_in_schema == "views"
    begin = damaged.dictionary_page_offset or damaged.data_page_offset
    whole = bytearray(source.read_bytes())
    whole[begin : begin + damaged.total_compressed_size] = b"\xff" * damaged.total_compressed_size
    source.write_bytes(whole)
    assert _said(source) == (
        "days.parquet, rows 3,001 to 6,000: views is damaged. Copy or write the file again."
    )


def test_files_are_named_below_the_folder_they_share(tmp_path: Path) -> None:
    for month in ("01", "02"):
        (tmp_path / month).mkdir()
        csv(tmp_path / month, "events.csv", _GOOD if month == "01" else "2024-01-01,2,IN")
    assert _said(tmp_path / "*" / "events.csv").startswith("02/events.csv, row 1: ")


def test_a_value_unlike_the_first_rows_is_named_where_sql_reads_types(tmp_path: Path) -> None:
    rows = [f"2024-01-01,{person},IN,ios,1,1,1" for person in range(40_000)]
    source = csv(tmp_path, "events.csv", *rows, "2024-01-01,ann,IN,ios,1,1,1")
    assert _said(source, "select * from source") == (
        "events.csv, line 40002: person_id is 'ann', although it reads as BIGINT in the first "
        "rows. Write the column in one type."
    )


def test_a_statement_that_cannot_be_carried_out_is_told_without_the_engine(tmp_path: Path) -> None:
    said = _said(csv(tmp_path, "events.csv", _GOOD), "select nothing from source")
    assert said.startswith('--sql cannot be carried out: Referenced column "nothing" not found')
