"""A kind for tests: weights of ranking, which may ramp and touch as many people as a test says."""

from dataclasses import dataclass, field
from typing import Annotated

import pytest
from pydantic import Field

from dashboard.access.permissions import Permission
from dashboard.access.roles import Role
from dashboard.backend.changes.content import checked
from dashboard.backend.changes.grants import Countries
from dashboard.backend.changes.kind import Kind, Known
from dashboard.backend.changes.registry import KINDS
from dashboard.control.change_documents import Impact
from dashboard.control.changes import ChangeKind, Content
from dashboard.control.wire import Message
from tests.backend.changes.acting import Person, ok

MANY = 200_000_000
THREE = {"olu": Role.OPERATOR, "ann": Role.APPROVER, "ben": Role.APPROVER}


class Weight(Message):
    """How much one thing weighs, in these countries or everywhere for none."""

    name: str
    percent: Annotated[int, Field(ge=0, le=100)]
    countries: Countries = ()


@dataclass
class Weighing(Kind):
    """Changes of weights; ``people`` is whom each touches, unless its reckoning ``fails``."""

    people: int | None = MANY
    fails: bool = False
    reckoned: list[Content] = field(default_factory=list)
    name = ChangeKind.RANKING
    model = Weight
    propose = Permission.FREEZE_PROPOSE
    approve = Permission.FREEZE_APPROVE
    apply = Permission.FREEZE_APPLY
    is_ramped = True

    def subject_of(self, content: Content) -> str:
        """What weighs."""
        return checked(Weight, content).name

    def countries_of(self, content: Content) -> frozenset[str] | None:
        """Where."""
        return frozenset(checked(Weight, content).countries) or None

    def impact(self, content: Content, base: Content | None, known: Known) -> Impact:
        """As many people as the test says."""
        self.reckoned.append(content)
        if self.fails:
            raise OSError("The disk does not answer.")
        return Impact(people=self.people, is_exact=False, data_version="1", sentences=())


def weighing(monkeypatch: pytest.MonkeyPatch, people: int | None = MANY) -> Weighing:
    """The kind, known to the control plane until the test ends."""
    kind = Weighing(people)
    monkeypatch.setitem(KINDS, ChangeKind.RANKING, kind)
    return kind


def a_weight(name: str = "watch-time", percent: int = 40, **other: object) -> dict:
    """The content of a change of a weight."""
    return {"name": name, "percent": percent, "countries": [], **other}


def submitted(writer: Person, content: dict | None = None, **said: object) -> dict:
    """A change of a weight that waits for approval."""
    change = ok(writer.create(content or a_weight(), kind="ranking", **said))
    return ok(writer.do(ok(writer.do(change, "preview")), "submit"))


def approved_by(change: dict, *approvers: Person) -> dict:
    """The change after each of these approved it, who type the number of people."""
    for each in approvers:
        people = change["preview"]["impact"]["people"]
        change = ok(each.do(change, "approve", typed_people=people))
    return change
