"""What an argument of the command line may not be is refused with a sentence."""

from argparse import ArgumentTypeError

import pytest

from dashboard.commands.arguments import a_day, a_day_or_instant, platforms


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "1969-12-31"])
def test_a_day_no_platform_has_is_refused(text: str) -> None:
    for argument in (a_day, a_day_or_instant):
        with pytest.raises(ArgumentTypeError, match="outside the years 1970 to 2100"):
            argument(text)


def test_an_instant_no_platform_has_is_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="outside the years 1970 to 2100"):
        a_day_or_instant("9999-12-31T23:00+00:00")


def test_a_platform_is_a_name_in_lower_case() -> None:
    assert platforms("ios, android") == {"ios", "android"}
    with pytest.raises(ArgumentTypeError, match="is no name of a platform"):
        platforms("'; drop")
