"""Judging what a control plane kept by what its clients were told: the database is asked alone."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from dashboard.backend.audit.log import exported
from dashboard.backend.changes.tables import ANSWERS, CHANGES, OUTBOX, STEPS
from dashboard.backend.database import Database
from dashboard.backend.schema import AUDIT
from dashboard.warehouse.manifest import read_manifest
from dashboard.warehouse.tables import APPLIED_CHANGES
from tests.backend.load import Acknowledged
from tests.servers import ROOT

_INSTANTS = ("applied_at", "ended_at")
_VERIFIER = ROOT / "dashboard" / "verify_audit.py"
Act = tuple[str, int, str, str]
"""A change's id, its version after the act, the act, and who did it."""


def faults(url: sa.URL, told: Iterable[Acknowledged]) -> list[str]:
    """What the database lacks of what was acknowledged, and what it has beyond; nothing is well.

    Every act that was begun was acknowledged in the end, so that both have to be the same.
    """
    history = list(told)
    people = {each.person for each in history}
    wanted = Counter(_act(each) for each in history)
    with closing(Database(url)) as database, database.reading() as connection:
        found = {
            "steps": (wanted, Counter(_steps(connection, people))),
            "audit": (wanted, Counter(_audited(connection, people))),
            "keys": (Counter((e.person, e.key) for e in history), _keys(connection, people)),
            "changes": (_last(history), _kept(connection, people)),
        }
    return [
        f"{where}: {what} {each}"
        for where, (ours, theirs) in found.items()
        for what, those in (("lost", ours - theirs), ("invented", theirs - ours))
        for each in those
    ]


def force_faults(url: sa.URL, warehouse: Path, told: Iterable[Acknowledged]) -> list[str]:
    """What the warehouse lacks of what came in force, has twice or beyond; nothing is well.

    Each change that was applied stands there once, as the last of what was told of it stands.
    """
    applied = Counter(each.change["id"] for each in told if each.act == "apply")
    with closing(Database(url)) as database, database.reading() as connection:
        sent = connection.execute(sa.select(OUTBOX.c.row).order_by(OUTBOX.c.number)).scalars()
        last = {_key(row): row for row in map(json.loads, sent)}
    kept = _published(warehouse)
    standing, times = {_key(row): row for row in kept}, Counter(map(_key, kept))
    return [
        *(["outbox: some wait"] if waiting(url) else []),
        *(f"applied: twice {key}" for key, number in times.items() if number > 1),
        *(f"applied: lost {each}" for each in applied - Counter(change for change, _ in standing)),
        *(f"applied: invented {key}" for key in standing if key not in last),
        *(f"applied: unlike {key}" for key, row in last.items()
          if key in standing and standing[key] != _as_sent(row)),
    ]  # fmt: skip


def waiting(url: sa.URL) -> bool:
    """Whether the warehouse was not told yet of something that is in force."""
    with closing(Database(url)) as database, database.reading() as connection:
        unsent = sa.select(OUTBOX.c.number).where(OUTBOX.c.published_at.is_(None))
        return connection.execute(unsent).first() is not None


def audit_verdict(url: sa.URL, folder: Path) -> tuple[int, str]:
    """The exit code and the words of the verifier, over the database or an export of it."""
    if url.get_backend_name() == "sqlite":
        audit = Path(url.database or "")
    else:
        audit = folder / "audit.jsonl"
        with closing(Database(url)) as database:
            audit.write_text("".join(exported(database)))
    points, key = str(folder / "checkpoints.log"), str(folder / "audit.pub")
    command = [sys.executable, str(_VERIFIER), str(audit), "--checkpoints", points, "--key", key]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, f"{done.stdout}{done.stderr}".strip()


def _published(warehouse: Path) -> list[dict]:
    told = read_manifest(warehouse).tables.get(APPLIED_CHANGES.name)
    frames = [pl.read_parquet(warehouse / file.path) for file in told.files] if told else []
    return [_compared(row) for frame in frames for row in frame.to_dicts()]


def _key(row: dict) -> tuple[str, int]:
    return row["change_id"], row["revision"]


def _as_sent(row: dict) -> dict:
    at = {name: row[name] and datetime.fromisoformat(row[name]) for name in _INSTANTS}
    return _compared({**row, **at})


def _compared(row: dict) -> dict:
    names = ("change_id", "revision", "title", "content_hash", *_INSTANTS)
    return {name: row[name] for name in names}


def _act(each: Acknowledged) -> Act:
    return each.change["id"], each.change["version"], each.act, each.person


def _steps(connection: sa.Connection, people: set[str]) -> Iterable[Act]:
    theirs = sa.select(STEPS).where(STEPS.c.person.in_(people))
    for row in connection.execute(theirs):
        yield row.change, row.version, row.act, row.person


def _audited(connection: sa.Connection, people: set[str]) -> Iterable[Act]:
    theirs = sa.select(AUDIT).where(AUDIT.c.actor.in_(people), AUDIT.c.event.like("freeze.%"))
    for row in connection.execute(theirs):
        body = json.loads(row.body)
        if body["result"] == "done":
            yield row.target, body["after"]["version"], row.event.removeprefix("freeze."), row.actor


def _keys(connection: sa.Connection, people: set[str]) -> Counter[tuple[str, str]]:
    theirs = sa.select(ANSWERS.c.person, ANSWERS.c.key).where(ANSWERS.c.person.in_(people))
    return Counter((row.person, row.key) for row in connection.execute(theirs))


def _last(history: list[Acknowledged]) -> Counter[tuple[object, ...]]:
    last = {each.change["id"]: each.change for each in history}
    names = ("id", "title", "state", "version", "content_hash")
    return Counter(tuple(change[name] for name in names) for change in last.values())


def _kept(connection: sa.Connection, people: set[str]) -> Counter[tuple[object, ...]]:
    c = CHANGES.c
    theirs = sa.select(c.id, c.title, c.state, c.version, c.content_hash)
    rows = connection.execute(theirs.where(c.writer.in_(people)))
    return Counter(tuple(row) for row in rows)
