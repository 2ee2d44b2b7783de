"""What is in force where: each country in the colour of the strongest thing done there."""

from collections.abc import Iterable

import polars as pl
import streamlit as st

from dashboard.charts.drawing import Drawing
from dashboard.charts.maps import Marked, marked_map
from dashboard.charts.numbers import plural
from dashboard.charts.theme import DARK, LIGHT, Role
from dashboard.control.geofence import OrderRow
from dashboard.countries import country_name
from dashboard.geofence.conflicts import place_name
from dashboard.geofence.rule import Action
from dashboard.ui.panels import CONFIG
from dashboard.ui.words import plain

_ROLES = {
    Action.BLOCK_ALL: Role.LOSS, Action.BLOCK_UPLOAD: Role.SECOND, Action.READ_ONLY: Role.FOURTH,
    Action.AGE_GATE: Role.FIRST, Action.HIDE_CONTENT_CLASS: Role.RETURN,
    Action.ISOLATE_DATA: Role.THIRD,
}  # fmt: skip
"""The colours of the ladder, the strongest action in that of losses."""
_IN_PART = "in part"
_STRENGTH = [action.value for action in Action]


def map_of(orders: Iterable[OrderRow], elsewhere: pl.DataFrame) -> None:
    """The map of orders in force, in words for those who do not see it.

    ``elsewhere`` has what the data says was closed without them, as told_by_data gives it.
    """
    drawing = _drawing(list(orders), elsewhere)
    st.caption(plain(drawing.takeaway))
    st.plotly_chart(drawing.figure, theme=None, config=CONFIG, alt=drawing.description,
                    key="chart geofence map")  # fmt: skip


def _drawing(orders: list[OrderRow], elsewhere: pl.DataFrame) -> Drawing:
    by_strength = sorted(orders, key=lambda row: _STRENGTH.index(row.rule.action))
    strongest: dict[str, Marked] = {}
    for row in by_strength:
        for country in row.rule.countries:
            mark = _marked(country, row)
            if strongest.setdefault(country, mark).said == _IN_PART:
                strongest[country] = mark
    for country, title, does in elsewhere.select("country", "title", "does").drop_nulls().rows():
        strongest.setdefault(country, _told(country, title, does))
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    closed = [each for each in strongest.values() if each.role is Role.LOSS]
    said = f"{plural(len(strongest), 'country is', 'countries are')} restricted"
    named = ", ".join(sorted(country_name(each.country) for each in closed))
    takeaway = f"{said}; everything is blocked in {named}." if named else f"{said}."
    figure = marked_map(list(strongest.values()), palette=palette)
    return Drawing(figure, takeaway, "Small countries have no shape and stand in the table.")


def _told(country: str, title: str, does: str) -> Marked:
    role = next((_ROLES[each] for each in Action if _in_words(each) == does), Role.TOTAL)
    return Marked(country, does, role, f"{title}, by the data alone")


def _in_words(action: Action) -> str:
    return action.value.replace("_", " ")


def _marked(country: str, row: OrderRow) -> Marked:
    action = Action(row.rule.action)
    is_whole = country in row.rule.places
    does = _in_words(action)
    told = f"{row.rule.id}, {row.rule.authority}"
    if not is_whole:
        # A part of a country must not look like the whole of it.
        return Marked(country, _IN_PART, Role.TOTAL, f"{does} in {_parts(country, row)}: {told}")
    return Marked(country, does, _ROLES[action], f"{does}: {told}")


def _parts(country: str, row: OrderRow) -> str:
    return ", ".join(place_name(place) for place in row.rule.places if place[:2] == country)
