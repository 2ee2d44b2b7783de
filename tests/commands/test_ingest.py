"""The command ``ingest`` reports what landed, and says in a sentence what it could not take in."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from dashboard.__main__ import main
from tests.servers import ROOT
from tests.warehouse.taking_in import HEADER, Place, csv

pytestmark = pytest.mark.usefixtures("own_process")

_GOOD = "2024-01-01,1,IN,ios,1,1,1"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("WAREHOUSE_URL", f"duckdb:///{tmp_path}/warehouse")
    return Place(tmp_path / "warehouse")


def test_the_report_tells_what_landed_what_was_refused_and_which_days_are_complete(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = csv(
        tmp_path, "events.csv", f"{_GOOD},x", "2024-01-02,1,IN,ios,1,1,1,x",
        "2024-01-02,1,IN,ios,2,1,1,x", "2024-01-02,2,in,ios,1,1,1,x", header=HEADER + ",zodiac",
    )  # fmt: skip
    words = ["ingest", "user_days", str(source), "--watermark", "2024-01-02"]
    assert main(words) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("user_days: 3 of 4 rows landed, days 2024-01-01 to before 2024-01-03")
    assert told[1:] == [
        "  columns left out, unknown to user_days: zodiac",
        "  older rows replaced by later ones of their key: 1",
        "  refused rows: 1, because country is not two capital letters, as in IN",
        "    such as events.csv, row 4: country 'in', day 2024-01-02, person_id '2', platform "
        "'ios'",
        "  complete up to and with 2024-01-01; 2024-01-02 is open until a later day or "
        "--watermark completes it",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["user_nights", "x.csv"], "invalid choice: 'user_nights'"),
        (["user_days"], "Name a table and a source, or a folder to --follow."),
        (["user_days", "--to", "clickhouse"], "ingest the source first, then load"),
        (["--to", "clickhouse"], "CLICKHOUSE_URL is not set"),
        (["--to", "sqlite"], "invalid choice: 'sqlite'"),
        (["user_days", "nothing.csv"], "nothing.csv: there is no such file."),
        (["user_days", "README.md"], "the name must end in one of .parquet, .csv"),
        (["user_days", "x.csv", "--watermark", "noon"], "'noon' is no instant"),
        (["user_days", "x.csv", "--weight", "0"], "'0' is no whole number from 1 on"),
        (["user_days", "x.csv", "--reporting-zone", "Mars"], "'Mars' is no time zone"),
        (["user_days", "--follow", "nowhere"], "nowhere is no folder."),
    ],
)
def test_what_cannot_be_asked_ends_with_two_and_a_sentence(
    place: Place, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert _ended(words) == 2
    assert said in capsys.readouterr().err
    assert not place.folder.exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://host/db", "it should be duckdb:///DIR"),
        ("duckdb:///README.md", "README.md is a file. Name a folder"),
        ("duckdb:////proc/warehouse", "/proc/warehouse cannot be written to ("),
    ],
)
def test_a_wrong_warehouse_ends_with_two_and_says_which_setting_to_mend(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    url: str,
    said: str,
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", url)
    assert _ended(["user_days", str(csv(tmp_path, "events.csv", _GOOD))]) == 2
    told = capsys.readouterr().err
    assert "WAREHOUSE_URL" in told
    assert said in told


def test_a_fatal_source_ends_with_two_and_one_sentence(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = csv(tmp_path, "events.csv", _GOOD, "2024-01-01,2,IN,ios,many,1,1")
    assert _ended(["user_days", str(source)]) == 2
    told = capsys.readouterr()
    assert told.err.endswith("events.csv, row 2: views is 'many', not a whole number.\n")
    assert "Traceback" not in told.err
    assert told.out == ""
    assert not (place.folder / "manifest.json").exists()


@pytest.mark.wide
def test_a_disk_that_takes_no_more_ends_with_two_and_a_sentence(place: Place) -> None:
    source = place.folder.parent / "events.parquet"
    rows = {"person_id": range(100_000), "country": "IN", "platform": "ios", "views": 1,
            "watch_seconds": 1.0, "sessions": 1}  # fmt: skip
    pl.DataFrame(rows).with_columns(day=pl.date(2024, 1, 1)).write_parquet(source)
    ended = subprocess.run(
        [sys.executable, "-m", "dashboard", "ingest", "user_days", str(source)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "could not be written or read (File too large); nothing was published." in ended.stderr
    assert "Traceback" not in ended.stderr


def _ended(words: list[str]) -> int:
    """The exit code of the command, which argparse gives by raising."""
    try:
        return main(["ingest", *words])
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.mark.wide
def test_a_folder_is_loaded_into_clickhouse_and_read_from_there(
    tiny_warehouse: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = "chdb://memory/loaded_by_command"
    monkeypatch.setenv("WAREHOUSE_URL", f"duckdb:///{tiny_warehouse}")
    monkeypatch.setenv("CLICKHOUSE_URL", server)
    read = ["read", "growth/active_people", "--format", "csv"]
    assert main(read) == 0
    from_folder = capsys.readouterr().out
    assert main(["ingest", "--to", "clickhouse"]) == 0
    assert f"{server}: version 1 is in force" in capsys.readouterr().out
    monkeypatch.setenv("WAREHOUSE_URL", server)
    assert main(read) == 0
    assert capsys.readouterr().out == from_folder


def test_the_ddl_names_the_database_and_an_account_of_ones_choice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLICKHOUSE_URL", "clickhouse://loader@host/platform_eu")
    assert main(["warehouse-ddl", "--account", "viewer"]) == 0
    printed = capsys.readouterr().out
    assert "create table if not exists platform_eu.user_days (" in printed
    assert "grant select on platform_eu.* to viewer_role;" in printed
    with pytest.raises(SystemExit):
        main(["warehouse-ddl", "--account", "viewer; drop database platform_eu"])
