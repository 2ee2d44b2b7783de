"""A kind of change: what its content is, whom it touches, and who may do what with it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from pydantic import BaseModel

from dashboard.access.permissions import Permission
from dashboard.backend.changes.desk import Desk
from dashboard.control.change_documents import Impact
from dashboard.control.changes import ChangeKind, Content
from dashboard.errors import NotNow
from dashboard.warehouse.engine import Warehouse


@dataclass(frozen=True, slots=True)
class Known:
    """What an impact is reckoned from.

    The warehouse, the platform's instant, and every content of the kind in force for everybody.
    """

    warehouse: Callable[[], Warehouse]
    now: datetime
    live: tuple[Content, ...]


def unknown_impact(why: str) -> Impact:
    """The impact where nobody can tell it: never nobody, and never what it was before."""
    return Impact(people=None, is_exact=False, data_version="", sentences=(why,))


class Kind(ABC):
    """What the engine asks of each kind. Contents are given in the fields of ``model``.

    ``is_of_places`` tells whether it is about countries, which somebody's reach may lack,
    ``is_ramped`` whether it may reach people step by step, ``is_stoppable`` whether one
    person alone may have the revision before in force again. ``tighten`` is the right to put in
    force at once what only closes more, None where there is no such thing.
    """

    name: ChangeKind
    model: type[BaseModel]
    propose: Permission
    approve: Permission
    apply: Permission
    read: Permission = Permission.CHANGES_READ
    tighten: Permission | None = None
    is_of_places = True
    is_ramped = False
    is_stoppable = True

    @abstractmethod
    def subject_of(self, content: Content) -> str:
        """What the change is about: revisions of one subject follow each other."""

    @abstractmethod
    def impact(self, content: Content, base: Content | None, known: Known) -> Impact:
        """What it touches beyond what is in force; raises WarehouseError."""

    def action_of(self, content: Content) -> str:
        """What it does where it is in force, in a few words."""
        return ""

    def countries_of(self, content: Content) -> frozenset[str] | None:
        """The countries it touches; None for all."""
        return None

    def approvers(self, content: Content, base: Content | None) -> int:
        """How many people approve it at least, however few it touches."""
        return 1

    def opens_when_stopped(self, content: Content, before: Content | None) -> bool:
        """Whether having the revision before it in force again takes more than one person."""
        return False

    def emergency_until(
        self, content: Content, base: Content | None, now: datetime
    ) -> datetime | None:
        """When what one person puts in force at once ends by itself, None for not at all.

        Raises NotNow where one person alone may not.
        """
        raise NotNow(f"Changes of {self.name.value} wait for their approval.")

    def barred(self, content: Content) -> frozenset[str]:
        """Who may not decide it although they did not write it."""
        return frozenset()

    def check(self, connection: sa.Connection, content: Content, live: Content | None) -> None:
        """Refuse what cannot follow what is in force; raises ContentRefused."""
        return

    def found(self, connection: sa.Connection, subject: str) -> Content | None:
        """What is in force without a change having put it there; None for nothing."""
        return None

    def enforce(self, desk: Desk, content: Content, *, writer: str) -> None:
        """Write down elsewhere in the database what follows from its being in force for all."""
        return
