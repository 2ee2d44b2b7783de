"""Values for every parameter that a query may take, so that every query can be asked."""

from datetime import UTC, datetime, timedelta

from dashboard.warehouse.engine import Parameter
from dashboard.warehouse.library import QUERIES
from tests.warehouse.clickhouse.full_house import DAYS, FIRST

LAST = FIRST + timedelta(days=DAYS - 1)
NOW = datetime.combine(LAST + timedelta(days=1), datetime.min.time(), UTC)
DAY_LIST = [LAST - timedelta(days=back) for back in (40, 13, 12, 3, 0)]


def _kind(number: int) -> str:
    """One of the kinds of charge that the full house has."""
    names = ("service_provider_name", "service_category", "service_name", "sub_account_id", "tags")
    return "\x1f".join(f"{name} {number}" for name in names)


VALUES: dict[str, Parameter] = {
    "days": DAY_LIST,
    "starts": [FIRST + timedelta(days=14 * number) for number in range(5)],
    "day": LAST,
    "window": 28,
    "since": FIRST,
    "until": LAST,
    "zone": "Asia/Kolkata",
    "measures": ["errors_share", "wait_seconds"],
    "kinds": [_kind(number) for number in range(0, 60, 2)],
    "most": 15,
    "countries": ["IN", "BR"],
    "platforms": None,
    "grain": "week",
    "first_day": FIRST,
    "last_day": LAST,
}
_INSTANTS = {
    "since": NOW - timedelta(days=50),
    "until": NOW,
    "seen_until": NOW,
    "mature_until": NOW - timedelta(days=27),
}


def asked(name: str) -> dict[str, Parameter]:
    """Values for the parameters a query declares; a KeyError asks for one to be added above."""
    declared = QUERIES[name].params
    return {
        param: _INSTANTS[param] if str(of) == "Timestamp" else VALUES[param]
        for param, of in declared.items()
    }
