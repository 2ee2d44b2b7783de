"""Panels of the audit: the state of its chain, and its rows by what they tell of."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.charts.numbers import plural
from dashboard.control.wire import AuditQuestion, AuditRow
from dashboard.ui.failures import told
from dashboard.ui.identity import control
from dashboard.ui.tables import downloads
from dashboard.ui.words import plain

_AT_ONCE = 200
_NOTHING = "nothing"
_ONE_DAY = timedelta(days=1)
_INSTANT = pl.Datetime("us", "UTC")
_WORDS = ("event", "who", "target", "result", "reason")
_TEXTS = ("event", "who", "target", "result", "before", "after", "reason", "hash")
_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.Int64(), "wall_at": _INSTANT, "platform_at": _INSTANT,
    **dict.fromkeys(_TEXTS, pl.String()),
}  # fmt: skip
# Who did what stands where a narrow screen ends; the second clock is seldom asked for.
_READ_FIRST = ("number", "wall_at", "who", "event", "target", "result", "reason", "platform_at")


@st.fragment
def chain_panel() -> None:
    """Whether every row and every signed checkpoint holds, checked when asked."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("Chain", anchor=False, help=(
            "Each row's hash takes in the row before it. The end is signed every minute, in a file "
            "beside the database."
        ))  # fmt: skip
        state = control().audit_state()
        if state.finding:
            st.error(
                plain(f"The audit was tampered with: {state.finding}."), icon=":material/gpp_bad:"
            )
        elif state.checked_at is None:
            st.badge("is being checked", icon=":material/hourglass_top:", color="gray")
        else:
            st.badge("whole", icon=":material/verified_user:", color="green")
            st.caption(plain(f"Checked up to row {state.checked_size:,} at "
                             f"{state.checked_at:%H:%M:%S} UTC."))  # fmt: skip
        # Of a chain that is broken nothing is known of what its signatures still cover.
        signed = "" if state.finding else f", signed up to row {state.signed_size:,}"
        rows = plural(state.size, "row", "rows")
        st.caption(plain(f"{rows}{signed}. The last hash is {state.head}."))
        st.caption(
            "Anybody can check an export without trusting this program: "
            "`python -m dashboard verify-audit EXPORT --checkpoints FILE --key FILE`."
        )
        st.button("Check again", icon=":material/refresh:")


@st.fragment
def rows_panel() -> None:
    """The rows, the newest first, by event, person, target and time."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("Rows", anchor=False, help="What was done, tried and refused; newest first.")
        rows = control().audit(_asked()).rows
        if not rows:
            st.caption("Nothing in the audit matches. Clear a filter to see more.")
            return
        frame = _frame(rows)
        chosen = st.dataframe(
            frame.select(pl.exclude("before", "after", "hash")), hide_index=True, lazy=False,
            alt="Rows of the audit", on_select="rerun", selection_mode="single-row",
            column_order=_READ_FIRST, column_config=_columns(),
        )  # fmt: skip
        for index in chosen.selection.rows:
            _before_and_after(rows[index])
        downloads(frame, "audit")
        if len(rows) == _AT_ONCE:
            st.caption(
                plain(f"The newest {_AT_ONCE} that match. Narrow the span to see earlier ones.")
            )


def _asked() -> AuditQuestion:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        event = st.text_input(
            "Event", key="audit event", placeholder="any, as in clock.set", width=190
        )
        actor = st.text_input("Who", key="audit actor", placeholder="anyone", width=160)
        target = st.text_input("Target", key="audit target", placeholder="anything", width=160)
        since = st.date_input(
            "From", value=None, key="audit since", width=150, help="Days of wall time, in UTC."
        )
        last = st.date_input("To", value=None, key="audit until", width=150)
    return AuditQuestion(
        event=event.strip(), actor=actor.strip(), target=target.strip(), limit=_AT_ONCE,
        since=None if since is None else datetime.combine(since, time(), UTC),
        until=None if last is None else datetime.combine(last, time(), UTC) + _ONE_DAY,
    )  # fmt: skip


def _frame(rows: tuple[AuditRow, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (row.seq, row.wall_at, row.platform_at, row.event, row.actor, row.target, row.result,
             row.before, row.after, row.reason, row.hash)
            for row in rows
        ],
        schema=_SCHEMA, orient="row",
    )  # fmt: skip


def _columns() -> dict[str, ColumnConfig]:
    clock = st.column_config.DatetimeColumn
    return {
        **{name: st.column_config.Column(name.capitalize()) for name in _WORDS},
        "number": st.column_config.NumberColumn("Row", format="localized"),
        "wall_at": clock("Wall time, UTC", format="YYYY-MM-DD HH:mm:ss"),
        "platform_at": clock("Platform clock, UTC", format="YYYY-MM-DD HH:mm:ss"),
    }


def differing(before: str, after: str) -> list[str]:
    """What differs between two texts of JSON, a field each; nothing where one is no object."""
    old, new = json.loads(before), json.loads(after)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return []
    stood, stands = dict(_fields(old)), dict(_fields(new))
    return [
        f"{name} {stood.get(name, _NOTHING)} \N{RIGHTWARDS ARROW} {stands.get(name, _NOTHING)}"
        for name in dict.fromkeys([*stood, *stands])
        if stood.get(name, _NOTHING) != stands.get(name, _NOTHING)
    ]


def _fields(found: dict[str, object], within: str = "") -> Iterator[tuple[str, str]]:
    """Each field by its path, with its value as JSON."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _fields(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", json.dumps(value, ensure_ascii=False)


def _before_and_after(row: AuditRow) -> None:
    """How the target stood before and after one row, side by side."""
    st.caption(plain(f"Row {row.seq:,}, {row.event} by {row.actor}. Its hash is {row.hash}."))
    if differences := differing(row.before, row.after):
        st.markdown(plain(f"Changed: {'; '.join(differences)}."))
    for column, label, text in zip(
        st.columns(2), ("Before", "After"), (row.before, row.after), strict=True
    ):
        with column:
            st.caption(label)
            st.code(json.dumps(json.loads(text), indent=1, ensure_ascii=False),
                    language="json", wrap_lines=True)  # fmt: skip
