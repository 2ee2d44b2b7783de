"""Signing in: the page of whoever is not signed in, and who is, with the way out, in the menu."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from time import monotonic

import streamlit as st

from dashboard.access.roles import Role
from dashboard.control.people import DemoPerson, Me
from dashboard.countries import country_name
from dashboard.errors import ActRefused, ControlError, ControlSilent
from dashboard.ui.control import control_of_nobody
from dashboard.ui.identity import is_signed_in, me, sign_out
from dashboard.ui.server.sign_in_settings import AGAIN, USUAL
from dashboard.ui.words import plain

_LOOK_EVERY = timedelta(seconds=1)
_FEW = 3
_WIDTH_PX = 660


def sign_in_page(why: Exception) -> None:
    """Let somebody sign in; ``why`` tells somebody who was signed in what ended it.

    Who signed in and was not heard of yet, because the control plane was silent, goes on by itself.
    """
    with st.container(horizontal_alignment="center"), st.container(width=_WIDTH_PX):
        st.title("Sign in", anchor=False)
        if is_signed_in():
            st.info(plain(str(why)), icon=":material/lock_clock:")
            if isinstance(why, ControlSilent):
                _wait_for_control()
                return
        try:
            demo = _demo_people()
        except ControlError:
            _wait_for_control()
            return
        if demo:
            _demo(demo)
        else:
            st.write("Figures, queues and changes of this platform are for its people.")
            if st.button("Sign in", type="primary", icon=":material/login:"):
                st.login(USUAL)


def person_panel(who: Me) -> None:
    """Who is signed in, what as, and the way out, below the menu."""
    with st.sidebar:
        with st.container(gap="xxsmall"):
            st.markdown(f"**{plain(who.name)}**")
            st.caption(plain(_roles(who.roles)))
            if who.reach is not None:
                st.caption(plain(f"Sees {_places(who.reach)}"))
        if st.button("Sign out", icon=":material/logout:", key="sign out"):
            sign_out()


def no_role_page(who: Me) -> None:
    """Tell somebody who may see nothing yet whom to ask."""
    st.title("Nothing to see yet", anchor=False)
    st.write(plain(
        f"You are signed in as {who.name}, and nobody has given you a role. Ask an administrator; "
        f"your id is {who.person}. This page opens by itself once you have one."
    ))  # fmt: skip
    _go_on_with_a_role()


def sign_in_again(who: Me, *, key: str) -> None:
    """Offer to prove once more who one is, which approving and applying ask for."""
    if st.button("Sign in again", icon=":material/key:", type="primary", key=key):
        st.login(who.person if who.is_demo else AGAIN)


def _demo(people: Iterable[DemoPerson]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge("DEMO", color="orange")
        st.caption("The data is invented. Choose whom to be; nothing here needs a password.")
    for person in people:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{plain(person.name)}** · {plain(_roles([person.role]))}  \n"
                f":small[{plain(person.sentence)}]",
                width="stretch",
            )
            if st.button("Sign in", key=f"sign in {person.id}", help=plain(person.name)):
                st.login(person.id)


def _demo_people() -> tuple[DemoPerson, ...]:
    try:
        return control_of_nobody().demo_people()
    except ActRefused:
        # Outside demo those people do not exist.
        return ()


def _wait_for_control() -> None:
    st.write("Signing in needs the control plane, which is starting or does not answer.")
    st.caption("This page goes on by itself as soon as it answers.")
    _go_on_when_it_answers(monotonic())


@st.fragment(run_every=_LOOK_EVERY)
def _go_on_when_it_answers(waiting_since: float) -> None:
    if monotonic() - waiting_since < _LOOK_EVERY.total_seconds() / 2:
        # The page itself was run a moment ago: what it heard then is not asked again at once.
        return
    with suppress(ControlError):
        control_of_nobody().clock()
        st.rerun()


@st.fragment(run_every=_LOOK_EVERY)
def _go_on_with_a_role() -> None:
    if me(is_unattended=True).permissions:
        st.rerun()


def _roles(roles: Iterable[Role]) -> str:
    named = [role.value.replace("_", " ") for role in roles]
    return ", ".join(named).capitalize() or "No role"


def _places(codes: tuple[str, ...]) -> str:
    if len(codes) > _FEW:
        return f"{len(codes)} countries"
    return ", ".join(country_name(code) for code in codes)
