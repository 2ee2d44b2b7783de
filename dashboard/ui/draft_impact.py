"""The impact of a rule while it is written: the control plane's own, anew with each choice."""

import json

import streamlit as st

from dashboard.charts.numbers import exact
from dashboard.control.change_documents import Impact
from dashboard.control.changes import Content
from dashboard.control.geofence import Draft
from dashboard.errors import ActRefused, ControlSilent
from dashboard.ui.identity import control
from dashboard.ui.words import plain

_SEEN = "the impact of the draft"
_NAMELESS = "draft"
_UNSAID = "not said yet"


def impact_panel(content: Content) -> None:
    """Whom the rule would touch as it is written now, within the reach of whoever writes it."""
    with st.container(border=True, gap="xsmall"):
        st.subheader("Whom it would touch", anchor=False, help=(
            "Reckoned by the control plane from the warehouse as you write, within your reach."
        ))  # fmt: skip
        if not content["places"]:
            st.caption("Choose a place to see whom it touches there.")
            return
        try:
            found = _reckoned(_filled(content))
        except ActRefused as refused:
            st.caption(plain(f"Not known yet: {refused}"))
            return
        except ControlSilent as silent:
            st.caption(plain(str(silent)))
            return
        people = "Unknown" if found.people is None else exact(found.people)
        st.metric("People", people, help="Those of the last 28 days.")
        for sentence in found.sentences:
            st.markdown(f"- {plain(sentence)}")
        st.caption(plain(f"Version {found.data_version} of the warehouse."))


def _reckoned(content: Content) -> Impact:
    """The impact, asked for once for the same content."""
    text = json.dumps(content, sort_keys=True)
    seen = st.session_state.get(_SEEN)
    if isinstance(seen, tuple) and seen[0] == text and isinstance(seen[1], Impact):
        return seen[1]
    found = control().impact_of(Draft(content=content))
    st.session_state[_SEEN] = (text, found)
    return found


def _filled(content: Content) -> Content:
    """The content with a word in each line that was not written yet: none changes an impact."""
    basis = content["basis"]
    lines = basis if isinstance(basis, dict) else {}
    filled: Content = {name: value or _UNSAID for name, value in lines.items()}
    return {
        **content, "id": content["id"] or _NAMELESS, "title": content["title"] or _UNSAID,
        "basis": filled, "is_lifted": False,
    }  # fmt: skip
