"""A rule: where, from when and on whose order something is closed, and for whom it is not known."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    PlainSerializer,
    model_validator,
)

from dashboard.countries import is_country, is_subdivision

_MOST_PLACES = 400
_ID = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"
RuleId = Annotated[str, Field(pattern=_ID)]
_Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
# A set has no order and an instant many forms; what is signed and compared needs one of each.
_Sorted = PlainSerializer(sorted, return_type=list[str])
_Line = Annotated[str, Field(min_length=1, max_length=200)]


class Action(StrEnum):
    """What a rule does, the most restrictive first."""

    BLOCK_ALL = "block_all"
    BLOCK_UPLOAD = "block_upload"
    READ_ONLY = "read_only"
    AGE_GATE = "age_gate"
    HIDE_CONTENT_CLASS = "hide_content_class"
    ISOLATE_DATA = "isolate_data"


class Surface(StrEnum):
    """Where people meet the platform."""

    APP = "app"
    WEB = "web"
    UPLOAD = "upload"
    LIVE = "live"
    API = "api"


class Unknown(StrEnum):
    """What somebody gets whose place is not known."""

    APPLY = "apply"
    ALLOW = "allow"


class BasisKind(StrEnum):
    """On what ground a rule stands."""

    GOVERNMENT_ORDER = "government_order"
    COURT_ORDER = "court_order"
    REGULATOR_REQUEST = "regulator_request"
    DATA_PROTECTION = "data_protection"
    OWN_DECISION = "own_decision"


class _Fixed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LegalBasis(_Fixed):
    """Who ordered it, under which number, when it came and by when it must be done."""

    kind: BasisKind
    authority: _Line
    order_number: _Line
    received_at: _Instant
    due_at: _Instant
    document: _Line
    contact: _Line

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.due_at < self.received_at:
            raise ValueError("an order cannot be due before it was received")
        return self


class Window(_Fixed):
    """From when until when a rule holds, written in the local time of a zone; half-open."""

    since: NaiveDatetime
    until: NaiveDatetime | None = None
    zone: str = "UTC"

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _refuse_unknown_zone(self.zone)
        for local in filter(None, (self.since, self.until)):
            _refuse_broken_second(local)
            _refuse_skipped(local, ZoneInfo(self.zone))
        if self.ends_at is not None and self.ends_at <= self.begins_at:
            raise ValueError("a window ends after it begins")
        return self

    @property
    def begins_at(self) -> datetime:
        """The first instant; of an hour that comes twice, the earlier."""
        return _instant(self.since, ZoneInfo(self.zone))

    @property
    def ends_at(self) -> datetime | None:
        """The first instant after it; None when it has no end."""
        return None if self.until is None else _instant(self.until, ZoneInfo(self.zone))


class Rule(_Fixed):
    """One rule. ``instead_of`` names rules it takes the place of where it holds itself."""

    id: RuleId
    title: _Line
    places: Annotated[frozenset[str], _Sorted] = Field(min_length=1, max_length=_MOST_PLACES)
    action: Action
    surfaces: Annotated[frozenset[Surface], _Sorted] = Field(min_length=1)
    window: Window
    basis: LegalBasis
    unknown: Unknown = Unknown.ALLOW
    expires_at: _Instant | None = None
    content_class: RuleId | None = None
    least_age_years: int | None = Field(default=None, ge=13, le=21)
    instead_of: Annotated[frozenset[RuleId], _Sorted] = frozenset()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _refuse_unknown_places(self.places)
        _refuse_missing_detail(self)
        if self.expires_at is not None:
            _refuse_broken_second(self.expires_at)
            if self.expires_at <= self.window.begins_at:
                raise ValueError("a rule expires after it begins")
        if self.id in self.instead_of:
            raise ValueError("a rule cannot take its own place")
        return self

    @property
    def begins_at(self) -> datetime:
        """The first instant it holds, in UTC."""
        return self.window.begins_at

    @property
    def ends_at(self) -> datetime | None:
        """The first instant it no longer holds, in UTC; None when it has no end."""
        ends = [at for at in (self.window.ends_at, self.expires_at) if at is not None]
        return min(ends) if ends else None

    @property
    def countries(self) -> frozenset[str]:
        """The countries it closes as a whole."""
        return frozenset(place for place in self.places if "-" not in place)

    @property
    def subdivisions(self) -> frozenset[str]:
        """The parts of countries it closes."""
        return self.places - self.countries

    @property
    def touched_countries(self) -> frozenset[str]:
        """The countries it closes as a whole or in part."""
        return frozenset(place[:2] for place in self.places)

    def is_in_force(self, at: datetime) -> bool:
        """Whether it holds at an instant."""
        return self.begins_at <= at and (self.ends_at is None or at < self.ends_at)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _refuse_unknown_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise ValueError(f"{name!r} is no time zone; write it as Asia/Kolkata") from unknown


def _refuse_broken_second(at: datetime) -> None:
    # The edge counts whole seconds; half of one would begin there at another instant than here.
    if at.microsecond:
        raise ValueError("a rule begins and ends on a whole second")


def _refuse_skipped(local: datetime, zone: ZoneInfo) -> None:
    if _instant(local, zone).astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(f"{local.isoformat()} does not exist in {zone.key}: clocks skip it")


def _refuse_unknown_places(places: frozenset[str]) -> None:
    unknown = [p for p in sorted(places) if not (is_subdivision(p) or is_country(p))]
    if unknown:
        raise ValueError(f"no country or subdivision is called {', '.join(unknown[:5])}")


def _refuse_missing_detail(rule: Rule) -> None:
    needs = {
        "content_class": (Action.HIDE_CONTENT_CLASS, rule.content_class),
        "least_age_years": (Action.AGE_GATE, rule.least_age_years),
    }
    for name, (action, given) in needs.items():
        if (rule.action is action) != (given is not None):
            raise ValueError(f"{name} belongs to {action.value}, and to nothing else")
