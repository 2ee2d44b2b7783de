"""Impact: whom and what a rule touches, counted in one version of the warehouse as of an instant.

Counts are of the platform: the sample's count times its weight. What the data cannot tell is None,
never zero: uploads and money name no subdivision, and not every country's people do.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from dashboard.access.reader import Reach
from dashboard.errors import OutsideReach
from dashboard.geofence.money import at_stake
from dashboard.geofence.others import already_closed
from dashboard.geofence.people import Counted, counted, languages_of
from dashboard.geofence.rule import Rule
from dashboard.growth.question import ONE_DAY, Question
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice, Span
from dashboard.velocity.question import Question as Content
from dashboard.warehouse.engine import Warehouse


class Language(BaseModel):
    """People of the month who used the app in a language; None where the data does not say."""

    model_config = ConfigDict(frozen=True)

    language: str | None
    people: int


class Impact(BaseModel):
    """What a rule touches. Months are the 28 days that end on ``day``; money is a month's."""

    model_config = ConfigDict(frozen=True)

    data_version: int
    data_fingerprint: str
    as_of: datetime
    day: date | None
    people: int | None
    people_today: int | None
    share_of_world: float | None
    travellers: int | None
    residents_abroad: int | None
    people_unplaced: int
    people_already_closed: int | None
    places_already_closed: tuple[str, ...]
    creators: int | None
    uploads: int | None
    watch_hours: float | None
    revenue_usd: Decimal | None
    cost_usd: Decimal | None
    money_month: date | None
    languages: tuple[Language, ...]


def impact(
    warehouse: Warehouse, rule: Rule, live: Sequence[Rule], *, reach: Reach, as_of: datetime
) -> Impact:
    """What the rule touches beside the rules in force, as far as the reader may see it.

    Raises OutsideReach where the rule closes a country that the reader may not see: a part of an
    impact would be taken for the whole of it.
    """
    if reach.countries is not None and rule.touched_countries - reach.countries:
        beyond = ", ".join(sorted(rule.touched_countries - reach.countries))
        raise OutsideReach(f"You may not see {beyond}, which this rule is about.")
    until = warehouse.complete_until(as_of)
    chosen = Slice(Span(until - MONTH_DAYS * ONE_DAY, until), as_of)
    everywhere = Question(warehouse, chosen, reach)
    closed = already_closed(rule, live)
    people = counted(everywhere, rule, closed) if not everywhere.is_empty else Counted()
    there = Slice(chosen.span, as_of, countries=rule.touched_countries)
    figures = {} if rule.subdivisions else _of_whole_countries(warehouse, there, reach)
    return Impact.model_validate(
        {
            "data_version": warehouse.version,
            "data_fingerprint": warehouse.fingerprint,
            "as_of": as_of,
            "day": None if everywhere.is_empty else everywhere.seen.last_day,
            "places_already_closed": closed,
            "languages": [] if rule.subdivisions else languages_of(warehouse, there, reach),
        }
        | _UNKNOWN
        | people._asdict()
        | figures
    )


_UNKNOWN = dict.fromkeys(
    ("creators", "uploads", "watch_hours", "revenue_usd", "cost_usd", "money_month")
)


def _of_whole_countries(
    warehouse: Warehouse, there: Slice, reach: Reach
) -> dict[str, int | float | Decimal | date | None]:
    """What is known by country alone: content, watch time and money."""
    content = Content(warehouse, there, reach)
    seen = Question(warehouse, there, reach).seen
    watched = warehouse.read(
        "growth/daily_activity", reach.scope(there), since=seen.since, until=seen.until
    )
    hours = watched["watch_seconds"].sum() / 3600 * warehouse.weight("user_days")
    return {
        "creators": _creators(content),
        "uploads": _uploads(content),
        "watch_hours": hours if watched.height else None,
        **at_stake(warehouse, there, reach)._asdict(),
    }


def _creators(content: Content) -> int | None:
    if content.is_empty:
        return None
    counts = content.creators.people([content.seen.last_day], [MONTH_DAYS])
    return int(counts[f"people_{MONTH_DAYS}"][0]) * content.weight


def _uploads(content: Content) -> int | None:
    if content.is_empty:
        return None
    rows = content.warehouse.read(
        "velocity/span_uploads_by_country", content.scope, **content.instants(content.seen)
    )
    return int(rows["uploads"].sum()) * content.weight
