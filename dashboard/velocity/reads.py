"""Velocity read from the warehouse: what is uploaded, by whom, how fast it gets out, what it is.

Counts are of the platform: the sample's count times its weight. Uploads name no platform, so that
nothing is known here of a choice of platforms.
"""

from dashboard.velocity.content import (
    rising,
    uploads_by_category,
    uploads_by_country,
    uploads_by_language,
)
from dashboard.velocity.creators import (
    concentration,
    creator_retention,
    creator_retention_curve,
    creators,
    payouts,
)
from dashboard.velocity.headline import headline
from dashboard.velocity.pace import pace, supply_and_demand, uploads, uploads_a_day
from dashboard.velocity.waits import half_life, time_to_100_views, time_to_publish, waits_of_span

__all__ = [
    "concentration", "creator_retention", "creator_retention_curve", "creators", "half_life",
    "headline", "pace", "payouts", "rising", "supply_and_demand", "time_to_100_views",
    "time_to_publish", "uploads", "uploads_a_day", "uploads_by_category", "uploads_by_country",
    "uploads_by_language", "waits_of_span",
]  # fmt: skip
