"""The settings: what the environment may say, and what is said back when it is wrong."""

from pathlib import Path

import pytest

from dashboard.errors import SettingsError
from dashboard.settings import SAMPLE_FOLDER, SETTINGS, Server, read_settings


def test_without_a_setting_the_sample_is_read() -> None:
    settings = read_settings({})
    assert settings.warehouse_folder == SAMPLE_FOLDER
    assert settings.reads_sample


def test_an_empty_setting_is_no_setting() -> None:
    assert read_settings({"WAREHOUSE_URL": "  "}) == read_settings({})


def test_a_folder_is_absolute_with_four_slashes(tmp_path: Path) -> None:
    settings = read_settings({"WAREHOUSE_URL": f"duckdb:///{tmp_path}"})
    assert settings.warehouse_folder == tmp_path
    assert not settings.reads_sample


def test_a_folder_is_relative_to_where_the_program_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({"WAREHOUSE_URL": "duckdb:///mine"}).warehouse_folder == tmp_path / "mine"


@pytest.mark.parametrize("url", ["duckdb:///", "duckdb://mine", "postgresql://host/db", "mine"])
def test_another_url_is_refused_with_the_variable_and_what_it_should_be(url: str) -> None:
    with pytest.raises(
        SettingsError, match=r"WAREHOUSE_URL begins with .* should be duckdb:///DIR"
    ):
        read_settings({"WAREHOUSE_URL": url})


def test_a_file_is_no_warehouse_nor_is_a_place_below_one(tmp_path: Path) -> None:
    file = tmp_path / "data.duckdb"
    file.write_bytes(b"")
    for named in (file, file / "inside"):
        with pytest.raises(SettingsError, match=f"WAREHOUSE_URL names .*{file} is a file"):
            read_settings({"WAREHOUSE_URL": f"duckdb:///{named}"})


@pytest.mark.parametrize("folder", ["~nobody-of-this-name/x", "x" * 5_000])
def test_a_folder_that_cannot_be_reached_is_refused(folder: str) -> None:
    with pytest.raises(SettingsError, match="cannot be reached"):
        read_settings({"WAREHOUSE_URL": f"duckdb:///{folder}"})


def test_every_setting_says_what_it_decides() -> None:
    assert all(setting.name.isupper() and setting.meaning.endswith(".") for setting in SETTINGS)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("clickhouse+https://u:hunter2@h/db", "begins with 'clickhouse+https'"),
        ("clickhouse://u:hunt/er2@h/db", "host and port in WAREHOUSE_URL cannot be read"),
        ("clickhouse://u:hunter2@h/db?secure=true", "has the option 'secure'"),
        ("clickhouse://u:hunter2@h/d-b", "with DB a name of letters"),
        ("clickhouse:///db", "should be clickhouse://USER@HOST/DB"),
    ],
)
def test_a_wrong_server_is_refused_without_its_password(url: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"WAREHOUSE_URL": url})
    assert said in str(refused.value)
    assert "hunt" not in f"{refused.value} {refused.value.__cause__}"


def test_a_server_is_shown_without_its_password() -> None:
    environment = {
        "WAREHOUSE_URL": "clickhouses://me@host:8443/platform?verify=false",
        "CLICKHOUSE_PASSWORD": "a/b#c",
    }
    server = read_settings(environment).warehouse
    assert isinstance(server, Server)
    assert server.database == "platform"
    assert server.connect_to == "clickhouses://me:a%2Fb%23c@host:8443?verify=false"
    assert str(server) == "clickhouses://me@host:8443/platform"
    assert "a%2Fb" not in repr(server)


def test_sources_are_not_taken_into_a_server() -> None:
    settings = read_settings({"WAREHOUSE_URL": "clickhouse://me@host/platform"})
    with pytest.raises(SettingsError, match="Sources are taken into a folder"):
        _ = settings.warehouse_folder
