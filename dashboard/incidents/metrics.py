"""What surprises are looked for in: each metric's name in a sentence, its unit, its sampling."""

from dataclasses import dataclass
from enum import StrEnum


class Metric(StrEnum):
    """A figure that has a value on every day."""

    DAILY_ACTIVE = "daily_active_people"
    MONTHLY_ACTIVE = "monthly_active_people"
    NEW = "new_people"
    VIEWS = "views"
    WATCH_TIME = "watch_hours"
    UPLOADS = "uploads"
    CREATORS = "active_creators"
    QUEUE = "upload_queue"
    WATCHED_TO_THE_END = "long_watch_share"


class Unit(StrEnum):
    """What a metric counts, which decides how it is written."""

    PEOPLE = "people"
    VIDEOS = "videos"
    VIEWS = "views"
    HOURS = "hours"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Words:
    """How a metric is spoken of.

    ``table`` is the one whose weight its counts carry, none where nothing is sampled; ``adds_up``
    is whether seven days of it are a sum rather than a mean of seven.
    """

    name: str
    unit: Unit
    table: str = ""
    adds_up: bool = False


WORDS = {
    Metric.DAILY_ACTIVE: Words("Daily active people", Unit.PEOPLE, "user_days"),
    Metric.MONTHLY_ACTIVE: Words("Monthly active people", Unit.PEOPLE, "user_days"),
    Metric.NEW: Words("New people", Unit.PEOPLE, "user_days", adds_up=True),
    Metric.VIEWS: Words("Views", Unit.VIEWS, "user_days", adds_up=True),
    Metric.WATCH_TIME: Words("Watch hours", Unit.HOURS, "user_days", adds_up=True),
    Metric.UPLOADS: Words("Uploads", Unit.VIDEOS, "uploads", adds_up=True),
    Metric.CREATORS: Words("Daily active creators", Unit.PEOPLE, "uploads"),
    Metric.QUEUE: Words("Videos in the upload queue at the end of the day", Unit.VIDEOS, "uploads"),
    Metric.WATCHED_TO_THE_END: Words(
        "The share of recommended videos watched to the end", Unit.SHARE
    ),
}
