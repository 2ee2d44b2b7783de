"""How long something takes, told also from those it has not happened to yet: Kaplan and Meier.

E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", Journal of the
American Statistical Association 53 (1958), 457-481:

    S(t) = product over all durations u <= t of 1 - reached(u) / at_risk(u)

at_risk(u) counts those seen to wait at least u; who was last seen waiting at u was still at risk.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]

_ROUNDING = 1e-12
"""A product of many shares misses the share it stands for by less than this."""


@dataclass(frozen=True, slots=True)
class Survival:
    """The estimate of several groups at once.

    ``durations`` (d) ascend; ``at_risk`` and ``waiting_share`` are groups x d: how many were seen
    to wait at least so long, and the share still waiting just after.
    """

    durations: Whole
    at_risk: Floats
    waiting_share: Floats

    def quantile(self, share: float) -> list[float | None]:
        """The duration by which ``share`` of each group had ended; None while fewer have."""
        has_come = self.waiting_share <= 1 - share + _ROUNDING
        if not len(self.durations):
            return [None] * len(has_come)
        first = self.durations[has_come.argmax(axis=1)]
        return _where(np.logical_or.reduce(has_come, axis=1), first)

    def ended_within(self, duration: int) -> list[float | None]:
        """The share of each group that had ended by then; None where nobody was watched so long."""
        upto = int(np.searchsorted(self.durations, duration, side="right"))
        waiting = self.waiting_share[:, upto - 1] if upto else np.ones(len(self.waiting_share))
        from_then = int(np.searchsorted(self.durations, duration))
        is_seen = (self.at_risk[:, from_then:] > 0).any(axis=1)
        is_over = (waiting <= _ROUNDING) & (self.at_risk > 0).any(axis=1)
        return _where(is_seen | is_over, 1 - waiting)


def survival(
    group: Whole, duration: Whole, *, reached: Whole, censored: Whole, groups: int
) -> Survival:
    """The estimate of each group from counts of equal length, in any order.

    ``group`` is a number below ``groups``; ``reached`` counts those that ended after ``duration``,
    ``censored`` those last seen waiting then.
    """
    durations, place = np.unique(duration, return_inverse=True)
    cells, shape = group * len(durations) + place, (groups, len(durations))
    ended, left = (
        np.bincount(cells, counts, minlength=groups * len(durations)).reshape(shape)
        for counts in (reached, censored)
    )
    at_risk = np.cumsum((ended + left)[:, ::-1], axis=1)[:, ::-1]
    stays: Floats = 1 - ended / np.maximum(at_risk, 1)
    waiting_share: Floats = np.multiply.accumulate(stays, axis=1)
    return Survival(durations, at_risk, waiting_share)


def _where(known: npt.NDArray[np.bool_], values: Floats | Whole) -> list[float | None]:
    return [float(values[at]) if known[at] else None for at in range(len(known))]
