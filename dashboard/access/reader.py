"""A reader: the rights a person holds and the countries that person may see."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.access.permissions import Permission
from dashboard.errors import OutsideReach
from dashboard.slices import Scope, Slice


@dataclass(frozen=True, slots=True)
class Reach:
    """The countries a person may see; ``None`` is the world."""

    countries: frozenset[str] | None = None

    def scope(self, chosen: Slice) -> Scope:
        """What a query may touch for this choice: the choice intersected with the reach."""
        asked = chosen.countries
        within = asked if self.countries is None else self._within(asked, self.countries)
        return Scope(chosen.as_of, within, chosen.platforms)

    def world(self, as_of: datetime) -> Scope:
        """The whole platform; raises OutsideReach for a reader who sees only part of it."""
        if self.countries is not None:
            raise OutsideReach("World figures need a reader who may see every country.")
        return Scope(as_of)

    @staticmethod
    def _within(asked: frozenset[str] | None, seen: frozenset[str]) -> frozenset[str]:
        if asked is None:
            return seen
        if not asked & seen:
            raise OutsideReach(f"You may not see {', '.join(sorted(asked)) or 'these countries'}.")
        return asked & seen


WORLD = Reach()


@dataclass(frozen=True, slots=True)
class Reader:
    """One person at the screen."""

    name: str
    permissions: frozenset[Permission]
    reach: Reach


LOCAL_READER = Reader("local reader", frozenset(Permission), WORLD)
