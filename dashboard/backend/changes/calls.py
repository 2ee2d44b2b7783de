"""Calls: approvers are told of what one person put in force, again and again until they decide.

Each call is one signed request to the address that the settings name, in the form of Standard
Webhooks 1.0: whoever takes it in knows by ``webhook-id`` what they had before. A call that does not
get through is tried again, at longer and longer intervals.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from dashboard.access.roles import permissions_of
from dashboard.backend.audit.entries import Entry, Json
from dashboard.backend.changes import emergency
from dashboard.backend.changes.desk import CONTROL_PLANE, Desk, clock_desk
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.store import Doc, loaded
from dashboard.backend.changes.tables import CALLS
from dashboard.backend.identity.people import people
from dashboard.backend.plane import ControlPlane
from dashboard.backend.tried import done_apart
from dashboard.control.deadlines import exchanged, opened, waited
from dashboard.control.status import CallsState
from dashboard.errors import ControlSilent, NotNow

EVERY_SECONDS = 1.0
_SECONDS = 5.0
_LONGEST_REST = timedelta(minutes=1)
_TAKEN = range(200, 300)
_WITHOUT_ADDRESS = "No APPROVERS_URL is set, so nobody is called outside this dashboard."


def make_calls(plane: ControlPlane) -> int:
    """Make the calls that are due; how many got through. Raises DatabaseUnready."""
    with plane.database.reading() as connection:
        desk = clock_desk(plane, connection)
        due = [(row.change, row.minute) for row in connection.execute(_due(desk))]
    return len(done_apart(lambda call: _made(plane, *call), due))


def signature(key: str, *, id: str, at: int, body: bytes) -> str:
    """What proves who sent a body: HMAC-SHA256 as Standard Webhooks 1.0 has it."""
    signed = f"{id}.{at}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key.encode(), signed, hashlib.sha256)).decode()}"


def calls_state(plane: ControlPlane) -> CallsState:
    """How many calls are due and did not get through, since when, and why."""
    with plane.database.reading() as connection:
        now = clock_desk(plane, connection).now
        late = sa.select(CALLS).where(CALLS.c.made_at.is_(None), CALLS.c.due_at <= now)
        rows = connection.execute(late.order_by(CALLS.c.due_at)).all()
    return CallsState(
        has_address=bool(plane.approvers_url), waiting=len(rows),
        oldest_at=rows[0].due_at if rows else None, trouble=rows[0].trouble if rows else "",
    )  # fmt: skip


def _due(desk: Desk) -> sa.Select[tuple[str, int]]:
    wall = desk.plane.wall()
    is_rested = CALLS.c.next_try_at.is_(None) | (CALLS.c.next_try_at <= wall)
    query = sa.select(CALLS.c.change, CALLS.c.minute)
    query = query.where(CALLS.c.made_at.is_(None), CALLS.c.due_at <= desk.now, is_rested)
    return query.order_by(CALLS.c.due_at)


def _made(plane: ControlPlane, id: str, minute: int) -> bool:
    """Whether the call got through. What was decided meanwhile takes no call more."""
    with plane.database.writing() as connection:
        desk = clock_desk(plane, connection)
        doc = loaded(connection, id)
        if not _waits(desk, doc):
            emergency.drop_calls(connection, id)
            return False
        body = json.dumps(_told(desk, doc, minute), sort_keys=True).encode()
    trouble = _sent(plane, f"{id}.{minute}", body)
    with plane.database.writing() as connection:
        _note(clock_desk(plane, connection), id, minute, trouble)
    return not trouble


def _waits(desk: Desk, doc: Doc) -> bool:
    try:
        emergency.refuse_over(desk, doc)
    except NotNow:
        return False
    return doc.is_unapproved


def _told(desk: Desk, doc: Doc, minute: int) -> Mapping[str, object]:
    """What approvers are told: what is in force, by whom and why, and who can decide."""
    one = doc.emergency
    assert one is not None, "only emergencies have calls"
    right = kind_of(doc.kind).approve
    can = [person for person in people(desk.connection)
           if person.is_active and not person.is_service and right in permissions_of(person.roles)
           and person.id not in doc.editors]  # fmt: skip
    return {
        "type": "change.unapproved", "change": doc.id, "version": doc.version,
        "kind": doc.kind.value, "subject": doc.subject, "title": doc.title, "minute": minute,
        "by": one.by, "at": one.at.isoformat(), "reason": one.reason, "reference": one.reference,
        "has_order": one.has_order, "ends_at": one.ends_at and one.ends_at.isoformat(),
        "approvers": sorted(person.id for person in can),
    }  # fmt: skip


def _sent(plane: ControlPlane, id: str, body: bytes) -> str:
    """Send a call; why it did not get through, nothing where it did."""
    if not plane.approvers_url:
        return _WITHOUT_ADDRESS
    at = int(plane.wall().timestamp())
    headers = {
        "content-type": "application/json", "webhook-id": id, "webhook-timestamp": str(at),
        "webhook-signature": signature(plane.approvers_key, id=id, at=at, body=body),
    }  # fmt: skip
    client = opened(plane.approvers_url)
    try:
        request = client.build_request("POST", plane.approvers_url, content=body, headers=headers)
        status = waited(exchanged(client, request, _SECONDS), _SECONDS).status
    except ControlSilent:
        return "APPROVERS_URL did not answer."
    finally:
        waited(client.aclose(), _SECONDS)
    return "" if status in _TAKEN else f"APPROVERS_URL answered {status}."


def _note(desk: Desk, id: str, minute: int, trouble: str) -> None:
    """Write down how a call went; the first failure and the success of each are audited."""
    this = (CALLS.c.change == id) & (CALLS.c.minute == minute)
    row = desk.connection.execute(sa.select(CALLS).where(this)).first()
    if row is None:
        return
    wall = desk.plane.wall()
    rest = min(timedelta(seconds=2.0 ** min(row.tries, 6)), _LONGEST_REST)
    values = {"tries": row.tries + 1, "trouble": trouble,
              "made_at": None if trouble else wall, "next_try_at": wall + rest}  # fmt: skip
    desk.connection.execute(sa.update(CALLS).where(this).values(values))
    if not trouble or trouble != row.trouble:
        event = "approvers.not_called" if trouble else "approvers.called"
        after: dict[str, Json] = {"minute": minute, "trouble": trouble}
        desk.plane.record(desk.connection, Entry(event, CONTROL_PLANE, id, after=after))
