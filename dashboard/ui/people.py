"""The register of people: who there is, what they hold, and what an administrator can do to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl
import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.access.reader import Reader
from dashboard.access.roles import Role
from dashboard.control.people import Account, NewPerson, PersonRow
from dashboard.countries import country_name
from dashboard.ui.acting import barred, begin, carry_out, drop, intent, tell_outcome
from dashboard.ui.failures import told
from dashboard.ui.identity import control, me
from dashboard.ui.tables import downloads
from dashboard.ui.words import plain

CHOSEN = "person"
_REGISTER = "register"
_NAME = "the act on a person"
_INPUT, _ISSUER = "person input", "person issuer"
_ONCE = "the password shown once"
_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("name", "roles", "sees", "accounts", "state"), pl.String()),
    "last_sign_in": pl.Datetime("us", "UTC"),
    "id": pl.String(),
}


@dataclass(frozen=True, slots=True)
class _Deed:
    """An act on the register: its name, what will happen, what it asks for, and how it is done.

    It is done to a person, with a key.
    """

    label: str
    sentence: str
    do: Callable[[str, str], str]
    asks: str = ""
    asks_issuer: bool = False


def register_panel(reader: Reader) -> None:
    """Everybody; a click opens one person below."""
    with st.container(border=True, gap="xsmall"), told():
        st.subheader("Register", anchor=False, help="Everybody who signed in or may, by name.")
        rows = control().people.everybody().rows
        frame = _frame(rows)
        st.dataframe(
            frame, hide_index=True, lazy=False, alt="Register of people",
            # By the people as they were drawn: whoever is added meanwhile moves the rows.
            on_select=partial(_choose, [row.id for row in rows]),
            selection_mode="single-row", key=_REGISTER,
            column_config={
                "name": "Name", "roles": "Roles", "sees": "Sees", "accounts": "Accounts",
                "state": "State", "id": "Id",
                "last_sign_in": st.column_config.DatetimeColumn(
                    "Last sign-in, UTC", format="YYYY-MM-DD HH:mm"
                ),
            },
        )  # fmt: skip
        downloads(frame, "people")
        _person(reader, {row.id: row for row in rows})


def _choose(people: Sequence[str]) -> None:
    """Open whose row was clicked; a second click closes it again."""
    st.query_params.pop(CHOSEN, None)
    for index in st.session_state[_REGISTER].selection.rows:
        st.query_params[CHOSEN] = people[index]


def _person(reader: Reader, rows: Mapping[str, PersonRow]) -> None:
    row = rows.get(st.query_params.get(CHOSEN, ""))
    with st.container(border=True, gap="small"), told():
        if row is None:
            st.caption("Choose somebody in the register, or add somebody who is not in it yet.")
        else:
            st.subheader(plain(row.name), anchor=False)
            st.caption(plain(f"{row.id} · {_roles(row)} · sees {_sees(row)} · {_state(row)}"))
            for account in row.accounts:
                st.markdown(plain(f"Account {account.subject} at {account.issuer}"))
        _buttons(reader, row, rows)
        begun = intent(_NAME)
        if begun is not None and begun.target not in {"", row.id if row else ""}:
            # What was begun for one person is never carried out below another's name.
            drop(_NAME)
        elif begun is not None:
            _ask(_DEEDS[begun.act])
        tell_outcome()
        if once := st.session_state.pop(_ONCE, ""):
            st.markdown("The password for their first sign-in, shown this once:")
            st.code(once, language=None)


def _buttons(reader: Reader, row: PersonRow | None, rows: Mapping[str, PersonRow]) -> None:
    acts = [act for act in _DEEDS if row is not None or act == "add"]
    why_not = {act: _why_not(reader, act, None if act == "add" else row, rows) for act in acts}
    with st.container(horizontal=True, gap="small"):
        for act in acts:
            deed = _DEEDS[act]
            st.button(
                deed.label, key=f"person {act}", disabled=bool(why_not[act]),
                help=plain(why_not[act] or deed.sentence), on_click=begin,
                args=(_NAME, act, "" if row is None or act == "add" else row.id),
            )  # fmt: skip
    for reason in dict.fromkeys(filter(None, why_not.values())):
        st.caption(plain(reason))


def _why_not(reader: Reader, act: str, row: PersonRow | None, rows: Mapping[str, PersonRow]) -> str:
    """Why this cannot be done to them; the control plane decides in the end."""
    if why_nobody := barred():
        return why_nobody
    if Permission.PEOPLE_MANAGE not in reader.permissions:
        return "Only an administrator does this."
    if row is None:
        return ""
    if row.id == me().person:
        return "Nobody changes their own place in the register."
    administrators = [r for r in rows.values() if r.is_active and Role.ADMINISTRATOR in r.roles]
    if act == "appoint" and len(administrators) > 1:
        return "There are two administrators. Propose a change of roles under Changes."
    if act == "appoint" and (row.is_service or not row.is_active):
        return "An administrator is a person who can sign in."
    if act == "unlink" and not row.accounts:
        return "There is no account to take away."
    return "" if row.is_active or act != "close" else "This person is closed already."


def _ask(deed: _Deed) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(f"**{plain(deed.label)}** · {plain(deed.sentence)}")
        if deed.asks:
            st.text_input(deed.asks, key=_INPUT, max_chars=255)
        if deed.asks_issuer:
            st.text_input("Provider, none for the control plane's own", key=_ISSUER, max_chars=500)
        with st.container(horizontal=True, gap="small"):
            st.button(f"Yes, {deed.label.lower()}", key="person yes", type="primary",
                      on_click=_carry_out, args=(deed,))  # fmt: skip
            st.button("Cancel", key="person cancel", on_click=drop, args=(_NAME,))


def _carry_out(deed: _Deed) -> None:
    begun = intent(_NAME)
    target = "" if begun is None else begun.target
    carry_out(_NAME, lambda key: deed.do(target, key))


def _said(name: str = _INPUT) -> str:
    return str(st.session_state.get(name) or "").strip()


def _account() -> Account:
    # What is missing is said by the control plane, in the same words for everybody.
    return Account.model_construct(issuer=_said(_ISSUER), subject=_said())


def _add(_: str, key: str) -> str:
    new = NewPerson.model_construct(name=_said())
    st.query_params[CHOSEN] = control().people.add(new, key=key)
    return f"{new.name} is in the register, without a role. Link an account, then propose roles."


def _appoint(person: str, key: str) -> str:
    control().people.appoint(person, key=key)
    return "There are two administrators now. From here on, roles take both."


def _link(person: str, key: str) -> str:
    linked = control().people.link(person, _account(), key=key)
    st.session_state[_ONCE] = linked.one_time_password
    return "The account is theirs."


def _unlink(person: str, key: str) -> str:
    control().people.unlink(person, _account(), key=key)
    return "The account is nobody's any more."


def _close(person: str, key: str) -> str:
    control().people.close(person, key=key)
    return "They are signed out everywhere and cannot sign in any more."


_DEEDS: Mapping[str, _Deed] = {
    "add": _Deed("Add a person", "Somebody new stands in the register, without a role.", _add,
                 asks="Name"),
    "appoint": _Deed("Appoint as administrator",
                     "The second administrator; from then on roles take two.", _appoint),
    "link": _Deed("Link an account", "Whoever signs in with it is this person.", _link,
                  asks="Subject, as the provider knows them", asks_issuer=True),
    "unlink": _Deed("Take an account away", "Whoever signs in with it is nobody here.", _unlink,
                    asks="Subject, as the provider knows them", asks_issuer=True),
    "close": _Deed("Close this person", "They are signed out everywhere and let in no more.",
                   _close),
}  # fmt: skip


def _frame(rows: tuple[PersonRow, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (row.name, _roles(row), _sees(row), str(len(row.accounts)), _state(row),
             row.last_signed_in_at, row.id)
            for row in rows
        ],
        schema=_SCHEMA, orient="row",
    )  # fmt: skip


def _roles(row: PersonRow) -> str:
    return ", ".join(role.value.replace("_", " ") for role in row.roles) or "no role"


def _sees(row: PersonRow) -> str:
    if row.reach is None:
        return "the world"
    return ", ".join(country_name(code) for code in row.reach) or "no country"


def _state(row: PersonRow) -> str:
    if not row.is_active:
        return "closed"
    return "service" if row.is_service else "may sign in"
