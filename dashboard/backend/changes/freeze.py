"""Freezes: spans in which nothing of some kinds may be changed in some countries but stopped."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from dashboard.access.permissions import Permission
from dashboard.backend.changes.content import UtcInstant, checked
from dashboard.backend.changes.grants import Countries
from dashboard.backend.changes.kind import Kind, Known
from dashboard.control.change_documents import Impact
from dashboard.control.changes import ChangeKind, Content, Reason
from dashboard.control.wire import Message


def _no_freezes(kinds: tuple[ChangeKind, ...]) -> tuple[ChangeKind, ...]:
    if ChangeKind.FREEZE in kinds:
        raise ValueError("a freeze holds no freezes, or it could never be changed")
    return tuple(sorted(set(kinds)))


class Freeze(Message):
    """A freeze of these kinds, in these countries or everywhere for none, from ``since`` on.

    It ends before ``until``, by the platform's clock.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    kinds: Annotated[
        tuple[ChangeKind, ...], Field(min_length=1, max_length=10), AfterValidator(_no_freezes)
    ]
    countries: Countries = ()
    since: UtcInstant
    until: UtcInstant
    reason: Reason

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until <= self.since:
            raise ValueError("until lies after since")
        return self

    def holds(self, kind: ChangeKind, countries: frozenset[str] | None, at: datetime) -> bool:
        """Whether it holds changes of a kind in these countries, None for all, at an instant."""
        is_now = self.since <= at < self.until
        is_here = not self.countries or countries is None or bool(countries & set(self.countries))
        return is_now and is_here and kind in self.kinds


class FreezeKind(Kind):
    """Changes of freezes."""

    name = ChangeKind.FREEZE
    model = Freeze
    propose = Permission.FREEZE_PROPOSE
    approve = Permission.FREEZE_APPROVE
    apply = Permission.FREEZE_APPLY

    def subject_of(self, content: Content) -> str:
        """The freeze's own name."""
        return checked(Freeze, content).name

    def countries_of(self, content: Content) -> frozenset[str] | None:
        """The countries it holds."""
        return frozenset(checked(Freeze, content).countries) or None

    def action_of(self, content: Content) -> str:
        """What it holds."""
        return f"freeze {', '.join(checked(Freeze, content).kinds)}"

    def impact(self, content: Content, base: Content | None, known: Known) -> Impact:
        """Nobody outside: what colleagues cannot do, where and for how long."""
        new = checked(Freeze, content)
        where = ", ".join(new.countries) or "every country"
        days = (new.until - new.since).total_seconds() / 86_400
        return Impact(
            people=0,
            is_exact=True,
            data_version="",
            sentences=(
                f"Holds every change of {', '.join(new.kinds)} in {where} for {days:,.1f} days.",
                "Stopping what is in force stays possible.",
            ),
        )


def holding(
    freezes: Iterable[Content], kind: ChangeKind, countries: frozenset[str] | None, at: datetime
) -> str:
    """The sentence of the first of these freezes that holds such a change; nothing if none does."""
    for one in (checked(Freeze, content) for content in freezes):
        if one.holds(kind, countries, at):
            return sentence(one, kind)
    return ""


def sentence(one: Freeze, kind: ChangeKind) -> str:
    """What to say of a change of a kind that a freeze holds."""
    return (
        f"The freeze {one.name} holds changes of {kind.value} until {one.until:%Y-%m-%d %H:%M} UTC."
        " Stopping stays possible."
    )
