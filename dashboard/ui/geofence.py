"""Panels of the geofence: the register of orders, and every text that was ever in force."""

from collections import Counter
from datetime import timedelta

import polars as pl
import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.control.changes import ChangeKind
from dashboard.control.geofence import Fenced, GeofenceRegister, OrderRow
from dashboard.countries import country_name
from dashboard.geofence.conflicts import place_name
from dashboard.geofence.register import Standing
from dashboard.ui.acting import barred
from dashboard.ui.change_forms import ASKED
from dashboard.ui.change_lists import CHANGES_PAGE
from dashboard.ui.failures import told
from dashboard.ui.identity import watching
from dashboard.ui.page import Desk
from dashboard.ui.silence import LOOK_EVERY
from dashboard.ui.tables import twin_table
from dashboard.ui.words import plain

_HISTORY_EVERY = timedelta(seconds=10)
_INSTANT = pl.Datetime("us", "UTC")
_ORDERS: dict[str, pl.DataType] = {
    **dict.fromkeys(("order", "stands", "does", "places"), pl.String()),
    "people": pl.Int64(), "usd_a_month": pl.Int64(), "due": _INSTANT, "edges": pl.String(),
    **dict.fromkeys(("still_served", "jobs_overdue", "jobs_open"), pl.Int64()), "since": _INSTANT,
    **dict.fromkeys(("authority", "number", "change"), pl.String()),
}  # fmt: skip


@st.fragment(run_every=LOOK_EVERY)
def register_panel(desk: Desk) -> None:
    """Every order, the most urgent first, and how the edge obeys it."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("Orders", anchor=False,
                     help="Overdue first, then pending, in force and ended.")  # fmt: skip
        found = watching().geofence()
        if not found.orders:
            st.caption("There is no order.")
            return
        twin_table(_orders(found), name="geofence_orders", title="Orders")
        st.caption(
            "People and dollars a month: what is at stake. Edges: points of presence that run it. "
            "Still served: requests of the last minute from countries closed on every surface."
        )


def draft_button(desk: Desk) -> None:
    """The link that opens the form of a new rule, for whoever may propose one."""
    if Permission.GEOFENCE_PROPOSE not in desk.reader.permissions:
        return
    why_not = barred()
    # A switch from here would race the parts of this page that look by themselves.
    st.page_link(CHANGES_PAGE, label="Draft a rule", icon=":material/add:",
                 disabled=bool(why_not), help=plain(why_not) or None,
                 query_params={ASKED: ChangeKind.GEOFENCE.value})  # fmt: skip


@st.fragment(run_every=_HISTORY_EVERY)
def history_panel(desk: Desk) -> None:
    """Every text that was ever put in force in one country."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("History", anchor=False, help="Every text of every rule, the newest first.")
        found = watching().geofence()
        texts = found.history
        if not texts:
            st.caption("No rule was ever in force here.")
            return
        named = sorted({code for text in texts for code in text.rule.countries}, key=country_name)
        where = st.selectbox("Country", named, index=None, format_func=country_name,
                             placeholder="all of them", key="geofence country")  # fmt: skip
        rows = [
            (text.rule.id, "lifted" if text.is_lifted else does_of(text.rule), places_of(text.rule),
             text.applied_at, text.ended_at, text.change)
            for text in reversed(texts) if where is None or where in text.rule.countries
        ]  # fmt: skip
        schema = {
            **dict.fromkeys(("order", "does", "places"), pl.String()),
            "since": _INSTANT, "until": _INSTANT, "change": pl.String(),
        }  # fmt: skip
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        twin_table(frame, name="geofence_history", title="History")
        if found.left_off:
            st.caption(f"{found.left_off:,} older texts are left off; the audit has them all.")


def _orders(found: GeofenceRegister) -> pl.DataFrame:
    served: Counter[str] = Counter()
    for line in (line for edge in found.edges for line in edge.still_served or ()):
        served[line.country] += line.requests
    rows = [_order(row, served) for row in found.orders]
    return pl.DataFrame(rows, schema=_ORDERS, orient="row")


def _order(row: OrderRow, served: Counter[str]) -> tuple[object, ...]:
    late = ", after its deadline" if row.is_late else ""
    rule = row.rule
    is_live = row.standing == Standing.IN_FORCE
    edges = f"{row.edges_current} of {row.edges}" if row.edges is not None else ""
    return (
        rule.id, row.standing.replace("_", " ") + _unapproved(row) + late, does_of(rule),
        places_of(rule), row.people,
        None if row.revenue_usd is None else round(row.revenue_usd), rule.due_at, edges,
        sum(served[country] for country in rule.countries) if is_live else None,
        row.overdue_jobs, row.open_jobs, row.applied_at, rule.authority, rule.order_number,
        row.change,
    )  # fmt: skip


def _unapproved(row: OrderRow) -> str:
    if not row.is_unapproved:
        return ""
    if row.lapses_at is None:
        return ", not approved, stays until it is decided"
    return f", not approved, ends at {row.lapses_at:%Y-%m-%d %H:%M} UTC"


def does_of(rule: Fenced) -> str:
    """What a rule does, in words."""
    return rule.action.replace("_", " ")


def places_of(rule: Fenced) -> str:
    """Where a rule holds, in words."""
    return ", ".join(place_name(place) for place in rule.places)
