"""The gates: what has to hold before a change goes on, each asked again whenever it matters."""

from datetime import datetime, timedelta

from dashboard.backend.changes.content import canonical_content, checked, parsed
from dashboard.backend.changes.desk import Desk, holds_now
from dashboard.backend.changes.freeze import holding
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.revisions import (
    content_at,
    live_content,
    live_number,
    ramping,
    whole_contents,
)
from dashboard.backend.changes.store import Approved, Doc, approvals_of, those
from dashboard.backend.changes.tables import CHANGES
from dashboard.control.changes import ChangeKind, State
from dashboard.errors import ContentRefused, NotNow

FRESH = timedelta(hours=24)
"""For how long a preview and an approval count, by the platform's clock."""
MANY_PEOPLE = 10_000_000
"""More people than this take two approvers, who type the number."""
_AS_MANY = 1.1
"""A number that grew by more than this since it was typed is another number."""


def needed(desk: Desk, doc: Doc) -> int:
    """How many people have to approve it: two where it touches many, or where its kind says so."""
    base = content_at(desk.connection, doc.kind, doc.subject, revision=doc.base_revision)
    before = None if base is None else parsed(base)
    least = kind_of(doc.kind).approvers(parsed(doc.content) or {}, before)
    is_unknown = doc.preview is not None and doc.preview.impact.people is None
    return max(least, 2 if is_unknown or touches_many(doc) else 1)


def touches_many(doc: Doc) -> bool:
    """Whether so many people are known to be touched that approvers type their number."""
    people = None if doc.preview is None else doc.preview.impact.people
    return people is not None and people > MANY_PEOPLE


def counted(desk: Desk, doc: Doc) -> tuple[Approved, ...]:
    """The approvals that count now: of this content on this revision, by those who still may."""
    right = kind_of(doc.kind).approve.value
    barred = kind_of(doc.kind).barred(parsed(doc.content) or {}) | set(doc.editors)
    # Scheduled, they age no further; one that was too old by then stays so.
    resting_since = doc.scheduled_since if doc.state is State.SCHEDULED else None
    found: dict[str, Approved] = {}
    for each in approvals_of(desk.connection, doc.id):
        is_of_this = (each.content_hash, each.base_revision) == (
            doc.content_hash, doc.base_revision,
        )  # fmt: skip
        is_young = (resting_since or desk.now) < each.expires_at
        may = each.person not in barred and right in holds_now(desk.connection, each.person)
        knew = _knew_the_number(doc, each.typed_people)
        if not each.void_because and is_of_this and is_young and may and knew:
            found[each.person] = each
    return tuple(found.values())


def _knew_the_number(doc: Doc, typed: int | None) -> bool:
    """Whether who typed this looked at about as many people as it touches, if those are many."""
    people = None if doc.preview is None else doc.preview.impact.people
    if people is None or not touches_many(doc):
        return True
    return typed is not None and people <= typed * _AS_MANY


def refuse_wrong_content(desk: Desk, doc: Doc) -> None:
    """The content is one, and can follow what is in force; raises ContentRefused."""
    kind = kind_of(doc.kind)
    content = parsed(doc.content) or {}
    checked(kind.model, content)
    now = parsed(live_content(desk.connection, doc.kind, doc.subject))
    kind.check(desk.connection, content, now)


def refuse_moved_base(desk: Desk, doc: Doc) -> None:
    """What it was written for is what is in force; raises NotNow."""
    if live_number(desk.connection, doc.kind, doc.subject) != doc.base_revision:
        raise NotNow("What is in force has changed since this was written. Rebase it.")


def refuse_old_preview(desk: Desk, doc: Doc) -> None:
    """The preview is of this content, on this revision, of the last day; raises NotNow."""
    preview = doc.preview
    if preview is None or desk.now - preview.at > FRESH:
        raise NotNow("The preview is older than 24 hours or missing. Preview it again.")
    if (preview.content_hash, preview.base_revision) != (doc.content_hash, doc.base_revision):
        raise NotNow("The preview is of something else. Preview it again.")


def refuse_frozen(desk: Desk, doc: Doc, at: datetime) -> None:
    """No freeze holds it at that instant; raises NotNow."""
    if sentence := frozen_because(desk, doc, at):
        raise NotNow(sentence)


def frozen_because(desk: Desk, doc: Doc, at: datetime) -> str:
    """The sentence of the freeze that holds it at that instant; nothing if none does."""
    freezes = whole_contents(desk.connection, ChangeKind.FREEZE)
    return holding(freezes, doc.kind, touched_countries(desk, doc), at)


def touched_countries(desk: Desk, doc: Doc) -> frozenset[str] | None:
    """The countries that it is about or would be about no longer; None for all."""
    texts = (doc.content, live_content(desk.connection, doc.kind, doc.subject))
    touched: set[str] = set()
    for content in (parsed(text) for text in texts):
        countries = frozenset() if content is None else kind_of(doc.kind).countries_of(content)
        if countries is None:
            return None
        touched |= countries
    return frozenset(touched)


def refuse_few_approvals(desk: Desk, doc: Doc) -> None:
    """Enough people approve exactly this, still may, and did so lately; raises NotNow."""
    counting, wanted = len(counted(desk, doc)), needed(desk, doc)
    is_unknown = doc.preview is not None and doc.preview.impact.people is None
    unknown = " Whom it touches is not known, so it takes two." if is_unknown else ""
    if counting < wanted:
        raise NotNow(
            f"{counting} of {wanted} approvals count: an approval counts for 24 hours, for exactly "
            "what was approved, with the number of people typed where it touches many and did not "
            f"grow by more than a tenth since, and while whoever gave it holds the right.{unknown}"
        )


def refuse_lost_scheduler(desk: Desk, doc: Doc) -> None:
    """Whoever had it scheduled may still apply it; raises NotNow."""
    right = kind_of(doc.kind).apply.value
    if doc.scheduled_by is None or right not in holds_now(desk.connection, doc.scheduled_by):
        raise NotNow("Whoever scheduled it may no longer apply it. Somebody who may has to.")


def refuse_company(desk: Desk, doc: Doc) -> None:
    """No other change of the subject is on its way to people; raises NotNow."""
    other = ramping(desk.connection, doc.kind, doc.subject)
    if other is not None and other.change != doc.id:
        raise NotNow("Another change of this is ramping. Wait for it, or stop it.")


def refuse_past_its_time(doc: Doc, at: datetime) -> None:
    """It has not expired by that instant; raises NotNow."""
    if doc.expires_at is not None and at >= doc.expires_at:
        raise NotNow(f"It expires at {doc.expires_at:%Y-%m-%d %H:%M} UTC.")


def refuse_unready(desk: Desk, doc: Doc, at: datetime) -> None:
    """Every gate of putting it in force at that instant; raises NotNow or ContentRefused."""
    refuse_wrong_content(desk, doc)
    refuse_moved_base(desk, doc)
    if doc.state is not State.SCHEDULED:
        refuse_old_preview(desk, doc)
    refuse_few_approvals(desk, doc)
    if doc.state is State.SCHEDULED:
        refuse_lost_scheduler(desk, doc)
    refuse_past_its_time(doc, at)
    refuse_frozen(desk, doc, at)
    refuse_company(desk, doc)


def refuse_second_schedule(desk: Desk, doc: Doc) -> None:
    """No other change of the subject is scheduled, which would make this one stale; else NotNow."""
    others = those(
        desk.connection, CHANGES.c.kind == doc.kind.value, CHANGES.c.subject == doc.subject,
        CHANGES.c.state == State.SCHEDULED.value, CHANGES.c.id != doc.id,
    )  # fmt: skip
    if others:
        raise NotNow("Another change of this is scheduled, and this would be stale after it.")


def why_not(desk: Desk, doc: Doc, at: datetime) -> str:
    """The first gate that is closed at that instant, in a sentence; nothing if all are open."""
    try:
        refuse_unready(desk, doc, at)
    except (NotNow, ContentRefused) as closed:
        return str(closed)
    return ""


def lapsed(desk: Desk, doc: Doc) -> bool:
    """Whether approvals became too old, and those that did not are too few."""
    standing = [each for each in approvals_of(desk.connection, doc.id) if not each.void_because]
    young = [each.person for each in standing if desk.now < each.expires_at]
    return len(young) < len(standing) and len(set(young)) < needed(desk, doc)


def was_overtaken(desk: Desk, doc: Doc) -> bool:
    """Whether something that is no change moved what this was written for."""
    kind = kind_of(doc.kind)
    found = kind.found(desk.connection, doc.subject)
    if found is None:
        return False
    text = canonical_content(checked(kind.model, found))
    return text != live_content(desk.connection, doc.kind, doc.subject)
