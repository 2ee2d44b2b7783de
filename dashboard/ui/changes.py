"""How a change stands, drawn the same for every kind: its steps, what differs, whom it touches."""

from collections.abc import Iterator, Mapping
from typing import Literal

import polars as pl
import streamlit as st
from pydantic import JsonValue

from dashboard.charts.numbers import exact, plural
from dashboard.control.change_documents import Change, FieldChange, Impact, Timeline
from dashboard.control.changes import ChangeAct, ChangeKind, State
from dashboard.geofence.conflicts import place_name
from dashboard.ui.words import plain

KIND_NAMES: Mapping[ChangeKind, str] = {
    ChangeKind.GRANTS: "Roles of a person",
    ChangeKind.FREEZE: "Freeze",
    ChangeKind.GEOFENCE: "Geofence",
    ChangeKind.RANKING: "Ranking",
}
"""What each kind is called on screen."""
_WAY = (
    State.DRAFT, State.PREVIEWED, State.SUBMITTED, State.APPROVED, State.SCHEDULED, State.RAMPING,
    State.LIVE,
)  # fmt: skip
_PASSED_BY = {State.SCHEDULED, State.RAMPING}
"""Steps that a change need not take."""
_ENDS = {State.REJECTED, State.EXPIRED, State.STALE, State.ROLLED_BACK}
_NOTHING = "—"
_WHERE = {"places", "countries", "reach"}
_FIRST = (
    *sorted(_WHERE), "action", "surfaces", "least_age_years", "content_class", "is_lifted",
    "kinds", "since", "until", "window", "expires_at", "unknown", "instead_of", "person", "roles",
)  # fmt: skip
"""The fields that somebody who decides asks for first, in this order; any other comes after."""
_TO_THE_SECOND = "YYYY-MM-DD HH:mm:ss"
_TIMELINE: dict[str, pl.DataType] = {
    "at": pl.Datetime("us", "UTC"), **dict.fromkeys(("act", "who", "then", "what"), pl.String()),
}  # fmt: skip


def state_name(state: State, *, is_paused: bool = False) -> str:
    """A state in words."""
    return "paused" if is_paused else state.value.replace("_", " ")


def act_name(act: ChangeAct) -> str:
    """An act in words."""
    return act.value.replace("_", " ").capitalize()


def stepper(change: Change) -> None:
    """Where the change stands on its way, which steps lie behind it and which are still to come."""
    reached = _WAY.index(change.state) if change.state in _WAY else -1
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        for number, state in enumerate(_way_of(change)):
            if number:
                st.markdown(":small[:gray[→]]", width="content")
            _step(change, state, place=_WAY.index(state), reached=reached)
        if change.state in _ENDS:
            st.badge(state_name(change.state), icon=":material/block:", color="red")


def what_differs(change: Change) -> None:
    """What the change would make different, apart from what a rebase carried over."""
    with st.container(border=True, gap="xsmall"):
        st.subheader("What it changes", anchor=False, help=(
            "Each field of the content, as it is in force and as it would be."
        ))  # fmt: skip
        if change.edits:
            _fields(change.edits, *_sides(change))
        else:
            st.caption("Nothing: the content is what is in force.")
        if change.carried:
            st.caption("Carried over from a later revision when it was rebased, not edited here:")
            _fields(change.carried, "Before", "Carried over")
        if change.moved:
            st.warning(
                "Something else is in force by now. Rebase to carry the own edits over to it.",
                icon=":material/merge:",
            )
            _fields(change.moved, "When it was written", "In force now")
        st.caption(plain(f"sha256 of the content {change.content_hash}"))


def whom_it_touches(change: Change) -> None:
    """The control plane's own estimate, with the data and the content that it was made for."""
    with st.container(border=True, gap="xsmall"):
        st.subheader("Whom it touches", anchor=False, help=(
            "Reckoned by the control plane from the warehouse, never by the screen."
        ))  # fmt: skip
        if change.preview is None:
            st.caption("Not reckoned yet. Preview it.")
            return
        impact = change.preview.impact
        # The number may have to be typed: nothing that could cut it off stands beside it.
        st.metric("People" if impact.is_exact else "People, about", _people(impact))
        for sentence in impact.sentences:
            st.markdown(plain(sentence))
        st.caption(plain(_about(change)))


def who_approved(change: Change) -> None:
    """Who approved, what that still counts for, and how many are missing."""
    with st.container(border=True, gap="xsmall"):
        counted = [each for each in change.approvals if not each.void_because]
        st.subheader("Approvals", anchor=False, help=(
            "Each is bound to this content and to the revision it builds on; an edit voids it."
        ))  # fmt: skip
        needed = plural(change.approvals_needed, "approval", "approvals")
        st.caption(plain(f"{len(counted)} of {needed} that it needs"))
        for each in change.approvals:
            name = change.names.get(each.person, each.person)
            if each.void_because:
                st.markdown(f":gray[~~{plain(name)}~~] {plain(each.void_because)}")
            else:
                until = f"{each.expires_at:%Y-%m-%d %H:%M}"
                st.markdown(plain(f"{name}, {each.at:%Y-%m-%d %H:%M}, counts until {until}"))


def what_happened(timeline: Timeline) -> None:
    """Everything that was done to a change, the newest first."""
    with st.container(border=True, gap="xsmall"):
        st.subheader("Timeline", anchor=False, help="Everything that was done to it.")
        rows = [
            (step.platform_at, act_name(step.act), step.name, state_name(step.after), step.sentence)
            for step in reversed(timeline.steps)
        ]
        st.dataframe(
            pl.DataFrame(rows, schema=_TIMELINE, orient="row"), hide_index=True, lazy=False,
            alt="Timeline of the change",
            column_config={
                "at": st.column_config.DatetimeColumn("At, platform clock", format=_TO_THE_SECOND),
                "act": "Act", "who": "Who", "then": "Then it was", "what": "What was said",
            },
        )  # fmt: skip


def is_unapproved(change: Change) -> bool:
    """Whether one person put it in force in an emergency, and nobody approved it."""
    return change.emergency is not None and change.emergency.approved_at is None


def _way_of(change: Change) -> list[State]:
    """The steps of its way: those of a schedule or a ramp only where it has one."""
    if is_unapproved(change):
        # What one person put in force took none of the steps between.
        return [State.DRAFT, State.LIVE]
    has = {State.SCHEDULED: change.scheduled_at is not None, State.RAMPING: change.ramp is not None}
    return [state for state in _WAY if state not in _PASSED_BY or has[state]]


def _step(change: Change, state: State, *, place: int, reached: int) -> None:
    name = state_name(state)
    if state is change.state:
        percent = f" {change.ramp.percent} %" if change.ramp and state is State.RAMPING else ""
        said = f"{state_name(state, is_paused=change.is_paused)}{percent}"
        said += ", not approved" if is_unapproved(change) else ""
        st.badge(said, color=_color(change))
    elif place < reached:
        st.badge(name, icon=":material/check:", color="green")
    else:
        st.badge(name, color="gray")


def _color(change: Change) -> Literal["orange", "green", "blue"]:
    if change.is_paused or is_unapproved(change):
        return "orange"
    return "green" if change.state is State.LIVE else "blue"


def _sides(change: Change) -> tuple[str, str]:
    """What the two sides of its edits are called, which depends on what is in force by now."""
    if change.is_in_force:
        return "Before", "In force"
    if change.moved or change.state in {State.LIVE, *_ENDS}:
        return "When it was written", "Proposed"
    return "In force", "Proposed"


def _fields(fields: tuple[FieldChange, ...], before: str, after: str) -> None:
    found = [
        row for each in sorted(fields, key=_place)
        for row in _rows(each.field, each.before, each.after) if set(row[1:]) != {_NOTHING}
    ]  # fmt: skip
    frame = pl.DataFrame(found, schema=dict.fromkeys(("Field", before, after), pl.String),
                         orient="row")  # fmt: skip
    # Where nothing was before, a column of nothing takes the room that the content needs.
    shown = frame.drop(before) if (frame[before] == _NOTHING).all() else frame
    st.dataframe(
        shown, hide_index=True, lazy=False, height="content", alt=f"{before} and {after}",
    )  # fmt: skip


def _place(each: FieldChange) -> int:
    return _FIRST.index(each.field) if each.field in _FIRST else len(_FIRST)


def _rows(field: str, before: JsonValue, after: JsonValue) -> Iterator[tuple[str, str, str]]:
    """A row for the field; for one of several parts, a row for each part that differs."""
    if not isinstance(before, dict) and not isinstance(after, dict):
        name = field.replace("_", " ")
        yield name, _written(field, before), _written(field, after)
        return
    was, will = (part if isinstance(part, dict) else {} for part in (before, after))
    for name in dict.fromkeys((*was, *will)):
        if was.get(name) != will.get(name):
            yield from _rows(f"{field}: {name}", was.get(name), will.get(name))


def _written(field: str, value: JsonValue) -> str:
    if value is None or value == "" or value == []:
        return _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        name = place_name if field in _WHERE else str
        return ", ".join(name(str(each)) for each in value)
    return str(value)


def _people(impact: Impact) -> str:
    if impact.people is None:
        return "unknown"
    return exact(impact.people)


def _about(change: Change) -> str:
    preview = change.preview
    assert preview is not None
    at = f"Reckoned at {preview.at:%Y-%m-%d %H:%M}"
    data = (
        f" from data version {preview.impact.data_version}" if preview.impact.data_version else ""
    )
    is_of_this = preview.content_hash == change.content_hash
    return f"{at}{data}{'' if is_of_this else ', for an earlier content: preview it again'}."
