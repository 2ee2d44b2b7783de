"""Whatever is done or refused stands in the audit, and nobody changes a row of it unseen."""

import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
import rfc8785
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dashboard import verify_audit
from dashboard.access.roles import Role
from dashboard.backend.audit.checkpoints import CHECKPOINTS_NAME, PUBLIC_KEY_NAME, Checkpoints
from dashboard.backend.audit.entries import Entry, canonical
from dashboard.backend.audit.log import append, exported, head, origin, text_of
from dashboard.backend.database import Database
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT, AUDIT_TEXTS
from dashboard.control.wire import AuditQuestion, ClockSetting
from dashboard.errors import ActRefused, DatabaseUnready
from tests.backend.served import asked, header_of, served
from tests.servers import ROOT

BAN = ClockSetting(at=datetime(2020, 6, 29, 9, tzinfo=UTC))
ROWS = 40
KINDS = ("edit", "delete", "swap", "insert", "truncate", "rewrite")
TIMES = 100


def _filled(plane: ControlPlane, rows: int = ROWS) -> None:
    for number in range(rows):
        entry = Entry("clock.set", f"person {number % 3}", "clock", before=number, after=number + 1)
        with plane.database.writing() as connection:
            plane.record(connection, entry)


def _signed(plane: ControlPlane) -> None:
    with plane.database.reading() as connection:
        installation = origin(connection)
    Checkpoints(plane.audit_folder, installation, plane.audit_head).sign()


def _exported(plane: ControlPlane) -> list[str]:
    return list(exported(plane.database))


def _verified(plane: ControlPlane, path: Path) -> tuple[int, str]:
    """The exit code and what was said, by the verifier as a file alone in an empty folder."""
    alone = path.with_name("verifier.py")
    alone.write_text(Path(verify_audit.__file__).read_text())
    folder = plane.audit_folder
    command = [sys.executable, "-I", str(alone), str(path)]
    command += ["--checkpoints", str(folder / CHECKPOINTS_NAME)]
    command += ["--key", str(folder / PUBLIC_KEY_NAME)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent, check=False)
    return done.returncode, done.stdout + done.stderr


def test_setting_the_clock_and_being_refused_both_stand_in_it(
    plane: ControlPlane, demo_plane: ControlPlane
) -> None:
    with asked(demo_plane, Role.AUDITOR) as client:
        client.set_clock(BAN)
    with asked(plane, Role.AUDITOR) as client:
        with pytest.raises(ActRefused):
            client.set_clock(BAN)
        refused, done = client.audit(AuditQuestion(event="clock.set")).rows
    assert (done.result, done.after) == ("done", '"2020-06-29T09:00:00.000000Z"')
    assert done.before.startswith('"2020-07-30')
    assert refused.result == "refused"


def test_without_its_row_nothing_is_changed(demo_plane: ControlPlane) -> None:
    """A hundred times the audit cannot be written, and a hundred times the clock stays."""
    before = demo_plane.now()
    with demo_plane.database.writing() as connection:
        connection.exec_driver_sql("alter table audit rename to audit_elsewhere")
    with served(demo_plane) as address:
        answer = httpx.put(
            f"{address}/v1/clock",
            json=BAN.model_dump(mode="json"),
            headers=header_of(demo_plane, Role.AUDITOR),
        )
    assert answer.status_code in {500, 503}
    for _ in range(TIMES):
        with pytest.raises((sa.exc.DBAPIError, DatabaseUnready)):
            _set_and_record(demo_plane)
    after = demo_plane.now()
    assert after.now - before.now == after.wall_at - before.wall_at


def _set_and_record(plane: ControlPlane) -> None:
    with plane.database.writing() as connection:
        plane.clock.set(connection, BAN.at, plane.wall())
        plane.record(connection, Entry("clock.set", "p1", "clock"))


@pytest.mark.parametrize("act", ["update audit set body = '{}'", "delete from audit"])
def test_the_database_itself_refuses_to_change_a_row(plane: ControlPlane, act: str) -> None:
    _filled(plane, 3)
    with pytest.raises((sa.exc.DBAPIError, DatabaseUnready)), plane.database.writing() as writing:
        writing.exec_driver_sql(act)
    with plane.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(AUDIT)).scalar() == 3


def test_an_export_that_nobody_reads_to_its_end_keeps_nobody_from_the_database(
    plane: ControlPlane,
) -> None:
    for target in ("one", "two"):
        plane.record_refusal(Entry("tried", "somebody", target))
    database = Database(plane.database.engine.url, patience_seconds=0.05)
    with closing(database):
        begun = [exported(database) for _ in range(20)]
        assert len({next(each) for each in begun}) == 1
        assert all('"target":"one"' in next(each) for each in begun)
        with database.reading() as connection:
            assert head(connection).size == 2
        assert [len(list(each)) for each in begun] == [1] * 20


def test_rows_number_without_a_gap_and_each_follows_the_one_before(plane: ControlPlane) -> None:
    _filled(plane)
    installation, *lines = _exported(plane)
    assert [json.loads(line)["body"]["seq"] for line in lines] == list(range(1, ROWS + 1))
    assert len({json.loads(line)["hash"] for line in lines}) == ROWS
    assert len(json.loads(installation)["installation"]) == 32


def test_a_whole_audit_is_found_whole_by_a_file_that_stands_alone(
    plane: ControlPlane, tmp_path: Path
) -> None:
    _filled(plane)
    _signed(plane)
    path = tmp_path / "audit.jsonl"
    with served(plane) as address:
        path.write_text(
            httpx.get(f"{address}/v1/audit/export", headers=header_of(plane, Role.AUDITOR)).text
        )
    assert _verified(plane, path) == (
        0, f"WHOLE {ROWS} rows, 1 checkpoints, signed up to row {ROWS}\n",
    )  # fmt: skip
    with asked(plane, Role.AUDITOR) as client:
        state = client.audit_state()
    assert (state.size, state.signed_size, state.finding) == (ROWS, ROWS, "")


def _tampered(kind: str, lines: Sequence[str], chance: random.Random) -> list[str]:
    """The lines of an export after one act of each kind, by one who cannot sign."""
    first, *rows = lines
    at = chance.randrange(1, len(rows) - 1)
    if kind == "edit":
        rows[at] = rows[at].replace(f'"after":{at + 1}', f'"after":{at + 900}')
    elif kind == "delete":
        del rows[at]
    elif kind == "swap":
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
    elif kind == "insert":
        rows.insert(at, rows[at])
    elif kind == "truncate":
        del rows[at:]
    else:
        return _rewritten(first, rows, at)
    return [first, *rows]


def _rewritten(first: str, rows: list[str], at: int) -> list[str]:
    """The rows with one edited, and every hash from there on made anew."""
    previous = json.loads(rows[at - 1])["hash"]
    new = []
    for number, row in enumerate(rows[at:], start=at):
        body = row[len('{"body":') : row.rindex(',"hash":"')]
        body = body.replace(f'"after":{at + 1}', f'"after":{at + 900}') if number == at else body
        previous = verify_hash(previous, body)
        new.append(f'{{"body":{body},"hash":"{previous}"}}\n')
    return [first, *rows[:at], *new]


def verify_hash(previous: str, body: str) -> str:
    """What the chain's rule gives, written down once more."""
    import hashlib

    return hashlib.sha256(b"audit-v1\x00" + bytes.fromhex(previous) + body.encode()).hexdigest()


@pytest.mark.wide
@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_tamperings_of_each_kind_are_all_found(
    plane: ControlPlane, tmp_path: Path, kind: str
) -> None:
    _filled(plane)
    _signed(plane)
    lines, chance = _exported(plane), random.Random(kind)
    path = tmp_path / "audit.jsonl"
    folder = plane.audit_folder
    words = [str(path), "--checkpoints", str(folder / CHECKPOINTS_NAME)]
    words += ["--key", str(folder / PUBLIC_KEY_NAME)]
    codes = []
    for _ in range(TIMES):
        path.write_text("".join(_tampered(kind, lines, chance)))
        codes.append(verify_audit.main(words))
    assert codes == [verify_audit.TAMPERED] * TIMES


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sqlite_file_is_checked_as_it_lies_there(plane: ControlPlane, tmp_path: Path) -> None:
    _filled(plane)
    _signed(plane)
    path = tmp_path / "copy.db"
    with plane.database.reading() as connection:
        connection.rollback()
        raw = sqlite3.connect(str(plane.database.engine.url.database))
        raw.execute("vacuum into ?", [str(path)])
        raw.close()
    assert _verified(plane, path)[0] == verify_audit.WHOLE
    edit = sqlite3.connect(path)
    edit.executescript(
        "drop trigger audit_is_not_updated; update audit set actor = 'x' where seq = 7"
    )
    edit.close()
    code, said = _verified(plane, path)
    assert (code, "row 7: content" in said) == (verify_audit.TAMPERED, True)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        (CHECKPOINTS_NAME, lambda text: text.replace(f"\n{ROWS}\n", f"\n{ROWS - 1}\n")),
        (PUBLIC_KEY_NAME, lambda _text: "A" * 43 + "=\n"),
    ],
)
def test_a_forged_checkpoint_or_a_foreign_key_is_found(
    plane: ControlPlane, tmp_path: Path, name: str, spoil: Callable[[str], str]
) -> None:
    _filled(plane)
    _signed(plane)
    path = tmp_path / "audit.jsonl"
    path.write_text("".join(_exported(plane)))
    spoilt = plane.audit_folder / name
    spoilt.write_text(spoil(spoilt.read_text()))
    code, said = _verified(plane, path)
    assert (code, "checkpoint" in said) == (verify_audit.TAMPERED, True)


def test_what_is_no_audit_is_told_apart_from_one_that_was_tampered_with(
    plane: ControlPlane, tmp_path: Path
) -> None:
    _filled(plane, 3)
    _signed(plane)
    path = tmp_path / "audit.jsonl"
    path.write_text("not an audit\n")
    assert _verified(plane, path)[0] == verify_audit.UNREADABLE


def test_a_sentence_is_named_by_its_salted_hash_and_can_be_erased(
    plane: ControlPlane, tmp_path: Path
) -> None:
    reason = "Order 12 of the ministry, received by Ms Rao"
    with plane.database.writing() as connection:
        now = plane.wall()
        for _ in range(2):
            entry = Entry("geofence.drafted", "p1", "g1", reason=reason)
            append(connection, entry, wall_at=now, platform_at=now)
    _signed(plane)
    lines = _exported(plane)
    assert not any("Rao" in line for line in lines)
    one, other = (json.loads(line)["body"]["reason"] for line in lines[1:])
    assert one != other, "equal sentences must not be seen to be equal"
    with plane.database.writing() as connection:
        assert text_of(connection, one) == reason
        connection.execute(sa.delete(AUDIT_TEXTS))
    with asked(plane, Role.AUDITOR) as client:
        assert {row.reason for row in client.audit(AuditQuestion()).rows} == {"erased"}
        assert client.audit_state().finding == ""


def test_rows_are_found_by_who_what_and_when(plane: ControlPlane) -> None:
    _filled(plane, 9)
    with asked(plane, Role.AUDITOR) as client:
        of_one = client.audit(AuditQuestion(actor="person 1")).rows
        newest = client.audit(AuditQuestion(limit=4)).rows
        older = client.audit(AuditQuestion(limit=4, before_seq=newest[-1].seq)).rows
        none = client.audit(AuditQuestion(until=newest[-1].wall_at, since=newest[-1].wall_at)).rows
    assert [row.seq for row in of_one] == [8, 5, 2]
    assert [row.seq for row in (*newest, *older)] == list(range(9, 1, -1))
    assert none == ()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(
            st.characters(exclude_categories=["Cs"])
        ),
        lambda inner: st.lists(inner) | st.dictionaries(
            st.text(st.characters(max_codepoint=126), max_size=5), inner
        ),
        max_leaves=8,
    )
)  # fmt: skip
def test_the_canonical_form_is_that_of_the_standard(value: object) -> None:
    ours = canonical(value)
    assert ours.encode() == rfc8785.dumps(json.loads(ours))
    assert canonical(json.loads(ours)) == ours


@pytest.mark.parametrize("value", [1.5, float("nan"), {"é": 1}, "\ud800", {1, 2}])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_a_checkpoint_is_signed_every_thousand_rows_and_at_the_end(plane: ControlPlane) -> None:
    with plane.database.reading() as connection:
        installation = origin(connection)
    checkpoints = Checkpoints(plane.audit_folder, installation, plane.audit_head)
    checkpoints.start()
    _filled(plane, 5)
    checkpoints.stop()
    with asked(plane, Role.AUDITOR) as client:
        assert client.audit_state().signed_size == 5
    mode = (plane.audit_folder / "audit.key").stat().st_mode
    assert mode & 0o077 == 0


def test_the_command_line_leads_to_the_verifier(plane: ControlPlane, tmp_path: Path) -> None:
    _filled(plane, 3)
    _signed(plane)
    path = tmp_path / "audit.jsonl"
    path.write_text("".join(_exported(plane)))
    command = [sys.executable, "-X", "importtime", "-m", "dashboard", "verify-audit", str(path)]
    command += ["--checkpoints", str(plane.audit_folder / CHECKPOINTS_NAME)]
    command += ["--key", str(plane.audit_folder / PUBLIC_KEY_NAME)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout[:5]) == (0, "WHOLE")
    loaded = {line.split("|")[-1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert {name for name in loaded if name.startswith("dashboard.")} == {"dashboard.verify_audit"}


def test_hashes_follow_in_a_chain(plane: ControlPlane) -> None:
    _filled(plane, 6)
    _, *lines = _exported(plane)
    for one, next_one in pairwise(lines):
        body = next_one[len('{"body":') : next_one.rindex(',"hash":"')]
        assert json.loads(next_one)["hash"] == verify_hash(json.loads(one)["hash"], body)
