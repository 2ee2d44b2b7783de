"""The form of a geofence rule: where, what, from when, and on whose order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from unicodedata import combining, normalize

import streamlit as st

from dashboard.control.changes import Content
from dashboard.countries import countries, country_name, subdivisions
from dashboard.geofence.conflicts import place_name
from dashboard.geofence.rule import Action, BasisKind, Surface, Unknown
from dashboard.ui.choosing import ONE_BY_ONE
from dashboard.ui.draft_impact import impact_panel
from dashboard.ui.identity import control

_LINES = {
    "authority": "Authority", "order_number": "Order number", "document": "Where the document lies",
    "contact": "Whom to ask",
}  # fmt: skip
_DECADE = timedelta(days=3652)


def geofence_form(stands: Content) -> Callable[[], Content]:
    """The form, empty or with the rule that stands there, and what gives its content."""
    written, reckoned = st.columns([3, 2])
    with written:
        _fields(stands)
    with reckoned:
        impact_panel(_said(stands))
    return lambda: _said(stands)


def _fields(stands: Content) -> None:
    _text("Name", "id", stands, help="Small letters, digits and hyphens.", is_fixed=bool(stands))
    _text("What people call it", "title", stands)
    places = _listed(stands.get("places"))
    st.multiselect(
        "Places", [*countries(), *subdivisions()], key="rule places", default=places,
        format_func=_place, help="Countries, or parts of them. Write how the name begins.",
        **ONE_BY_ONE,
    )  # fmt: skip
    _choice("What it does", "action", list(Action), stands)
    _detail(stands)
    st.multiselect("Surfaces", list(Surface), key="rule surfaces", format_func=str, **ONE_BY_ONE,
                   default=_listed(stands.get("surfaces")) or list(Surface))  # fmt: skip
    _choice("Whose place is not known", "unknown", list(Unknown), {"unknown": "allow", **stands})
    _order(stands)
    _span(stands)
    _instead(stands)
    st.checkbox("Lift it: it holds nowhere from then on", key="rule lifted",
                value=bool(stands.get("is_lifted")))  # fmt: skip


def _detail(stands: Content) -> None:
    """What the action chosen needs to be told besides."""
    action = st.session_state["rule action"]
    if action is Action.AGE_GATE:
        st.number_input("Least age in years", 13, 21, key="rule least_age_years",
                        value=_number(stands.get("least_age_years"), 18))  # fmt: skip
    if action is Action.HIDE_CONTENT_CLASS:
        _text("Class of content that is hidden", "content_class", stands,
              help="As content is labelled: small letters, digits and hyphens.")  # fmt: skip


def _order(stands: Content) -> None:
    basis, now = _mapping(stands.get("basis")), _full_hour()
    _choice("On what ground", "kind", list(BasisKind), basis)
    for name, label in _LINES.items():
        _text(label, name, basis)
    with st.container(horizontal=True, gap="small"):
        _instant("Received, UTC", "received_at", basis, now)
        _instant("Due, UTC", "due_at", basis, now + timedelta(days=1))


def _span(stands: Content) -> None:
    window = _mapping(stands.get("window"))
    with st.container(horizontal=True, gap="small"):
        _instant("In force since, local time", "since", window, _full_hour())
        _instant("No longer from, local time", "until", window, None)
        _text("Time zone", "zone", {"zone": "UTC", **window})
        _instant("Expires unless renewed, UTC", "expires_at", stands, None)


def _instead(stands: Content) -> None:
    """The rules whose place it takes, of those that somebody can know of: orders of today."""
    taken = _listed(stands.get("instead_of"))
    others = {row.rule.id for row in control().geofence().orders} - {str(stands.get("id"))}
    st.multiselect("Takes the place of", sorted({*others, *taken}), key="rule instead_of",
                   default=taken, placeholder="none: the stricter one decides", **ONE_BY_ONE,
                   help="Where both hold, this rule alone decides.")  # fmt: skip


def _full_hour() -> datetime:
    return control().clock().now.replace(minute=0, second=0, microsecond=0)


def _said(stands: Content) -> Content:
    state = st.session_state
    action: Action = state["rule action"]
    until, expires_at = state["rule until"], state["rule expires_at"]
    basis = {name: str(state[f"rule {name}"]).strip() for name in _LINES}
    instants = {name: _utc(state[f"rule {name}"]) for name in ("received_at", "due_at")}
    window = {"since": state["rule since"].isoformat(), "until": until and until.isoformat(),
              "zone": str(state["rule zone"]).strip()}  # fmt: skip
    is_age, is_class = action is Action.AGE_GATE, action is Action.HIDE_CONTENT_CLASS
    own: Content = {
        "id": str(state["rule id"]).strip(), "title": str(state["rule title"]).strip(),
        "places": list(state["rule places"]), "action": action.value,
        "surfaces": [str(each) for each in state["rule surfaces"]],
        "unknown": state["rule unknown"].value, "is_lifted": bool(state["rule lifted"]),
        "least_age_years": int(state["rule least_age_years"]) if is_age else None,
        "content_class": str(state["rule content_class"]).strip() if is_class else None,
        "expires_at": expires_at and _utc(expires_at), "instead_of": state["rule instead_of"],
        "basis": {"kind": state["rule kind"].value, **basis, **instants}, "window": window,
    }  # fmt: skip
    return {**stands, **own}


def _text(
    label: str, name: str, stands: Content, *, help: str | None = None, is_fixed: bool = False
) -> None:
    st.text_input(label, key=f"rule {name}", value=str(stands.get(name) or ""), max_chars=200,
                  help=help, disabled=is_fixed)  # fmt: skip


def _choice(
    label: str, name: str, options: list[Action] | list[Unknown] | list[BasisKind], stands: Content
) -> None:
    written = [each.value for each in options]
    now = stands.get(name)
    st.selectbox(label, options, key=f"rule {name}", index=written.index(now) if now in written
                 else 0, format_func=lambda each: each.value.replace("_", " "))  # fmt: skip


def _instant(label: str, name: str, stands: Content, otherwise: datetime | None) -> None:
    written = stands.get(name)
    at = datetime.fromisoformat(str(written)) if written else otherwise
    local = at if at is None or at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
    near = (local or _full_hour()).replace(tzinfo=None)
    st.datetime_input(label, key=f"rule {name}", value=local, width=280,
                      min_value=near - _DECADE, max_value=near + _DECADE)  # fmt: skip


def _utc(at: datetime) -> str:
    return at.replace(tzinfo=UTC).isoformat()


def _place(code: str) -> str:
    if "-" not in code:
        return country_name(code)
    # Whoever searches for a part types on any keyboard.
    name = normalize("NFKD", place_name(code))
    return f"{''.join(c for c in name if not combining(c))}, {country_name(code[:2])}"


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _mapping(value: object) -> Content:
    return dict(value) if isinstance(value, dict) else {}
