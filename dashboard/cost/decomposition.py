"""Decomposition: a change of cost into people, units per person, and the price of a unit.

A metered charge costs people x units per person x price of a unit. The effect of each factor is
its Shapley value: its mean effect over all orders in which the three could have changed, so that no
order decides, and the effects add up to the change. Arithmetic is exact; what is kept is rounded
to the smallest part of a dollar, and the price takes what rounding leaves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dashboard.cost.allocation import SMALLEST

MOST_GROWTH = 1_000
"""Units that grew or shrank more than so many times are other units: bytes for gigabytes."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What one kind of charge cost in a month, and how many units were paid for; 0 is unmetered."""

    cost_usd: Decimal
    quantity: float


@dataclass(frozen=True, slots=True)
class Effects:
    """What changed a cost, in dollars; ``unmetered`` is what has no units in both months."""

    people: Decimal
    units_per_person: Decimal
    unit_price: Decimal
    unmetered: Decimal

    def __add__(self, other: "Effects") -> "Effects":
        """Both together."""
        return Effects(
            self.people + other.people,
            self.units_per_person + other.units_per_person,
            self.unit_price + other.unit_price,
            self.unmetered + other.unmetered,
        )


NO_EFFECTS = Effects(Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def effects(before: Charge, now: Charge, people: tuple[float, float]) -> Effects:
    """What made the cost of one kind of charge change, ``people`` being those before and now."""
    change = now.cost_usd - before.cost_usd
    if not (_are_comparable(before.quantity, now.quantity) and _are_comparable(*people)):
        return Effects(Decimal(0), Decimal(0), Decimal(0), change)
    old, new = _factors(before, people[0]), _factors(now, people[1])
    by_people, by_units = (_rounded(_shapley(old, new, at)) for at in (0, 1))
    return Effects(by_people, by_units, change - by_people - by_units, Decimal(0))


def total(parts: Iterable[Effects]) -> Effects:
    """Several effects together."""
    return sum(parts, NO_EFFECTS)


def _are_comparable(before: float, now: float) -> bool:
    """Whether both are there, and neither is so large that it must count something else."""
    low, high = sorted((before, now))
    return low > 0 and high <= MOST_GROWTH * low


def _factors(charge: Charge, people: float) -> tuple[Fraction, Fraction, Fraction]:
    crowd, units = Fraction(people), Fraction(charge.quantity)
    return crowd, units / crowd, Fraction(charge.cost_usd) / units


def _shapley(old: tuple[Fraction, ...], new: tuple[Fraction, ...], at: int) -> Fraction:
    """(new - old) of one factor times the mean of the others over the orders of change."""
    (b0, b1), (c0, c1) = [(old[i], new[i]) for i in range(3) if i != at]
    others = (2 * b0 * c0 + b0 * c1 + b1 * c0 + 2 * b1 * c1) / 6
    return (new[at] - old[at]) * others


def _rounded(amount: Fraction) -> Decimal:
    return round(amount / Fraction(SMALLEST)) * SMALLEST
