"""A draft is told its impact within the reach of whoever writes it, and nothing of it is kept."""

import sqlalchemy as sa

from dashboard.access.reader import Reach
from dashboard.access.roles import Role
from dashboard.backend.changes.tables import CHANGES
from dashboard.backend.plane import ControlPlane
from tests.backend.changes.acting import Person, ok, people
from tests.backend.changes.fences import THREE, a_fence, in_force, submitted
from tests.backend.people import joined, token_of

_PATH = "/v1/geofence/impact"


def test_a_draft_is_told_what_the_change_would_be(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        in_force(at, a_fence("br-reads", places=["BR"], action="read_only"))
        draft = ok(at["olu"].send("POST", _PATH, {"content": a_fence(places=["IN", "BR"])}))
        assert _changes(plane) == 1
        written = submitted(at["olu"], a_fence(places=["IN", "BR"]))["preview"]["impact"]
    assert draft["people"] == written["people"]
    assert set(draft["sentences"]) <= set(written["sentences"])
    assert any("br-reads" in sentence for sentence in draft["sentences"])


def test_nobody_learns_of_what_is_beyond_their_reach(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        near = joined(plane, "ivy", Role.OPERATOR, reach=Reach(frozenset({"BR"})))
        ivy = Person(at["olu"].http, token_of(plane, near))
        assert ivy.send("POST", _PATH, {"content": a_fence()}).status_code == 403
        ok(ivy.send("POST", _PATH, {"content": a_fence(places=["BR"])}))


def test_a_draft_that_is_no_rule_is_refused_by_its_field(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        wrong = at["olu"].send("POST", _PATH, {"content": {**a_fence(), "places": ["Atlantis"]}})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "content")


def _changes(plane: ControlPlane) -> int:
    with plane.database.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(CHANGES)).scalar() or 0
