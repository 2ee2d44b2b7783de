"""Nothing that was acknowledged is lost, and nothing is done twice, when the program is killed.

Pairs of people take changes into force and out again while the program is killed at random instants
and started again. The judges are what the clients were told, the database itself and the files of
the warehouse, never the program.
"""

import os
import random
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa

from dashboard.access.roles import Role
from dashboard.verify_audit import WHOLE
from tests.backend.databases import new_sqlite
from tests.backend.judging import audit_verdict, faults, force_faults, waiting
from tests.backend.load import Acknowledged, Client
from tests.backend.programs import Program
from tests.conditions import comes_true
from tests.planted import plant, product_copy

PAIRS = {"olu": "ann", "ida": "ben", "max": "eve", "una": "kim"}
"""Who writes and stops, and who approves, applies and reviews."""
_SHORTEST, _LONGEST = 0.1, 1.5
"""Seconds of work between the program's start and its kill."""
_ONCE = "dashboard/backend/once.py"
_OUTBOX = "dashboard/backend/changes/outbox.py"
_SENT = "        taken, refused = _taken(plane, plane.warehouse_place, rows)"
_NOTED_FIRST = f"""        noted = OUTBOX.c.number.in_([row.number for row in waiting])
        with plane.database.writing() as connection:
            connection.execute(sa.update(OUTBOX).where(noted).values(published_at=plane.wall()))
        if len(waiting) > 3:
            raise IngestError("It was killed here.")
{_SENT}"""
_EARLY = """def answered(plane, call, effect):
    import threading

    box, ready = [], threading.Event()

    def early(connection):
        told = effect(connection)
        box.append(told.response())
        ready.set()
        threading.Event().wait(0.2)
        return told

    def work():
        try:
            box.append(_late(plane, call, early))
        except Exception as failed:
            box.append(failed)
        ready.set()

    threading.Thread(target=work, daemon=True).start()
    ready.wait()
    if isinstance(box[0], Exception):
        raise box[0]
    return box[0]


def _late("""


@dataclass(frozen=True)
class Drill:
    """What came of one: what the clients were told, and what they were refused."""

    told: list[Acknowledged]
    refused: list[str]
    cut_off: int
    seconds: float


def _killed(program: Program, kills: int, *, seed: int) -> Drill:
    """Work under so many kills, finished in peace."""
    chance, begun = random.Random(seed), monotonic()
    roles = {**dict.fromkeys(PAIRS, Role.OPERATOR), **dict.fromkeys(PAIRS.values(), Role.APPROVER)}
    sessions = program.sessions(roles)
    clients = [_client(program, writer, sessions) for writer in PAIRS]
    program.start()
    with _working(clients):
        for _ in range(kills):
            done = sum(len(each.history) for each in clients)
            comes_true(lambda done=done: sum(len(c.history) for c in clients) > done + 20)
            threading.Event().wait(chance.uniform(_SHORTEST, _LONGEST))
            program.kill()
            program.start()
    # What is in force is told to the warehouse a moment later.
    comes_true(lambda: not waiting(program.url), within_seconds=60)
    program.stop()
    told = [each for client in clients for each in client.history]
    refused = [each for client in clients for each in client.refused]
    return Drill(told, refused, sum(c.cut_off for c in clients), monotonic() - begun)


def _client(program: Program, writer: str, sessions: dict[str, str]) -> Client:
    def token(person: str) -> str:
        return program.token(person, sessions[person])

    return Client(writer, PAIRS[writer], program.address, token)


@contextmanager
def _working(clients: list[Client]) -> Iterator[None]:
    stopping = threading.Event()
    threads = [threading.Thread(target=each.work, args=(stopping,)) for each in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(120)


def _nothing_is_lost(program: Program, kills: int) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    try:
        drill = _killed(program, kills, seed=seed)
    finally:
        program.stop()
    code, said = audit_verdict(program.url, program.folder)
    wrong = faults(program.url, drill.told)
    wrong += force_faults(program.url, program.warehouse, drill.told)
    applied = sum(each.act == "apply" for each in drill.told)
    print(
        f"\n{program.url.get_backend_name()}: {kills} kills (seed {seed}), {len(drill.told)} acts "
        f"acknowledged to {len(PAIRS)} pairs in {drill.seconds:.1f} s, {drill.cut_off} tries cut "
        f"off, {applied} applied and told to the warehouse, {len(wrong)} lost or invented, "
        f"{len(drill.refused)} refused; audit: {said}"
    )
    assert (wrong, drill.refused) == ([], [])
    assert code == WHOLE, said
    # It was told to stop in the end, and signs the last row before it does.
    assert re.fullmatch(r"WHOLE (\d+) rows, \d+ checkpoints, signed up to row \1", said), said
    _assert_the_judge_sees(program, drill.told)


def _assert_the_judge_sees(program: Program, told: list[Acknowledged]) -> None:
    """One act that nobody acknowledged, and one that the database never kept, are both named."""
    ghost = replace(told[-1], key="never kept", change={**told[-1].change, "version": 99})
    assert any(each.startswith("steps: invented") for each in faults(program.url, told[1:]))
    assert any(each.startswith("steps: lost") for each in faults(program.url, [*told, ghost]))
    unheard = replace(ghost, act="apply", change={**ghost.change, "id": "never in force"})
    found = force_faults(program.url, program.warehouse, [unheard])
    assert found == ["applied: lost never in force"]


@pytest.fixture
def own_warehouse(tmp_path: Path, tiny_warehouse: Path) -> Path:
    """A warehouse that is told what is in force; its files are shared and never changed."""
    return Path(shutil.copytree(tiny_warehouse, tmp_path / "own", copy_function=os.link))


@pytest.mark.wide
def test_nothing_acknowledged_is_lost_by_two_kills(tmp_path: Path, own_warehouse: Path) -> None:
    program = Program(new_sqlite(tmp_path), tmp_path / "audit", own_warehouse)
    _nothing_is_lost(program, kills=2)


@pytest.mark.drill
def test_nothing_acknowledged_is_lost_by_ten_kills(
    empty_database_url: sa.URL, tmp_path: Path, own_warehouse: Path
) -> None:
    program = Program(empty_database_url, tmp_path / "audit", own_warehouse)
    _nothing_is_lost(program, kills=10)


@pytest.mark.drill
def test_answers_before_the_commit_turn_the_judge_red(tmp_path: Path, own_warehouse: Path) -> None:
    product = product_copy(tmp_path / "product")
    plant(product, _ONCE, "def answered(", _EARLY)
    program = Program(new_sqlite(tmp_path), tmp_path / "audit", own_warehouse, product)
    try:
        drill = _killed(program, 1, seed=7)
    finally:
        program.stop()
    assert any(each.startswith("steps: lost") for each in faults(program.url, drill.told))


@pytest.mark.drill
def test_acts_done_again_for_the_same_key_turn_the_judge_red(
    tmp_path: Path, own_warehouse: Path
) -> None:
    product = product_copy(tmp_path / "product")
    plant(product, _ONCE, "kept = _kept(connection, call)", "kept = None")
    plant(product, _ONCE, "            _keep(plane, connection, call, told)", "            pass")
    program = Program(new_sqlite(tmp_path), tmp_path / "audit", own_warehouse, product)
    try:
        drill = _killed(program, 1, seed=7)
    finally:
        program.stop()
    assert any(each.startswith("changes: invented") for each in faults(program.url, drill.told))


@pytest.mark.drill
def test_rows_noted_as_told_before_they_are_turn_the_judge_red(
    tmp_path: Path, own_warehouse: Path
) -> None:
    product = product_copy(tmp_path / "product")
    plant(product, _OUTBOX, _SENT, _NOTED_FIRST)
    program = Program(new_sqlite(tmp_path), tmp_path / "audit", own_warehouse, product)
    try:
        drill = _killed(program, 2, seed=7)
    finally:
        program.stop()
    found = force_faults(program.url, program.warehouse, drill.told)
    assert any(each.startswith("applied: lost") for each in found), found
