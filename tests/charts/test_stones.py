"""Stones along a time line are whole at its edges, and their words are never markup."""

import polars as pl

from dashboard.charts.stones import with_stones
from dashboard.charts.theme import LIGHT, Figure
from tests.charts.drawn import FIRST, incident, valid


def test_stones_at_the_edge_are_whole_and_their_kind_is_plain_text() -> None:
    milestones = pl.DataFrame({"kind": ["<b>loud"], "day": [FIRST], "title": ["Duets"]})
    empty = Figure({"data": [], "layout": {}})
    marks = [incident("Outage", FIRST)]
    drawn = valid(with_stones(empty, milestones, marks=marks, palette=LIGHT))
    assert [trace.cliponaxis for trace in drawn.data] == [False, False]
    assert drawn.data[0].text[0] == "Duets (&lt;b&gt;loud)"
