"""The record's own tables: phases, incidents, claims, teams, scale, and what was put in force."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from sample_data.arrays import generator
from sample_data.record import Row, records
from sample_data.timeline import FIRST_DAY, LAST_DAY, day_at, day_number, months

_RANKING_EVERY_DAYS = 14
_FREEZE = (date(2020, 9, 14), date(2021, 3, 15))
_WRITTEN_AFTER = timedelta(days=2)


def incidents() -> list[Row]:
    """The four incidents."""
    return [dict(row) for row in records("incidents.csv")]


def evidence() -> list[Row]:
    """Every published claim, its day of record as an instant."""
    return [
        {**row, "recorded_at": _instant(date.fromisoformat(row["recorded_at"]))}
        for row in records("evidence.csv")
    ]


def scale() -> list[Row]:
    """The named figures."""
    return [dict(row) for row in records("scale.csv")]


def milestones() -> list[Row]:
    """The phases, and what happened in each."""
    phases = [
        {
            "milestone_id": f"phase-{number}",
            "kind": "phase",
            "phase": row["phase"],
            "since": row["since"],
            "until": row["until"],
            "title": row["phase"],
            "detail": row["detail"],
            "source": "platform story",
        }
        for number, row in enumerate(records("phases.csv"), start=1)
    ]
    return [*phases, *(dict(row) for row in records("milestones.csv"))]


def headcount() -> list[Row]:
    """Each team on the last day of each month, between the counts that the record knows."""
    rows = records("headcount.csv")
    counted = [day_at(month.until - 1) for month in months()]
    found = []
    for team in sorted({row["team"] for row in rows}):
        known = [row for row in rows if row["team"] == team]
        days = [day_number(date.fromisoformat(row["day"])) for row in known]
        sizes = np.log([float(row["people"]) for row in known])
        for day in [FIRST_DAY, *counted]:
            people = round(float(np.exp(np.interp(day_number(day), days, sizes))))
            found.append(_counted(team, day, people))
    return found


def applied_changes() -> list[Row]:
    """What was put in force: geofences, releases of ranking, and the measures of the incidents."""
    return [*_geofences(), *_rankings(), *_measures()]


def _counted(team: str, day: date, people: int) -> Row:
    # A count must be known before the sample's last instant, so the last one is not written late.
    written = min(day + _WRITTEN_AFTER, LAST_DAY)
    return {
        "day": day.isoformat(),
        "team": team,
        "people": str(people),
        "source": "platform story, between the ends of its phases",
        "recorded_at": _instant(written),
    }


def _geofences() -> Iterator[Row]:
    for row in records("geofences.csv"):
        until = _instant(date.fromisoformat(row["until"])) if row["until"] else ""
        content = _content("geofence", row["title"], "block all", countries=row["country"])
        yield _change(row["change_id"], content, _instant(date.fromisoformat(row["since"])), until)


def _rankings() -> Iterator[Row]:
    """A release about every two weeks, but none while ranking was frozen."""
    rng = generator(11, 0)
    frozen, freed = (day_number(day) for day in _FREEZE)
    before = np.arange(day_number(date(2014, 10, 7)), frozen - 3, _RANKING_EVERY_DAYS)
    after = np.arange(freed, day_number(LAST_DAY) - 3, _RANKING_EVERY_DAYS)
    days = np.concatenate([before, after])
    kept = [day_at(int(day)) for day in days + rng.integers(0, 4, len(days))]
    for number, (day, following) in enumerate(zip(kept, [*kept[1:], None], strict=True), start=1):
        content = _content("ranking", f"Ranking release {number}", "replace model")
        until = _instant(following, 14) if following else ""
        yield _change(f"ranking-{day.isoformat()}", content, _instant(day, 14), until)


def _measures() -> Iterator[Row]:
    for row in records("measures.csv"):
        content = _content(row["kind"], row["title"], row["action"], countries=row["countries"])
        yield _change(row["change_id"], content, row["applied_at"], row["ended_at"])


def _content(kind: str, title: str, action: str, *, countries: str = "") -> Row:
    return {"kind": kind, "title": title, "countries": countries, "action": action}


def _change(change_id: str, content: Row, since: str, until: str) -> Row:
    written = json.dumps(content, sort_keys=True).encode()
    return {
        "change_id": change_id,
        "revision": "1",
        **content,
        "applied_at": since,
        "ended_at": until,
        "content_hash": hashlib.sha256(written).hexdigest(),
    }


def _instant(day: date, hour: int = 0) -> str:
    return datetime.combine(day, time(hour), UTC).isoformat()
