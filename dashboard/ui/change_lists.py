"""Lists of changes: those that wait for me, mine, and all; a click opens one."""

import polars as pl
import streamlit as st

from dashboard.control.change_documents import ChangeRow
from dashboard.control.changes import ChangeKind, ChangeQuestion, State, View
from dashboard.settings import ROOT_FOLDER
from dashboard.ui.changes import KIND_NAMES, act_name, state_name
from dashboard.ui.failures import told
from dashboard.ui.identity import control

CHANGES_PAGE = ROOT_FOLDER / "pages" / "operations" / "changes.py"
"""The screen of changes, whole: the program that is run stands in another folder."""
CHOSEN = "change"
"""The part of its address that says which change is open."""
_AT_ONCE = 50
_EMPTY = {
    View.WAITING: "Nothing waits for you.",
    View.MINE: "You have written no change yet.",
    View.ALL: "There is no change that matches.",
}
_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("title", "kind", "state", "waits", "writer"), pl.String()),
    "changed_at": pl.Datetime("us", "UTC"),
    "id": pl.String(),
}


def open_change(id: str) -> None:
    """Open one change; its address can be passed on."""
    st.query_params[CHOSEN] = id


def close_change() -> None:
    """Go back to the lists."""
    st.query_params.pop(CHOSEN, None)


@st.fragment
def change_list(view: View) -> None:
    """The newest changes of one view, and more on demand."""
    with told():
        asked = _narrowed(view) if view is View.ALL else ChangeQuestion(view=view, limit=_AT_ONCE)
        page = control().changes.page(asked)
        if not page.rows:
            st.caption(_EMPTY[view])
            return
        chosen = st.dataframe(
            _frame(page.rows), hide_index=True, lazy=False, alt="Changes", on_select="rerun",
            selection_mode="single-row", key=f"changes {view}",
            column_config={
                "title": st.column_config.Column("Change", width="medium"), "kind": "Kind",
                "state": "State", "waits": "Waits for you to", "writer": "Written by",
                "changed_at": st.column_config.DatetimeColumn("Changed", format="YYYY-MM-DD HH:mm"),
                "id": None,
            },
        )  # fmt: skip
        for index in chosen.selection.rows:
            open_change(page.rows[index].id)
            st.rerun(scope="app")
        if page.next_before:
            st.caption(f"The newest {_AT_ONCE} are shown. Narrow the list to see earlier ones.")


def _narrowed(view: View) -> ChangeQuestion:
    with st.container(horizontal=True, gap="small"):
        kind = st.selectbox(
            "Kind", list(ChangeKind), index=None, format_func=KIND_NAMES.__getitem__,
            placeholder="any", width=190, key="changes kind",
        )  # fmt: skip
        state = st.selectbox(
            "State", list(State), index=None, format_func=state_name, placeholder="any", width=160,
            key="changes state",
        )  # fmt: skip
        subject = st.text_input("About", placeholder="a name or an id", width=220,
                                key="changes subject").strip()  # fmt: skip
    return ChangeQuestion(view=view, kind=kind, state=state, subject=subject[:200], limit=_AT_ONCE)


def _frame(rows: tuple[ChangeRow, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (row.title, KIND_NAMES[row.kind], _state(row),
             ", ".join(act_name(act).lower() for act in row.waits_for_me), row.writer_name,
             row.changed_at, row.id)
            for row in rows
        ],
        schema=_SCHEMA, orient="row",
    )  # fmt: skip


def _state(row: ChangeRow) -> str:
    said = state_name(row.state, is_paused=row.is_paused)
    if row.is_unapproved:
        return f"{said}, not approved"
    return f"{said}, {row.percent} %" if row.percent and row.state is State.RAMPING else said
