"""What is in force where, and what the data says is closed without a rule of the control plane."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import polars as pl
import streamlit as st

from dashboard.charts.numbers import plural
from dashboard.control.geofence import GeofenceRegister, OrderRow
from dashboard.countries import country_name
from dashboard.geofence.elsewhere import told_by_data
from dashboard.geofence.register import Standing
from dashboard.ui.failures import told
from dashboard.ui.geofence import does_of, places_of
from dashboard.ui.geofence_map import map_of
from dashboard.ui.identity import watching
from dashboard.ui.page import Desk
from dashboard.ui.tables import twin_table
from dashboard.ui.words import plain

_MAP_EVERY = timedelta(seconds=10)
_FEW = 3
_EVERYWHERE = "every country"
_INSTANT = pl.Datetime("us", "UTC")
_COLUMNS: dict[str, pl.DataType] = {
    **dict.fromkeys(("country", "order", "does", "places", "authority", "number"), pl.String()),
    "since": _INSTANT, "until": _INSTANT, "change": pl.String(),
}  # fmt: skip


def elsewhere_note(desk: Desk) -> None:
    """Which countries the data says are closed although no rule here closes them, in a sentence."""
    with told():
        named = _elsewhere(desk, watching().geofence())["country"].unique().sort().to_list()
        if not named:
            return
        first = ", ".join(_name(country) for country in named[:_FEW])
        more = f" and {len(named) - _FEW} more" if len(named) > _FEW else ""
        st.caption(plain(
            f"By the data, {plural(len(named), 'country is', 'countries are')} closed by no rule "
            f"of this control plane: {first}{more}. See In force."
        ))  # fmt: skip


@st.fragment(run_every=_MAP_EVERY)
def in_force_panel(desk: Desk) -> None:
    """What was in force at an instant, now unless another is chosen, country by country."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("In force", anchor=False, help="By country, by the platform's clock.")
        chosen = st.datetime_input("At this instant, UTC; empty for now", value=None, width=280,
                                   key="geofence at")  # fmt: skip
        at = chosen.replace(tzinfo=UTC) if isinstance(chosen, datetime) else None
        found = watching().geofence(at)
        rules, others = _in_force(found), _elsewhere(desk, found)
        if not rules and others.is_empty():
            st.caption(f"Nothing was in force at {found.at:%Y-%m-%d %H:%M} UTC.")
            return
        map_of(rules, others)
        if rules:
            twin_table(_by_country(rules), name="geofence_in_force", title="In force")
        if not others.is_empty():
            st.caption(
                "By the data alone: no rule of this control plane closed these, so points of "
                "presence do not act on them, and they cannot be changed here."
            )
            names = pl.Series("country", map(_name, others["country"]), dtype=pl.String)
            twin_table(others.with_columns(names), name="geofence_elsewhere", title="By the data")


def _in_force(found: GeofenceRegister) -> list[OrderRow]:
    return [row for row in found.orders if row.standing == Standing.IN_FORCE]


def _elsewhere(desk: Desk, found: GeofenceRegister) -> pl.DataFrame:
    """What the data says was in force then, but for what the control plane knows to be its own."""
    own = sorted({row.change for row in found.orders} | {text.change for text in found.history})
    known = told_by_data(desk.warehouse, found.at, desk.reader.reach)
    return known.filter(pl.col("until").is_null() & ~pl.col("change").is_in(own)).drop("until")


def _by_country(rules: Iterable[OrderRow]) -> pl.DataFrame:
    rows = [
        (country_name(country), row.rule.id, does_of(row.rule), places_of(row.rule),
         row.rule.authority, row.rule.order_number, row.applied_at, row.rule.ends_at, row.change)
        for row in rules
        for country in row.rule.countries
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row").sort("country", "order")


def _name(country: str | None) -> str:
    return _EVERYWHERE if country is None else country_name(country)
