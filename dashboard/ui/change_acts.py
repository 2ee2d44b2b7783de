"""The acts on a change: a button for each, which says why it is disabled, and what it asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from dashboard.control.change_documents import Change
from dashboard.control.changes import (
    Approving,
    Because,
    ChangeAct,
    RollingBack,
    Said,
    Scheduling,
    Tightening,
)
from dashboard.control.changes_client import ChangesClient
from dashboard.ui.acting import barred, begin, carry_out, drop, intent, tell_outcome
from dashboard.ui.change_forms import edit_button, next_button
from dashboard.ui.changes import act_name
from dashboard.ui.identity import control
from dashboard.ui.words import plain

_NAME = "the act on a change"
_REASON, _PEOPLE, _AT, _REVISION = "act reason", "act people", "act at", "act revision"
_REFERENCE = "act reference"


@dataclass(frozen=True, slots=True)
class _Deed:
    """An act as the screen offers it: what will happen, whether it asks why, and how it is done."""

    sentence: str
    do: Callable[[ChangesClient, Change, str], Change]
    asks_why: bool = False


def _because() -> Because:
    # What is missing is said by the control plane, in the same words for everybody.
    return Because.model_construct(reason=_said())


def _said() -> str:
    return str(st.session_state.get(_REASON) or "").strip()


def _approving() -> Approving:
    typed = str(st.session_state.get(_PEOPLE) or "").replace(",", "").replace(" ", "").strip()
    return Approving(reason=_said(), typed_people=int(typed) if typed.isdecimal() else None)


def _tightening() -> Tightening:
    said = str(st.session_state.get(_REFERENCE) or "").strip()
    return Tightening.model_construct(reason=_said(), reference=said)


def _scheduling() -> Scheduling:
    chosen = st.session_state.get(_AT)
    at = chosen if isinstance(chosen, datetime) else datetime.now(UTC)
    return Scheduling(at=at.replace(tzinfo=UTC), reason=_said())


def _rolling_back() -> RollingBack:
    return RollingBack.model_construct(
        revision=int(st.session_state.get(_REVISION) or 0), reason=_said()
    )


_DEEDS: Mapping[ChangeAct, _Deed] = {
    ChangeAct.PREVIEW: _Deed("The control plane reckons whom it touches.",
                             lambda c, it, key: c.preview(it, key=key)),
    ChangeAct.SUBMIT: _Deed("Others are asked to approve exactly this content.",
                            lambda c, it, key: c.submit(it, key=key)),
    ChangeAct.APPROVE: _Deed("You approve exactly this content on exactly this revision.",
                             lambda c, it, key: c.approve(it, _approving(), key=key)),
    ChangeAct.REJECT: _Deed("The change ends here, with your reason.",
                            lambda c, it, key: c.reject(it, _because(), key=key), asks_why=True),
    ChangeAct.SCHEDULE: _Deed("It is applied at that instant, when every gate is asked once more.",
                              lambda c, it, key: c.schedule(it, _scheduling(), key=key)),
    ChangeAct.UNSCHEDULE: _Deed("It is no longer applied by itself.",
                                lambda c, it, key: c.unschedule(it, Said(reason=_said()), key=key)),
    ChangeAct.APPLY: _Deed("It comes in force now, step by step where it has a ramp.",
                           lambda c, it, key: c.apply(it, key=key)),
    ChangeAct.TIGHTEN: _Deed(
        "In an emergency: it comes in force now, before anybody approved it. With a legal order it "
        "stays and approvers are called until they decide; without one it ends after 60 minutes.",
        lambda c, it, key: c.tighten(it, _tightening(), key=key), asks_why=True),
    ChangeAct.ADVANCE: _Deed("The ramp goes on to its next step.",
                             lambda c, it, key: c.advance(it, key=key)),
    ChangeAct.PAUSE: _Deed("The ramp stays where it is.",
                           lambda c, it, key: c.pause(it, _because(), key=key), asks_why=True),
    ChangeAct.RESUME: _Deed("The ramp goes on, with the same people.",
                            lambda c, it, key: c.resume(it, key=key)),
    ChangeAct.STOP: _Deed(
        "It ends at once for everybody, and what was in force before is in force again. "
        "A second person reviews this within 24 hours.",
        lambda c, it, key: c.stop(it, _because(), key=key), asks_why=True),
    ChangeAct.ROLL_BACK: _Deed(
        "A new change is written that would have that revision in force again, bit for bit.",
        lambda c, it, key: c.roll_back(it, _rolling_back(), key=key), asks_why=True),
    ChangeAct.REBASE: _Deed("Its own edits are carried over to what is in force by now.",
                            lambda c, it, key: c.rebase(it, key=key)),
    ChangeAct.WITHDRAW: _Deed("You take your change back.",
                              lambda c, it, key: c.withdraw(it, Said(reason=_said()), key=key)),
    ChangeAct.REVIEW: _Deed("You say what you found about the stop.",
                            lambda c, it, key: c.review(it, _because(), key=key), asks_why=True),
}  # fmt: skip
_LOUD = {ChangeAct.TIGHTEN, ChangeAct.STOP, ChangeAct.REJECT, ChangeAct.PAUSE}


def act_buttons(change: Change) -> None:
    """A button for each act that its state knows, then what the chosen one asks for."""
    begun = intent(_NAME)
    why_nobody = barred()
    with st.container(horizontal=True, gap="small"):
        for offer in change.offers:
            why_not = why_nobody or ("" if offer.is_allowed else offer.why_not)
            if offer.act is ChangeAct.EDIT:
                edit_button(change, why_not)
            elif offer.act in _DEEDS:
                _button(change, offer.act, why_not)
        if change.is_in_force:
            next_button(change)
    if begun is not None and begun.target == change.id:
        _ask(change, ChangeAct(begun.act))
    tell_outcome()


def _button(change: Change, act: ChangeAct, why_not: str) -> None:
    st.button(
        act_name(act), key=f"act {act}", disabled=bool(why_not),
        help=plain(why_not or _DEEDS[act].sentence),
        icon=":material/front_hand:" if act in _LOUD else None,
        type="primary" if _is_next(change, act) and not why_not else "secondary",
        on_click=begin, args=(_NAME, act.value, change.id),
    )  # fmt: skip


def _is_next(change: Change, act: ChangeAct) -> bool:
    """Whether this is the act that brings the change on."""
    allowed = [offer.act for offer in change.offers if offer.is_allowed]
    onward = (ChangeAct.PREVIEW, ChangeAct.SUBMIT, ChangeAct.APPROVE, ChangeAct.APPLY)
    ahead = [each for each in reversed(onward) if each in allowed]
    return bool(ahead) and ahead[0] is act


def _ask(change: Change, act: ChangeAct) -> None:
    deed = _DEEDS[act]
    with st.container(border=True, gap="small"):
        st.markdown(f"**{plain(act_name(act))}** · {plain(deed.sentence)}")
        _inputs(change, act, deed)
        with st.container(horizontal=True, gap="small"):
            st.button(
                f"Yes, {act_name(act).lower()}", key="act yes", type="primary",
                on_click=_carry_out, args=(change, act),
            )  # fmt: skip
            st.button("Cancel", key="act cancel", on_click=drop, args=(_NAME,))


def _inputs(change: Change, act: ChangeAct, deed: _Deed) -> None:
    if act is ChangeAct.APPROVE and change.approvals_needed > 1:
        st.text_input(
            "How many people does it touch? Type the number shown under Whom it touches.",
            key=_PEOPLE, placeholder="as in 200,000,000",
        )  # fmt: skip
    if act is ChangeAct.SCHEDULE:
        st.datetime_input("At, UTC by the platform's clock", value=_soon(), key=_AT, width=280)
    if act is ChangeAct.TIGHTEN:
        st.text_input("Reference: the order, the ticket or the call that it rests on",
                      key=_REFERENCE, max_chars=200)  # fmt: skip
    if act is ChangeAct.ROLL_BACK:
        _choose_revision(change)
    label = "Why" if deed.asks_why else "Why, if there is something to say"
    st.text_area(label, key=_REASON, height=80, max_chars=2000)


def _choose_revision(change: Change) -> None:
    kept = control().changes.revisions(change.kind, change.subject).revisions
    earlier = {each.revision: f"revision {each.revision}, in force from "
               f"{each.applied_at:%Y-%m-%d %H:%M}" for each in kept
               if each.revision != change.live_revision}  # fmt: skip
    earlier.setdefault(0, "nothing, as before the first")
    st.selectbox(
        "Which revision is to be in force again", list(earlier), key=_REVISION,
        format_func=earlier.__getitem__,
    )  # fmt: skip


def _soon() -> datetime:
    now = control().clock().now
    return now.replace(minute=0, second=0, microsecond=0, tzinfo=None)


def _carry_out(change: Change, act: ChangeAct) -> None:
    def deed(key: str) -> str:
        after = _DEEDS[act].do(control().changes, change, key)
        if after.id != change.id:
            st.query_params["change"] = after.id
        return f"{act_name(act)}: done. {after.title} is {after.state.value.replace('_', ' ')}."

    carry_out(_NAME, deed)
