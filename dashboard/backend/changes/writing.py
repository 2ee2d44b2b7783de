"""Writing: acts before anybody decides: creating, editing, previewing, submitting, rebasing."""

import json
import secrets
from dataclasses import replace

from dashboard.backend.changes import revisions
from dashboard.backend.changes.content import (
    NOTHING,
    canonical_content,
    carried_over,
    checked,
    hash_of,
)
from dashboard.backend.changes.desk import Desk, Words, tell
from dashboard.backend.changes.emergency import settle_lapsed
from dashboard.backend.changes.gates import refuse_wrong_content
from dashboard.backend.changes.kind import Kind
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.rights import refuse_beyond
from dashboard.backend.changes.store import Doc, added, void_approvals
from dashboard.control.change_documents import Preview
from dashboard.control.changes import ChangeAct, ChangeKind, Content, State
from dashboard.control.ramp import RampPlan
from dashboard.errors import ChangeMoved, ChangeUnknown, ContentRefused, NotNow, NotPermitted

_SALT_BYTES = 16


def create(desk: Desk, name: ChangeKind, words: Words) -> Doc:
    """A new draft of what was said; raises NotPermitted or ContentRefused."""
    kind = kind_of(name)
    if kind.propose not in desk.actor.permissions:
        raise NotPermitted(f"Your roles do not hold the right {kind.propose.value}.")
    text = _text(kind, words.content)
    subject = kind.subject_of(words.content)
    settle_lapsed(desk, name, subject)
    revisions.settle_found(desk.connection, name, subject, now=desk.now)
    doc = _draft(desk, name, words, text=text, subject=subject)
    refuse_beyond(desk, doc)
    refuse_wrong_content(desk, doc)
    return _kept(desk, replace(doc, ramp_plan=_plan(kind, words)))


def edit(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The draft as it should be; what was approved of it before is void."""
    kind = kind_of(doc.kind)
    text = _text(kind, words.content)
    if kind.subject_of(words.content) != doc.subject:
        raise ContentRefused("A change stays about the same thing.", field="content")
    doc = replace(
        _reopened(desk, doc), title=words.title, reason=words.reason, content=text,
        content_hash=hash_of(text), ramp_plan=_plan(kind, words), expires_at=words.expires_at,
    )  # fmt: skip
    if doc.base_revision != revisions.live_number(desk.connection, doc.kind, doc.subject):
        raise NotNow("What is in force has changed since this was written. Write a new change.")
    refuse_wrong_content(desk, doc)
    return doc


def preview(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change with its impact, reckoned a moment ago of this very content."""
    if words.impact is None or words.of_hash != doc.content_hash:
        raise ChangeMoved("The change was edited while its impact was reckoned. Look again.")
    seen = Preview(
        impact=words.impact, content_hash=doc.content_hash, base_revision=doc.base_revision,
        at=desk.now,
    )  # fmt: skip
    state = State.PREVIEWED if doc.state is State.DRAFT else doc.state
    return replace(doc, preview=seen, state=state)


def submit(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change, waiting for approval."""
    return replace(doc, state=State.SUBMITTED)


def rebase(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change's own edits on what is in force by now, a draft again."""
    kind = kind_of(doc.kind)
    base = _content_of(desk, doc, doc.base_revision)
    live = revisions.live_content(desk.connection, doc.kind, doc.subject)
    merged, taken = carried_over(doc.content, base=base, live=live)
    text = _text(kind, merged)
    doc = replace(
        _reopened(desk, doc), content=text, content_hash=hash_of(text),
        carried=json.dumps([each.model_dump(mode="json") for each in taken]),
        base_revision=revisions.live_number(desk.connection, doc.kind, doc.subject),
    )  # fmt: skip
    refuse_wrong_content(desk, doc)
    return doc


def withdraw(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change, taken back by who wrote it."""
    void_approvals(desk.connection, doc.id, "It was withdrawn.")
    return replace(doc, state=State.REJECTED, scheduled_at=None, trouble="")


def roll_back(desk: Desk, doc: Doc, words: Words) -> Doc:
    """A new draft that would have an earlier revision in force again, to the byte."""
    text = revisions.content_at(desk.connection, doc.kind, doc.subject, revision=words.revision)
    if text is None or text == NOTHING:
        raise ChangeUnknown("There is no revision of this number that has a content.")
    if words.revision == revisions.live_number(desk.connection, doc.kind, doc.subject):
        raise NotNow("This revision is in force already.")
    said = replace(words, title=f"Roll back: {doc.title}"[:200], ramp=None)
    new = _draft(desk, doc.kind, said, text=text, subject=doc.subject)
    refuse_beyond(desk, new)
    refuse_wrong_content(desk, new)
    return _kept(desk, replace(new, rolls_back=doc.id))


def _draft(desk: Desk, kind: ChangeKind, words: Words, *, text: str, subject: str) -> Doc:
    return Doc(
        id=f"change-{secrets.token_hex(6)}", number=0, kind=kind, subject=subject,
        title=words.title, reason=words.reason, state=State.DRAFT, version=1,
        base_revision=revisions.live_number(desk.connection, kind, subject), content=text,
        content_hash=hash_of(text), writer=desk.actor.person, editors=(desk.actor.person,),
        made_at=desk.now, changed_at=desk.now, salt=secrets.token_hex(_SALT_BYTES),
        expires_at=words.expires_at,
    )  # fmt: skip


def _kept(desk: Desk, doc: Doc) -> Doc:
    doc = added(desk.connection, doc)
    tell(desk, doc, ChangeAct.CREATE, doc.reason)
    return doc


def _reopened(desk: Desk, doc: Doc) -> Doc:
    """The change as a draft again, whoever works on it among its editors, the last one last."""
    void_approvals(desk.connection, doc.id, "It was edited.")
    person = desk.actor.person
    editors = (*(each for each in doc.editors if each != person), person)
    return replace(
        doc, state=State.DRAFT, editors=editors, preview=None, scheduled_at=None,
        scheduled_since=None, trouble="",
    )  # fmt: skip


def _plan(kind: Kind, words: Words) -> RampPlan | None:
    if words.ramp is not None and not kind.is_ramped:
        raise ContentRefused(
            f"Changes of {kind.name.value} are in force for everybody at once.", field="ramp"
        )
    return words.ramp


def _text(kind: Kind, content: Content) -> str:
    return canonical_content(checked(kind.model, content))


def _content_of(desk: Desk, doc: Doc, revision: int) -> str:
    found = revisions.content_at(desk.connection, doc.kind, doc.subject, revision=revision)
    return NOTHING if found is None else found
