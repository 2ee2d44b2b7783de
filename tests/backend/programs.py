"""The control plane as a program of its own, which tests kill and start again."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import sqlalchemy as sa

from dashboard.access.reader import WORLD
from dashboard.access.roles import Role
from dashboard.backend.audit.log import begin
from dashboard.backend.database import Database
from dashboard.backend.identity.people import add_person, set_grants
from dashboard.backend.identity.sessions import start_session
from dashboard.backend.identity.tokens import ISSUER, Tokens
from dashboard.backend.upgrade import upgrade
from tests.conditions import comes_true
from tests.servers import ROOT, free_port

_FIRST_ANSWER_SECONDS = 60


@dataclass
class Program:
    """One control plane over a warehouse, at one address however often it is started again."""

    url: sa.URL
    folder: Path
    warehouse: Path
    root: Path = ROOT
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it said."""
        return self.folder / "program.txt"

    def environment(self) -> dict[str, str]:
        """The settings that it runs with."""
        kept = {name: value for name, value in os.environ.items() if name != "BACKEND_URL"}
        return {
            **kept,
            "WAREHOUSE_URL": f"duckdb:///{self.warehouse}",
            "DATABASE_URL": self.url.render_as_string(hide_password=False),
            "AUDIT_FOLDER": str(self.folder),
        }

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "dashboard", "backend", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.root, env=self.environment(), stdout=log, stderr=log
            )
        comes_true(self.is_up, within_seconds=_FIRST_ANSWER_SECONDS)

    def is_up(self) -> bool:
        """Whether it answers; fails where it ended by itself."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.address}/healthz", timeout=2).status_code == httpx.codes.OK
        return False

    def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL)."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Have it finish what it does, and end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def sessions(self, people: Mapping[str, Role]) -> dict[str, str]:
        """A session of each of these new people, made before the first start."""
        now = datetime.now(UTC)
        with closing(Database(self.url)) as database:
            upgrade(database)
            with database.writing() as connection:
                begin(connection)
                for person, role in people.items():
                    add_person(connection, person.title(), at=now, id=person)
                    set_grants(connection, person, roles=[role], reach=WORLD)
                return {
                    person: start_session(connection, person, signed_in_at=now, now=now)
                    for person in people
                }

    def token(self, person: str, session: str) -> str:
        """A new token of a session."""
        tokens = Tokens(self.folder, ISSUER)
        now = datetime.now(UTC)
        return tokens.minted(person=person, session=session, now=now, asked_by="test")
