"""Geofence: rules that close places by order, which the edge evaluates once they are in force."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from dashboard.access.permissions import Permission
from dashboard.access.reader import WORLD
from dashboard.backend.changes import jobs
from dashboard.backend.changes.content import checked
from dashboard.backend.changes.desk import Desk
from dashboard.backend.changes.kind import Kind, Known
from dashboard.control.change_documents import Impact
from dashboard.control.changes import ChangeKind, Content
from dashboard.errors import ContentRefused, NotNow
from dashboard.geofence.conflicts import conflicts
from dashboard.geofence.emergency import ends_at
from dashboard.geofence.fence import Fence, holding, opens
from dashboard.geofence.impact import impact
from dashboard.geofence.rule import Action, Rule, Surface
from dashboard.geofence.sentences import sentences

LIFTED = "lifted"
"""What a lifted rule does; whoever looks for blocks finds none in it."""


class GeofenceKind(Kind):
    """Changes of geofence rules.

    What opens anything takes two approvers, and so does closing a place as a whole. One person
    alone stops what opened something, never what closed it.
    """

    name = ChangeKind.GEOFENCE
    model = Fence
    propose = Permission.GEOFENCE_PROPOSE
    approve = Permission.GEOFENCE_APPROVE
    apply = Permission.GEOFENCE_APPLY
    tighten = Permission.GEOFENCE_TIGHTEN

    def subject_of(self, content: Content) -> str:
        """The rule's own name."""
        return checked(Fence, content).id

    def countries_of(self, content: Content) -> frozenset[str] | None:
        """The countries it is about, as a whole or in part."""
        return checked(Fence, content).touched_countries

    def action_of(self, content: Content) -> str:
        """What the rule does; a country that stays open in a part or a way is not blocked."""
        fence = checked(Fence, content)
        if fence.is_lifted:
            return LIFTED
        is_whole = not fence.subdivisions and fence.surfaces >= {Surface.APP, Surface.WEB}
        part = "" if is_whole else " in part"
        return fence.action.value.replace("_", " ") + part

    def approvers(self, content: Content, base: Content | None) -> int:
        """Two for whatever opens anything, and for closing a place as a whole."""
        fence, before = checked(Fence, content), _read(base)
        return 2 if fence.action is Action.BLOCK_ALL or opens(fence, before) else 1

    def opens_when_stopped(self, content: Content, before: Content | None) -> bool:
        """Whether the text before it would give anybody more."""
        again = _read(before)
        fence = checked(Fence, content)
        if fence.is_lifted:
            return False
        return again is None or opens(again, fence)

    def emergency_until(
        self, content: Content, base: Content | None, now: datetime
    ) -> datetime | None:
        """Sixty minutes from now, or no end where there is an order; NotNow for what opens."""
        fence = checked(Fence, content)
        if opens(fence, _read(base)):
            raise NotNow("It may give somebody more than is open now: that takes two approvers.")
        return ends_at(fence.basis, now)

    def impact(self, content: Content, base: Content | None, known: Known) -> Impact:
        """Whom it touches, of the new text and of the one in force; raises WarehouseError."""
        fence, before = checked(Fence, content), _read(base)
        others = holding(checked(Fence, each) for each in known.live)
        warehouse = known.warehouse()
        found = impact(warehouse, _both(fence, before), others, reach=WORLD, as_of=known.now)
        return Impact(
            people=found.people,
            is_exact=found.people is not None and warehouse.weight("user_days") == 1,
            data_version=str(found.data_version),
            sentences=(*_of_the_text(fence, before, others), *sentences(found)),
            share_of_world=found.share_of_world,
            revenue_usd=None if found.revenue_usd is None else float(found.revenue_usd),
            cost_usd=None if found.cost_usd is None else float(found.cost_usd),
        )

    def check(self, connection: sa.Connection, content: Content, live: Content | None) -> None:
        """Only what is in force can be lifted, and as it stands; raises ContentRefused."""
        fence, before = checked(Fence, content), _read(live)
        if not fence.is_lifted:
            return
        if before is None or before.is_lifted:
            raise ContentRefused("There is no such rule in force.", field="content.is_lifted")
        if fence != before.model_copy(update={"is_lifted": True}):
            raise ContentRefused(
                "A rule is lifted as it stands: change nothing else.", field="content.is_lifted"
            )

    def enforce(self, desk: Desk, content: Content, *, writer: str) -> None:
        """Open the jobs that its order asks for; a lifted rule asks for none and takes none."""
        fence = checked(Fence, content)
        if not fence.is_lifted:
            jobs.open_owed(desk, fence, owner=writer)


def _read(content: Content | None) -> Fence | None:
    return None if content is None else checked(Fence, content)


def _both(fence: Fence, before: Fence | None) -> Rule:
    """The rule on all places that the new text or the one in force is about."""
    if before is None or before.is_lifted:
        return fence
    return fence.model_copy(update={"places": fence.places | before.places})


def _of_the_text(fence: Fence, before: Fence | None, others: Sequence[Rule]) -> Iterator[str]:
    if fence.is_lifted:
        yield f"Lifts {fence.id}: from then on it holds nowhere. Two people approve it."
        return
    if opens(fence, before):
        yield "It may give somebody more than is open now. Two people approve it."
    for meeting in conflicts(fence, others):
        yield meeting.sentence
