"""A read sees what its scope allows: nothing later, nothing beyond, nothing damaged."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from dashboard.errors import BrokenContract, DamagedFile, QueryError
from dashboard.slices import Scope
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.manifest import Manifest, publish, read_manifest
from tests.warehouse.hand_made import (
    Row,
    day,
    everything,
    frame_of,
    noon,
    seen_after,
    visit,
    write_parquet,
    write_warehouse,
)

_BEFORE = datetime(2024, 1, 1, tzinfo=UTC)
_AFTER = datetime(2024, 12, 31, tzinfo=UTC)


def _incident(name: str, started: int, *, ended: int | None, recorded: int) -> Row:
    return {
        "incident_id": name,
        "title": name,
        "started_at": noon(started),
        "ended_at": noon(ended) if ended else None,
        "trigger": "a storm",
        "impact": "slow uploads",
        "resolution": "the storm passed",
        "lesson": "expect storms",
        "source": "a test",
        "recorded_at": noon(recorded),
    }


def _watched(folder: Path, scope: Scope) -> dict[date, int]:
    house = open_folder(folder)
    activity = house.read("growth/daily_activity", scope, since=day(1), until=day(60))
    return dict(zip(activity["day"], activity["views"], strict=True))


def test_a_day_counts_only_once_it_is_complete(tmp_path: Path) -> None:
    write_warehouse(tmp_path, user_days=[visit(number, 1, views=number) for number in range(1, 9)])
    midnight = seen_after(4)
    assert max(_watched(tmp_path, Scope(midnight))) == day(4)
    assert max(_watched(tmp_path, Scope(midnight - timedelta(microseconds=1)))) == day(3)


def test_countries_and_platforms_outside_the_scope_are_not_there(tmp_path: Path) -> None:
    rows = [visit(1, 1, "IN ios"), visit(1, 2, "US ios", views=10), visit(1, 3, "US web", views=5)]
    write_warehouse(tmp_path, user_days=rows)
    now = seen_after(2)
    assert _watched(tmp_path, Scope(now)) == {day(1): 16}
    assert _watched(tmp_path, Scope(now, frozenset({"US"}))) == {day(1): 15}
    assert _watched(tmp_path, Scope(now, frozenset({"US"}), frozenset({"web"}))) == {day(1): 5}
    assert _watched(tmp_path, Scope(now, frozenset())) == {}


def test_what_was_written_down_later_was_not_known_and_an_end_to_come_reads_null(
    tmp_path: Path,
) -> None:
    rows = [
        _incident("storm", 10, ended=20, recorded=11),
        _incident("leak", 12, ended=None, recorded=30),
    ]
    house = write_warehouse(tmp_path, incidents=rows)
    then = house.read("incidents/incidents", Scope(seen_after(15)), since=_BEFORE, until=_AFTER)
    assert then["incident_id"].to_list() == ["storm"]
    assert then.row(0, named=True)["ended_at"] is None
    assert then.row(0, named=True)["lesson"] is None
    now = house.read("incidents/incidents", everything(), since=_BEFORE, until=_AFTER)
    assert now["incident_id"].to_list() == ["storm", "leak"]
    assert now.row(0, named=True)["lesson"] == "expect storms"


def test_an_empty_warehouse_answers_every_table_with_no_rows(tmp_path: Path) -> None:
    house = write_warehouse(tmp_path)
    assert house.read("incidents/incidents", everything(), since=_BEFORE, until=_AFTER).is_empty()
    assert house.first_day("user_days") is None
    assert house.now == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_new_version_is_seen_at_the_next_use_and_an_open_one_stays_as_it_was(
    tmp_path: Path,
) -> None:
    pinned = write_warehouse(tmp_path, user_days=[visit(1, 1)])
    rows = frame_of("user_days", [visit(1, 1), visit(1, 2)])
    table = read_manifest(tmp_path).tables["user_days"]
    more = replace(table, files=(write_parquet(tmp_path, "more", rows),), rows=2)
    publish(tmp_path, Manifest(version=2, tables={"user_days": more}))
    asked = {"since": day(1), "until": day(9)}
    assert pinned.read("growth/daily_activity", everything(), **asked)["views"].to_list() == [1]
    assert _watched(tmp_path, everything()) == {day(1): 2}
    assert open_folder(tmp_path, version=1).version == 1


def test_a_flipped_bit_is_found_before_it_is_read(tmp_path: Path) -> None:
    house = write_warehouse(tmp_path, user_days=[visit(1, 1)])
    path = tmp_path / read_manifest(tmp_path).tables["user_days"].files[0].path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match=path.name):
        house.read("growth/daily_activity", everything(), since=day(1), until=day(9))


def test_a_renamed_column_is_named_with_its_file(tmp_path: Path) -> None:
    write_warehouse(tmp_path, user_days=[visit(1, 1)])
    table = read_manifest(tmp_path).tables["user_days"]
    renamed = pl.read_parquet(tmp_path / table.files[0].path).rename({"views": "plays"})
    table = replace(table, files=(write_parquet(tmp_path, "renamed", renamed),))
    publish(tmp_path, Manifest(version=2, tables={"user_days": table}))
    with pytest.raises(BrokenContract, match="'views'") as broken:
        _watched(tmp_path, everything())
    assert broken.value.file == "renamed.parquet"


def test_a_query_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="growth/nothing"):
        write_warehouse(tmp_path).read("growth/nothing", everything())


def test_a_folder_built_anew_under_an_old_version_is_other_data(tmp_path: Path) -> None:
    before = write_warehouse(tmp_path, user_days=[visit(1, 1, views=1)])
    after = write_warehouse(tmp_path, user_days=[visit(1, 1, views=2)])
    assert (before.version, before.fingerprint != after.fingerprint) == (after.version, True)
    assert _watched(tmp_path, everything()) == {day(1): 2}
