"""The Edge view of the geofence: what each point of presence runs, and what becomes of requests."""

from datetime import datetime, timedelta

import polars as pl
import streamlit as st

from dashboard.charts.minutes import requests_by_minute
from dashboard.charts.numbers import plural
from dashboard.charts.theme import DARK, LIGHT
from dashboard.control.edge import StillServed, TrafficMinute
from dashboard.control.geofence import GeofenceRegister, OrderRow
from dashboard.control.status import EdgeState
from dashboard.countries import country_name
from dashboard.geofence.register import Standing
from dashboard.geofence.rule import Action
from dashboard.ui.failures import told
from dashboard.ui.identity import watching
from dashboard.ui.page import Desk
from dashboard.ui.panels import CONFIG
from dashboard.ui.silence import LOOK_EVERY
from dashboard.ui.tables import live_table
from dashboard.ui.words import plain

_INSTANT = pl.Datetime("us", "UTC")
_MINUTE = timedelta(minutes=1)
_STRENGTH = [action.value for action in Action]
_FOLLOWS, _STRAGGLES = "follows", "straggles since {:%Y-%m-%d %H:%M:%S} UTC"
_UNKNOWN = "unknown"


@st.fragment(run_every=LOOK_EVERY)
def edge_panel(desk: Desk) -> None:
    """Each point of presence: what it runs, how far behind, and what is still served."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader(
            "Edge", anchor=False,
            help="Points of presence, as they tell themselves. Still served are requests of the "
            "last minute from countries that the rules in force close on every surface.",
        )  # fmt: skip
        found = watching().geofence()
        if not found.edges:
            st.caption("No point of presence was heard of since the control plane began.")
            return
        st.caption(_summary(found))
        live_table(points_table(found.edges), title="Points of presence")
        st.caption("Times here are of this machine's clock, not of the platform's.")
        _traffic(desk, found)


def points_table(edges: tuple[EdgeState, ...]) -> pl.DataFrame:
    """A row for each point of presence: revision, lag in seconds, state, what it still serves."""
    rows = [
        (edge.pop, edge.revision, edge.lag_seconds, _state(edge), _still(edge.still_served),
         edge.acknowledged_at, edge.heard_at)
        for edge in edges
    ]  # fmt: skip
    schema = {
        "point": pl.String(), "revision": pl.Int64(), "lag_seconds": pl.Float64(),
        "state": pl.String(), "still_served": pl.String(), "acknowledged": _INSTANT,
        "heard_of": _INSTANT,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def minutes_table(minutes: tuple[TrafficMinute, ...]) -> pl.DataFrame:
    """A row for each minute from the first to the last; null where nothing was told of one."""
    found = {each.at: each for each in minutes}
    rows: list[tuple[datetime, int | None, int | None, int | None, bool]] = []
    at = min(found)
    while at <= max(found):
        each = found.get(at)
        told_of = (each.allowed, each.blocked, each.redirected) if each else (None, None, None)
        rows.append((at, *told_of, each.is_over if each else True))
        at += _MINUTE
    schema = {
        "minute": _INSTANT, **dict.fromkeys(("served", "blocked", "redirected"), pl.Int64()),
        "is_complete": pl.Boolean(),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _summary(found: GeofenceRegister) -> str:
    late = [edge for edge in found.edges if edge.is_straggler]
    if not late:
        return f"Revision {found.revision} is in force. None straggles."
    kept = ", ".join(
        f"{edge.pop} keeps revision {edge.revision} since {edge.straggles_since:%H:%M:%S} UTC"
        for edge in late
    )
    return (f"Revision {found.revision} is in force. "
            f"{plural(len(late), 'straggler', 'stragglers')}: {kept}.")  # fmt: skip


def _weight(row: OrderRow) -> tuple[int, int]:
    """The strongest action first, of like ones that of most people."""
    return _STRENGTH.index(row.rule.action), -(row.people or 0)


def _state(edge: EdgeState) -> str:
    return _STRAGGLES.format(edge.straggles_since) if edge.is_straggler else _FOLLOWS


def _still(served: tuple[StillServed, ...] | None) -> str:
    if served is None:
        return _UNKNOWN
    return ", ".join(f"{country_name(each.country)} {each.requests:,}" for each in served) or "0"


def _traffic(desk: Desk, found: GeofenceRegister) -> None:
    """What becomes of requests from one country, at first where most people are kept out."""
    seen = desk.reader.reach.countries
    ordered = [
        country for row in sorted(found.orders, key=_weight) if row.standing == Standing.IN_FORCE
        for country in row.rule.countries if seen is None or country in seen
    ]  # fmt: skip
    told_of = {line.country for edge in found.edges for line in edge.served}
    others = told_of - set(ordered) if seen is None else (told_of & seen) - set(ordered)
    places = [*dict.fromkeys(ordered), *sorted(others, key=country_name)]
    if not places:
        return
    place = st.selectbox("Requests from", places, format_func=country_name, width=280,
                         key="geofence traffic")  # fmt: skip
    minutes = watching().traffic(place).minutes
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    name = country_name(place)
    drawing = requests_by_minute(minutes_table(minutes), name, palette) if minutes else None
    if drawing is None:
        st.caption(plain(f"No whole minute of requests from {name} was told of yet."))
        return
    st.caption(plain(drawing.takeaway))
    st.plotly_chart(drawing.figure, theme=None, config=CONFIG, alt=drawing.description,
                    key="geofence traffic chart")  # fmt: skip
