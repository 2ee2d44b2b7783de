"""Tokens that can stop changes and nothing else, for when the screen is down."""

import polars as pl
import streamlit as st

from dashboard.control.people import NewStopToken, StopTokenRow
from dashboard.errors import ControlSilent
from dashboard.ui.acting import barred, begin, carry_out, drop, intent, tell_outcome
from dashboard.ui.failures import told
from dashboard.ui.identity import control
from dashboard.ui.words import plain

_NAME = "the act on a stop token"
_PURPOSE, _DAYS, _WHICH = "stop token purpose", "stop token days", "stop token"
_MADE = "the stop token shown once"
_INSTANT = pl.Datetime("us", "UTC")
_SCHEMA: dict[str, pl.DataType] = {
    "purpose": pl.String(), "person": pl.String(), "made_at": _INSTANT, "until": _INSTANT,
    "used_at": _INSTANT, "id": pl.String(),
}  # fmt: skip


def stop_tokens_panel() -> None:
    """One's tokens, a new one, which is shown once, and the end of one."""
    with st.container(border=True, gap="small"), told():
        st.subheader("Stop tokens", anchor=False, help=(
            "With one, `python -m dashboard stop CHANGE --reason WHY` stops a change while the "
            "screen is down. It can do nothing else."
        ))  # fmt: skip
        try:
            rows = control().people.stop_tokens().rows
        except ControlSilent as silent:
            st.caption(plain(str(silent)))
            return
        good = [row for row in rows if row.ended_at is None]
        if good:
            st.dataframe(_frame(good), hide_index=True, lazy=False, alt="Stop tokens")
        else:
            st.caption("There is none. Make one before you need it.")
        with st.container(horizontal=True, gap="small"):
            _button("Make a token", "make")
            if good:
                _button("End a token", "end")
        _ask(good)
        tell_outcome()
        if made := st.session_state.pop(_MADE, ""):
            st.markdown("The token, shown this once. Keep it where only you can read it:")
            st.code(made, language=None)


def _button(label: str, act: str) -> None:
    why_not = barred()
    st.button(label, key=f"stop token {act}", disabled=bool(why_not), help=plain(why_not) or None,
              on_click=begin, args=(_NAME, act, ""))  # fmt: skip


def _ask(good: list[StopTokenRow]) -> None:
    begun = intent(_NAME)
    if begun is None:
        return
    with st.container(border=True, gap="small"):
        if begun.act == "make":
            st.text_input("What it is for", key=_PURPOSE, max_chars=200)
            st.number_input("Good for so many days", 1, 90, 90, key=_DAYS)
        else:
            said = {row.id: f"{row.purpose} ({row.id})" for row in good}
            st.selectbox("Which one", list(said), key=_WHICH, format_func=said.__getitem__)
        with st.container(horizontal=True, gap="small"):
            do = _make if begun.act == "make" else _end
            st.button(f"Yes, {begun.act}", key="stop token yes", type="primary",
                      on_click=carry_out, args=(_NAME, do))  # fmt: skip
            st.button("Cancel", key="stop token cancel", on_click=drop, args=(_NAME,))


def _make(key: str) -> str:
    purpose = str(st.session_state.get(_PURPOSE) or "").strip()
    wanted = NewStopToken.model_construct(purpose=purpose, days=int(st.session_state[_DAYS]))
    made = control().people.make_stop_token(wanted, key=key)
    st.session_state[_MADE] = made.token
    return f"It is good until {made.until:%Y-%m-%d}."


def _end(key: str) -> str:
    control().people.end_stop_token(str(st.session_state[_WHICH]), key=key)
    return "It stops nothing any more."


def _frame(rows: list[StopTokenRow]) -> pl.DataFrame:
    return pl.DataFrame(
        [(r.purpose, r.person, r.made_at, r.until, r.used_at, r.id) for r in rows],
        schema=_SCHEMA, orient="row",
    )  # fmt: skip
