"""The default band on a public series with labelled windows."""

from tests.incidents.nab import result


def test_four_of_five_labelled_windows_are_found_and_nothing_else() -> None:
    found = result()
    assert len(found.windows) == 5
    assert sum(window.is_hit for window in found.windows) >= 4
    assert found.false_flags == []
