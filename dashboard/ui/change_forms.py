"""Writing a change: a form for each kind that is written here, empty or with what stands there."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.access.roles import Role
from dashboard.control.change_documents import Change
from dashboard.control.changes import ChangeKind, Content, Edit, Proposal
from dashboard.countries import countries, country_name
from dashboard.ui.acting import barred, begin, carry_out, drop, intent, tell_outcome
from dashboard.ui.change_lists import open_change
from dashboard.ui.choosing import ONE_BY_ONE
from dashboard.ui.geofence_form import geofence_form
from dashboard.ui.identity import control, me
from dashboard.ui.words import plain

WRITTEN = "the change being written"
"""The name under which a change is begun to be written."""
ASKED = "write"
"""The part of the address that asks for the form of a kind."""
_TITLE, _REASON = "written title", "written reason"
_HELD = (ChangeKind.GEOFENCE, ChangeKind.RANKING, ChangeKind.GRANTS)
_PROPOSE = {
    ChangeKind.FREEZE: Permission.FREEZE_PROPOSE,
    ChangeKind.GRANTS: Permission.GRANTS_PROPOSE,
    ChangeKind.GEOFENCE: Permission.GEOFENCE_PROPOSE,
}
_NEW = {
    ChangeKind.FREEZE: "New freeze",
    ChangeKind.GRANTS: "Change somebody's roles",
    ChangeKind.GEOFENCE: "New geofence rule",
}

_NEXT = "next "
"""Before the kind, where what is written begins with what is in force."""
_NEXT_LABEL = {
    ChangeKind.FREEZE: "Change it",
    ChangeKind.GRANTS: "Change them",
    ChangeKind.GEOFENCE: "Change or lift it",
}


def writing() -> bool:
    """Whether a change is being written, and its form takes the place of the lists."""
    return intent(WRITTEN) is not None


def begin_asked(permissions: frozenset[Permission]) -> None:
    """Begin the change that the address asks for, once, for whoever may propose one of its kind."""
    asked = st.query_params.pop(ASKED, "")
    for kind in _NEW:
        if kind == asked and _PROPOSE[kind] in permissions and not barred():
            begin(WRITTEN, kind.value, "")


def new_buttons(permissions: frozenset[Permission]) -> None:
    """A button for each kind that this person may propose here."""
    why_not = barred()
    with st.container(horizontal=True, gap="small"):
        for kind, label in _NEW.items():
            if _PROPOSE[kind] in permissions:
                st.button(
                    label, key=f"new {kind}", icon=":material/add:", disabled=bool(why_not),
                    help=plain(why_not) or None, on_click=begin, args=(WRITTEN, kind.value, ""),
                )  # fmt: skip


def edit_button(change: Change, why_not: str) -> None:
    """The button that opens the change's form again, where it is written here."""
    if change.kind in _FORMS:
        st.button(
            "Edit", key="edit the change", icon=":material/edit:", disabled=bool(why_not),
            help=plain(why_not or "An edit voids every approval."),
            on_click=begin, args=(WRITTEN, change.kind.value, change.id),
        )  # fmt: skip


def next_button(change: Change) -> None:
    """The button that opens the form with what is in force, to be changed or lifted from there."""
    if change.kind not in _FORMS or _PROPOSE[change.kind] not in me().permissions:
        return
    why_not = barred()
    st.button(
        _NEXT_LABEL[change.kind], key="write its next text", icon=":material/edit_note:",
        disabled=bool(why_not),
        help=plain(why_not or "A new change is written, that begins with what is in force."),
        on_click=begin, args=(WRITTEN, f"{_NEXT}{change.kind}", change.id),
    )  # fmt: skip


def form() -> None:
    """The form of the change that is being written."""
    begun = intent(WRITTEN)
    if begun is None:
        return
    kind = ChangeKind(begun.act.removeprefix(_NEXT))
    shown = control().changes.get(begun.target) if begun.target else None
    # The next text is a change of its own: nothing but its content comes from the one before.
    stands = None if begun.act.startswith(_NEXT) else shown
    with st.container(border=True, gap="small"):
        st.subheader(_heading(kind, shown, stands), anchor=False)
        st.text_input("Title", key=_TITLE, value=stands.title if stands else "", max_chars=200)
        content = _FORMS[kind](shown.content if shown else {})
        st.text_area("Why", key=_REASON, value=stands.reason if stands else "", max_chars=2000,
                     height=100)  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            st.button("Save as a draft", key="save the change", type="primary",
                      on_click=_save, args=(kind, content, stands))  # fmt: skip
            st.button("Cancel", key="drop the change", on_click=drop, args=(WRITTEN,))
    tell_outcome()


def _heading(kind: ChangeKind, shown: Change | None, edited: Change | None) -> str:
    if shown is None:
        return _NEW[kind]
    if edited is not None:
        return "Edit the change"
    return plain(f"Change what is in force: {shown.subject}")


def _save(kind: ChangeKind, content: Callable[[], Content], stands: Change | None) -> None:
    title, reason = (str(st.session_state.get(name) or "").strip() for name in (_TITLE, _REASON))

    def deed(key: str) -> str:
        if stands is None:
            said = Proposal.model_construct(
                kind=kind, title=title, reason=reason, content=content(), ramp=None, expires_at=None
            )
            after = control().changes.create(said, key=key)
        else:
            edit = Edit.model_construct(
                title=title, reason=reason, content=content(), ramp=None,
                expires_at=stands.expires_at,
            )  # fmt: skip
            after = control().changes.edit(stands, edit, key=key)
        open_change(after.id)
        return f"{after.title} is saved as a draft. Preview it to see whom it touches."

    carry_out(WRITTEN, deed)


def _freeze(stands: Content) -> Callable[[], Content]:
    st.text_input("Name", key="freeze name", value=str(stands.get("name", "")), max_chars=60,
                  disabled=bool(stands), help="Small letters, digits and hyphens.")  # fmt: skip
    held = stands.get("kinds")
    st.multiselect(
        "Kinds of changes it holds", _HELD, key="freeze kinds",
        default=[ChangeKind(str(each)) for each in held] if isinstance(held, list) else [],
        format_func=lambda kind: kind.value, **ONE_BY_ONE,
    )  # fmt: skip
    _countries("Countries, none for every country", stands.get("countries"), "freeze countries")
    now = control().clock().now.replace(minute=0, second=0, microsecond=0)
    with st.container(horizontal=True, gap="small"):
        for name, later in (("since", timedelta()), ("until", timedelta(days=7))):
            st.datetime_input(
                f"{name.capitalize()}, UTC", key=f"freeze {name}", width=280,
                value=_instant(stands.get(name), now + later),
            )  # fmt: skip
    return _freeze_said


def _freeze_said() -> Content:
    state = st.session_state
    return {
        "name": str(state["freeze name"]).strip(),
        "kinds": [kind.value for kind in state["freeze kinds"]],
        "countries": list(state["freeze countries"]),
        "since": _written(state["freeze since"]),
        "until": _written(state["freeze until"]),
        "reason": str(state.get(_REASON) or "").strip(),
    }


def _grants(stands: Content) -> Callable[[], Content]:
    people = {each.id: each for each in control().people.everybody().rows}
    asked = str(stands.get("person") or st.query_params.get("person", ""))
    who = st.selectbox(
        "Person", list(people), key="grants person", disabled=bool(stands),
        index=list(people).index(asked) if asked in people else None,
        format_func=lambda id: f"{people[id].name} ({id})", placeholder="whose roles",
    )  # fmt: skip
    held = [role.value for role in people[who].roles] if who else []
    given = stands.get("roles", held)
    st.multiselect(
        "Roles", [role.value for role in Role], key=f"grants roles {who}",
        default=given if isinstance(given, list) else [],
        format_func=lambda role: role.replace("_", " "), **ONE_BY_ONE,
    )  # fmt: skip
    reach = stands.get("reach", list(people[who].reach or ()) if who else [])
    _countries("Countries this person sees, none for the world", reach, f"grants reach {who}")
    return lambda: {
        "person": who or "",
        "roles": list(st.session_state[f"grants roles {who}"]),
        "reach": list(st.session_state[f"grants reach {who}"]) or None,
    }


def _countries(label: str, chosen: object, key: str) -> None:
    st.multiselect(
        label, list(countries()), key=key, format_func=country_name, **ONE_BY_ONE,
        default=[str(each) for each in chosen] if isinstance(chosen, list) else [],
    )  # fmt: skip


def _instant(written: object, otherwise: datetime) -> datetime:
    at = datetime.fromisoformat(str(written)) if written else otherwise
    return at.astimezone(UTC).replace(tzinfo=None)


def _written(at: datetime) -> str:
    return at.replace(tzinfo=UTC).isoformat()


_FORMS: Mapping[ChangeKind, Callable[[Content], Callable[[], Content]]] = {
    ChangeKind.FREEZE: _freeze,
    ChangeKind.GRANTS: _grants,
    ChangeKind.GEOFENCE: geofence_form,
}
