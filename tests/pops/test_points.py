"""Points of presence: quick to follow, and true to their last good rules when alone."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import monotonic

import httpx
import pytest

from dashboard.backend.ofrep.ledger import Ledger
from dashboard.backend.ofrep.routes import Edge
from dashboard.control.edge import Outcome, Snapshot
from dashboard.geofence.flags import compiled, digest
from dashboard.geofence.rule import Rule, Surface
from dashboard.pops import point as points
from dashboard.pops.kept import Kept
from dashboard.pops.point import Point
from dashboard.pops.program import POPS, Fleet, running
from dashboard.pops.traffic import Asked, requests
from tests.backend.edges import Rules, serving
from tests.conditions import comes_true
from tests.geofence.ruling import rule
from tests.servers import free_port

CLOSED = rule(window={"since": "2020-01-01T00:00:00"})
_CHANGE_SECONDS, _KILL_SECONDS = 5.0, 2.0


@contextmanager
def a_fleet(fleet: Fleet) -> Iterator[None]:
    """A fleet that runs until the block ends."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(running(fleet))

    def run() -> None:
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


def test_twelve_points_follow_a_change_and_a_kill(tmp_path: Path) -> None:
    held, ledger = Rules(), Ledger()
    with serving(Edge(held.live, ledger)) as address, a_fleet(Fleet(address, tmp_path)):
        comes_true(lambda: _all_run(ledger, 1))
        change = _seconds_until(ledger, held, CLOSED)
        comes_true(lambda: ledger.served()["IN", Outcome.REDIRECTED] > 0)
        kill = _seconds_until(ledger, held)
        redirected = ledger.served()["IN", Outcome.REDIRECTED]
    print(f"{len(POPS)} points of presence: change to last acknowledgement {change:.2f} s, "
          f"kill {kill:.2f} s; {redirected:,} requests of India redirected between")  # fmt: skip
    assert change < _CHANGE_SECONDS
    assert kill < _KILL_SECONDS


def _seconds_until(ledger: Ledger, held: Rules, *rules: Rule) -> float:
    begun = monotonic()
    held.change(*rules)
    comes_true(lambda: _all_run(ledger, held.revision))
    return monotonic() - begun


def _all_run(ledger: Ledger, revision: int) -> bool:
    told = ledger.points()
    return len(told) == len(POPS) and {each.revision for each in told} == {revision}


def test_requests_outside_the_rule_go_on(tmp_path: Path) -> None:
    held, ledger = Rules(rules=[CLOSED]), Ledger()
    fleet = Fleet("", tmp_path, names=("bom",), every_seconds=0.05)
    with serving(Edge(held.live, ledger)) as address, a_fleet(_at(fleet, address)):
        comes_true(lambda: sum(ledger.served().values()) > 500)
    served = ledger.served()
    assert served["IN", Outcome.ALLOWED] == 0
    assert served["IN", Outcome.REDIRECTED] > 0
    assert served["IN", Outcome.BLOCKED] > 0
    assert {outcome for country, outcome in served if country == "US"} == {Outcome.ALLOWED}


def test_alone_it_keeps_the_last_good_rules_and_is_a_straggler(tmp_path: Path) -> None:
    held, ledger, port = Rules(rules=[CLOSED]), Ledger(), free_port()
    with serving(Edge(held.live, ledger), port) as address:
        assert _polled(address, tmp_path, 1)[0]
    [told] = ledger.points()
    is_heard, alone = _polled(address, tmp_path, 1)
    assert not is_heard
    assert alone.revision == 1
    assert alone.outcome(Asked("IN", Surface.APP)) is Outcome.REDIRECTED
    held.change()
    assert told.is_straggler(held.revision, told.heard_at)
    with serving(Edge(held.live, ledger), port):
        assert _polled(address, tmp_path, 1)[1].revision == 2
    assert not ledger.points()[0].is_straggler(2, ledger.points()[0].heard_at)


def test_without_rules_it_lets_nobody_in(tmp_path: Path) -> None:
    _, empty = _polled(f"http://127.0.0.1:{free_port()}", tmp_path, 1)
    assert not empty.has_rules
    assert empty.outcome(Asked("US", Surface.APP)) is Outcome.BLOCKED


def test_what_was_altered_or_cannot_be_followed_changes_nothing(tmp_path: Path) -> None:
    for bad in _bad_snapshots():
        point = _offered(tmp_path, bad)
        assert point.revision == 1
        assert point.outcome(Asked("IN", Surface.APP)) is Outcome.REDIRECTED


def test_the_proof_sees_an_edge_that_does_not_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "is_whole", lambda _: True)
    assert _offered(tmp_path, _bad_snapshots()[0]).revision == 2


def test_a_kept_file_that_was_altered_is_not_read(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "bom")
    kept.write(_snapshot(1, compiled([CLOSED])))
    path = tmp_path / "bom.json"
    path.write_text(path.read_text().replace("block_all", "allow"))
    assert kept.read() is None


def test_requests_not_heard_of_are_told_again(tmp_path: Path) -> None:
    ledger, port = Ledger(), free_port()
    edge = Edge(Rules().live, ledger)

    async def story() -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            point = Point("bom", client, Kept(tmp_path, "bom"))
            with serving(edge, port):
                await point.poll()
            point.serve(next(requests("seed", 40)))
            await point.poll()
            with serving(edge, port):
                await point.poll()

    asyncio.run(story())
    assert sum(ledger.served().values()) == 40


def test_traffic_is_the_same_for_the_same_seed() -> None:
    one, same, other = (list(islice(requests(seed, 30), 3)) for seed in ("a", "a", "b"))
    assert one == same
    assert one != other


def _at(fleet: Fleet, address: str) -> Fleet:
    return Fleet(address, fleet.folder, fleet.names, fleet.every_seconds)


def _polled(address: str, folder: Path, times: int) -> tuple[bool, Point]:
    """A new point of presence that polled so often, and whether it was heard the last time."""

    async def polled() -> tuple[bool, Point]:
        is_heard = False
        async with httpx.AsyncClient(base_url=address, timeout=2) as client:
            point = Point("bom", client, Kept(folder, "bom"))
            for _ in range(times):
                is_heard = await point.poll()
        return is_heard, point

    return asyncio.run(polled())


def _offered(folder: Path, bad: Snapshot) -> Point:
    """A point of presence that runs revision 1 and is then sent something else."""
    sent = [_snapshot(1, compiled([CLOSED])), bad]

    def answer(request: httpx.Request) -> httpx.Response:
        is_snapshot = request.method == "GET"
        return httpx.Response(200, text=sent.pop(0).model_dump_json() if is_snapshot else "")

    async def polled() -> Point:
        transport = httpx.MockTransport(answer)
        async with httpx.AsyncClient(base_url="http://edge", transport=transport) as client:
            point = Point("bom", client, Kept(folder, "bom"))
            await point.poll()
            await point.poll()
        return point

    return asyncio.run(polled())


def _bad_snapshots() -> list[Snapshot]:
    altered = _snapshot(2, compiled([])).model_copy(update={"sha256": "0" * 64})
    return [altered, _snapshot(2, b'{"flags": {"geofence.app": {"state": "?"}}}'),
            _snapshot(2, b"[]"), _snapshot(2, b"{")]  # fmt: skip


def _snapshot(revision: int, text: bytes) -> Snapshot:
    return Snapshot(revision=revision, sha256=digest(text), definitions=text.decode())
