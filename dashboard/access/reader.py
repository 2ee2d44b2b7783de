"""A reader: the rights a person holds and the countries that person may see."""

from dataclasses import dataclass

from dashboard.access.permissions import Permission
from dashboard.errors import OutsideReach
from dashboard.slices import Scope, Slice


@dataclass(frozen=True, slots=True)
class Reach:
    """The countries a person may see; ``None`` is the world."""

    countries: frozenset[str] | None = None

    def scope(self, chosen: Slice) -> Scope:
        """What a query may touch for this choice: the choice intersected with the reach.

        Raises OutsideReach when nothing of the choice is left.
        """
        asked = chosen.countries
        within = asked if self.countries is None else self._within(asked, self.countries)
        return Scope(chosen.as_of, within, chosen.platforms, self.countries)

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
