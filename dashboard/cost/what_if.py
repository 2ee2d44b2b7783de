"""What if: what a month would cost at another price, bitrate, automation or cache, as assumed.

Pure arithmetic on stated elasticities; nothing of it is measured, and the screen says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dashboard.cost.allocation import SMALLEST

EGRESS_OF_DELIVERY = 0.85
"""The share of the cost of delivery that grows with the price and the volume of egress."""
ORIGIN_OF_DELIVERY = 0.30
"""The share of it that is fetched from the origin because no cache had it."""
BITRATE_OF_VIDEO = 0.40
"""By how many per cent processing and storing video grows for each per cent of bitrate."""
AI_OF_AUTOMATION = 0.20
"""By how many per cent machine learning grows for each point of decisions made by machine."""
SAFETY_OF_AUTOMATION = 0.50
"""By how many per cent security and compliance shrinks for each such point."""
BASE_AUTOMATION, BASE_CACHE_HIT = 0.85, 0.92
"""Where both stand unless somebody knows better."""


@dataclass(frozen=True, slots=True)
class Levers:
    """What is imagined: changes as shares of what is, and shares as they would be."""

    egress_price_change: float = 0.0
    bitrate_change: float = 0.0
    automation_share: float = BASE_AUTOMATION
    cache_hit_share: float = BASE_CACHE_HIT


ASSUMPTIONS = (
    f"Of delivery {EGRESS_OF_DELIVERY:.0%} follows the price of egress and the bitrate, and "
    f"{ORIGIN_OF_DELIVERY:.0%} what caches miss ({1 - BASE_CACHE_HIT:.0%} of requests as things "
    "stand).",
    f"One per cent of bitrate moves video processing by {BITRATE_OF_VIDEO:g} per cent.",
    f"One point of automation (from {BASE_AUTOMATION:.0%}) moves AI and ML by "
    f"{AI_OF_AUTOMATION:g} per cent, and security and compliance by -{SAFETY_OF_AUTOMATION:g}.",
)
"""The elasticities in sentences, as the screen states them."""


def imagined(costs: Mapping[str, Decimal], levers: Levers) -> dict[str, Decimal]:
    """What each driver would cost: a driver that no lever touches costs what it does."""
    factors = _factors(levers)
    return {
        driver: (cost * Decimal(factors.get(driver, 1.0))).quantize(SMALLEST)
        for driver, cost in costs.items()
    }


def _factors(levers: Levers) -> dict[str, float]:
    price, bitrate = 1 + levers.egress_price_change, 1 + levers.bitrate_change
    misses = (1 - levers.cache_hit_share) / (1 - BASE_CACHE_HIT)
    fetched = 1 + ORIGIN_OF_DELIVERY * (misses - 1)
    points = (levers.automation_share - BASE_AUTOMATION) * 100
    return {
        "Content delivery": fetched * (1 + EGRESS_OF_DELIVERY * (price * bitrate - 1)),
        "Video processing": 1 + BITRATE_OF_VIDEO * levers.bitrate_change,
        "AI and ML infrastructure": 1 + AI_OF_AUTOMATION * points / 100,
        "Security and compliance": max(0.0, 1 - SAFETY_OF_AUTOMATION * points / 100),
    }
