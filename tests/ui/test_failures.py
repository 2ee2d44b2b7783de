"""What a reader is told when something fails."""

import logging

import pytest
from streamlit.testing.v1 import AppTest


def _ours() -> None:
    from dashboard.errors import DamagedFile
    from dashboard.ui.failures import told

    with told():
        raise DamagedFile("tables/user_days/*1*.parquet", "the file is missing")


def _another() -> None:
    import streamlit as st

    from dashboard.ui.failures import told

    with told():
        raise ValueError("a secret of the program")
    st.write("the rest goes on")


def test_a_failure_of_ours_is_told_letter_by_letter_with_what_to_do() -> None:
    told = AppTest.from_function(_ours).run().error[0].value
    assert r"user\_days/\*1\*\.parquet" in told
    assert "Restore the file" in told


def test_any_other_failure_is_a_reference_and_its_insides_stay_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        screen = AppTest.from_function(_another).run()
    told = screen.error[0].value
    reference = told.split("**")[1]
    assert "secret" not in told
    assert f"Failure {reference}" in caplog.text
    assert "a secret of the program" in caplog.text
    assert screen.markdown[0].value == "the rest goes on"


@pytest.mark.parametrize(
    "url", ["postgresql://host/db", "duckdb:///README.md", "duckdb:///~nobody-of-this-name/x"]
)
def test_a_wrong_setting_is_told_on_the_page(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", url)
    screen = AppTest.from_file("../../dashboard/ui/main.py", default_timeout=60).run()
    assert not screen.exception
    assert screen.error[0].value.startswith(r"WAREHOUSE\_URL ")
