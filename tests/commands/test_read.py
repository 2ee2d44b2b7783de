"""The command ``read`` prints what the screens show, in the form that was asked for."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from dashboard.__main__ import main
from dashboard.commands.read import READS
from tests.servers import ROOT
from tests.warehouse.hand_made import noon, write_warehouse


def _read(warehouse: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "dashboard", "read", *words],
        cwd=ROOT,
        env={"WAREHOUSE_URL": f"duckdb:///{warehouse}", "PATH": ""},
        capture_output=True,
        check=False,
    )


@pytest.mark.wide
def test_the_three_forms_hold_the_same_numbers(tiny_warehouse: Path) -> None:
    asked = ("growth/active_people", "--since", "2020-06-01", "--until", "2020-06-08")
    csv, text, parquet = (
        _read(tiny_warehouse, *asked, "--format", form).stdout
        for form in ("csv", "json", "parquet")
    )
    whole = pl.read_parquet(io.BytesIO(parquet))
    assert whole.columns[:5] == ["day", "dau", "wau", "mau_28", "mau_30"]
    assert whole.height == 7
    assert pl.read_csv(io.BytesIO(csv))["mau_28"].to_list() == whole["mau_28"].to_list()
    assert [row["mau_28"] for row in json.loads(text)] == whole["mau_28"].to_list()


@pytest.mark.wide
def test_a_csv_runs_no_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    ban = {
        "incident_id": "ban", "title": "=cmd|'/c calc'!A1", "started_at": noon(3), "trigger": "t",
        "impact": "-2", "source": "s", "recorded_at": noon(3), "countries": ["=IN", "US"],
    }  # fmt: skip
    write_warehouse(tmp_path, incidents=[ban])
    asked = ("incidents/marks", "--since", "2024-01-01", "--until", "2024-02-01")
    [row] = pl.read_csv(_read(tmp_path, *asked, "--format", "csv").stdout).to_dicts()
    assert (row["title"], row["detail"]) == ("'=cmd|'/c calc'!A1", "'-2")
    assert row["countries"] == "'=IN; US"
    [whole] = json.loads(_read(tmp_path, *asked, "--format", "json").stdout)
    assert whole["title"] == "=cmd|'/c calc'!A1"


@pytest.mark.wide
def test_a_country_and_an_instant_narrow_what_is_read(tiny_warehouse: Path) -> None:
    asked = ("growth/people_by_country", "--countries", "IN,US", "--as-of", "2020-06-20")
    frame = pl.read_json(io.BytesIO(_read(tiny_warehouse, *asked, "--format", "json").stdout))
    assert set(frame["country"]) == {"IN", "US"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("growth/nothing",), "growth/active_people"),
        (("growth/headline", "--since", "2020-07-01", "--until", "2020-06-01"), "before --since"),
        (("growth/headline", "--countries", "in"), "no country in"),
        (("growth/headline", "--countries", ","), "name at least one"),
        (("growth/headline", "--since", "yesterday"), "is no day"),
        (("growth/headline", "--as-of", "noon"), "is no instant"),
    ],
)
def test_a_question_that_cannot_be_answered_ends_with_a_sentence(
    tiny_warehouse: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", f"duckdb:///{tiny_warehouse}")
    with pytest.raises(SystemExit) as ended:
        sys.exit(main(["read", *words]))
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_every_number_on_screen_has_a_name() -> None:
    pages = [path.read_text() for path in (ROOT / "pages").rglob("*.py")]
    shown = {
        f"{room}/{name}"
        for page in pages
        for room in re.findall(r"from dashboard\.(\w+) import .*\breads\b", page)
        for name in re.findall(r"\breads\.(\w+)", page)
    }
    assert shown
    assert shown <= set(READS)


@pytest.mark.wide
def test_a_day_alone_is_looked_back_on_once_it_is_complete(tiny_warehouse: Path) -> None:
    asked = ("growth/active_people", "--as-of", "2020-06-28", "--format", "csv")
    days = pl.read_csv(io.BytesIO(_read(tiny_warehouse, *asked).stdout))["day"]
    assert days[-1] == "2020-06-28"
