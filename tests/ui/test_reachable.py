"""Growth says whom a block keeps out, on the day it comes into force."""

from datetime import date

import polars as pl

from dashboard.ui.reachable import reachable_in_words


def _month(blocked: list[str]) -> pl.DataFrame:
    rows = {"people": [969_000_000], "reachable": [776_000_000], "blocked": [blocked]}
    return pl.DataFrame({"day": [date(2020, 6, 30)], **rows})


def test_whom_a_block_keeps_out_is_named() -> None:
    assert reachable_in_words(_month(["IN"])) == (
        "Reachable MAU 776M of 969M: without India, where a block is in force."
    )
    assert "India, Brazil, France and 1 more" in reachable_in_words(
        _month(["IN", "BR", "FR", "US"])
    )


def test_nothing_is_said_while_everybody_can_be_reached() -> None:
    nobody = _month([]).with_columns(blocked=pl.Series([[]], dtype=pl.List(pl.String)))
    assert reachable_in_words(nobody) == reachable_in_words(nobody.clear()) == ""
