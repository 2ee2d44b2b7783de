"""Checks an audit without trusting the program that wrote it: this file stands alone.

    python dashboard/verify_audit.py AUDIT --checkpoints FILE --key FILE

AUDIT is a SQLite database or an export in JSON Lines. It needs Python's standard library and one
package, ``cryptography``, for the signatures. It ends with 0 where every row and every checkpoint
holds, with 1 where the audit was tampered with, naming the first bad row and how, and with 2 where
it cannot be read. Rows are chained as ``SHA-256("audit-v1" 0x00 previous body)``.
"""

import argparse
import base64
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

_DOMAIN = b"audit-v1\x00"
_SQLITE_MAGIC = b"SQLite format 3\x00"
_SIGNER = "control-plane"
_ED25519 = b"\x01"
_SLACK = timedelta(seconds=5)
WHOLE, TAMPERED, UNREADABLE = 0, 1, 2


class Unreadable(Exception):
    """What was given is no audit, or cannot be read."""


class Tampered(Exception):
    """A row or checkpoint that is not as it was written."""

    def __init__(self, seq: int, kind: str, why: str) -> None:
        """Name the row, the kind of tampering and what gives it away."""
        super().__init__(f"row {seq}: {kind}: {why}")
        self.seq = seq
        self.kind = kind


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement of how long the chain was and what it hashed to."""

    installation: str
    size: int
    hash: str


def rows_of(path: Path) -> tuple[str, Iterator[tuple[str, str]]]:
    """The installation, and each row's body and hash in order; raises Unreadable."""
    try:
        with path.open("rb") as file:
            is_sqlite = file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC
        return _from_sqlite(path) if is_sqlite else _from_lines(path)
    except (OSError, sqlite3.Error, ValueError, KeyError, TypeError) as wrong:
        raise Unreadable(f"{path} cannot be read as an audit: {wrong}") from wrong


def checkpoints_of(path: Path, key: bytes) -> list[Checkpoint]:
    """The checkpoints of a file; raises Tampered for one whose signature does not hold."""
    parts = path.read_text(encoding="utf-8").split("\n\n")
    # What follows the last note is nothing, or a note that was cut off while it was written.
    notes = zip(parts[::2], parts[1::2], strict=False)
    return [_checkpoint(text, signed, key) for text, signed in notes]


def verify(
    installation: str, rows: Iterator[tuple[str, str]], checkpoints: Sequence[Checkpoint]
) -> int:
    """How many rows hold, which is all of them; raises Tampered for the first that does not."""
    expected = {point.size: point for point in checkpoints}
    previous = hashlib.sha256(_DOMAIN + installation.encode()).digest()
    seq, latest = 0, None
    for text, digest in rows:
        seq += 1
        said = _parsed(text, seq)
        if said.get("seq") != seq:
            raise Tampered(seq, "order", f"the row says that it is number {said.get('seq')}")
        previous = hashlib.sha256(_DOMAIN + previous + text.encode()).digest()
        if previous.hex() != digest:
            raise Tampered(seq, "content", "its hash is not that of what it says and follows")
        latest = _later(latest, said, seq)
        point = expected.get(seq)
        if point is not None and (point.hash, point.installation) != (digest, installation):
            raise Tampered(seq, "rewritten", "a signed checkpoint has another hash for it")
    longest = max(expected, default=0)
    if longest > seq:
        raise Tampered(seq + 1, "truncated", f"a signed checkpoint tells of {longest} rows")
    return seq


def _from_sqlite(path: Path) -> tuple[str, Iterator[tuple[str, str]]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    [(installation,)] = connection.execute("select installation from audit_origin")
    return installation, _stored(connection)


def _stored(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    columns = "seq, wall_at, event, actor, target, body, hash"
    stored = connection.execute(f"select {columns} from audit order by seq")
    for number, (seq, wall_at, event, actor, target, text, digest) in enumerate(stored, start=1):
        if seq != number:
            raise Tampered(number, "missing", f"the next row that is there is number {seq}")
        said = _parsed(text, number)
        beside = (event, actor, target, wall_at)
        if beside != (*(said.get(n) for n in ("event", "actor", "target")), _microseconds(said)):
            raise Tampered(number, "content", "what stands beside the row is not what it says")
        yield text, digest
    connection.close()


def _from_lines(path: Path) -> tuple[str, Iterator[tuple[str, str]]]:
    with path.open(encoding="utf-8") as file:
        installation = str(json.loads(file.readline())["installation"])
    return installation, _exported(path)


def _exported(path: Path) -> Iterator[tuple[str, str]]:
    head, tail = '{"body":', ',"hash":"'
    with path.open(encoding="utf-8") as file:
        next(file)
        for number, line in enumerate(file, start=1):
            text, found, rest = line.rpartition(tail)
            if not (line.startswith(head) and found and rest.endswith('"}\n')):
                raise Tampered(number, "content", "the line is not as it was exported")
            yield text.removeprefix(head), rest.removesuffix('"}\n')


def _parsed(text: str, seq: int) -> dict[str, object]:
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Tampered(seq, "content", "it is no JSON object")
    return said


def _later(latest: datetime | None, said: dict[str, object], seq: int) -> datetime:
    try:
        at = datetime.fromisoformat(str(said.get("wall_at")))
    except ValueError as wrong:
        raise Tampered(seq, "content", "it has no time") from wrong
    if latest is not None and at < latest - _SLACK:
        raise Tampered(seq, "order", "it is older than the row before it")
    return at if latest is None else max(at, latest)


def _microseconds(said: dict[str, object]) -> int | None:
    try:
        at = datetime.fromisoformat(str(said.get("wall_at")))
    except ValueError:
        return None
    return (at - datetime.fromisoformat("1970-01-01T00:00:00Z")) // timedelta(microseconds=1)


def _checkpoint(text: str, signed: str, key: bytes) -> Checkpoint:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    installation, size, root = (*text.split("\n"), "", "", "")[:3]
    try:
        signature = base64.b64decode(signed.strip().removeprefix(f"\u2014 {_SIGNER} "))
        named = hashlib.sha256(_SIGNER.encode() + b"\n" + _ED25519 + key).digest()[:4]
        if signature[:4] != named:
            raise Tampered(int(size or 0), "checkpoint", "it is signed by another key")
        Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], f"{text}\n".encode())
        return Checkpoint(installation, int(size), base64.b64decode(root).hex())
    except (InvalidSignature, ValueError) as wrong:
        seq = int(size) if size.isdecimal() else 0
        raise Tampered(seq, "checkpoint", "its signature does not hold") from wrong


def main(words: Sequence[str]) -> int:
    """Check what the words name, say what was found, and give the exit code."""
    parser = argparse.ArgumentParser(prog="verify-audit", description=__doc__.splitlines()[0])
    parser.add_argument("audit", type=Path, help="a SQLite database, or an export in JSON Lines")
    parser.add_argument("--checkpoints", type=Path, required=True, help="the signed checkpoints")
    parser.add_argument("--key", type=Path, required=True, help="the public key, in base64")
    asked = parser.parse_args(words)
    try:
        key = base64.b64decode(asked.key.read_text().strip(), validate=True)
        checkpoints = checkpoints_of(asked.checkpoints, key)
        installation, rows = rows_of(asked.audit)
        count = verify(installation, rows, checkpoints)
    except Tampered as found:
        print(f"TAMPERED {found}")
        return TAMPERED
    except (Unreadable, OSError, ValueError, sqlite3.Error) as failed:
        print(f"UNREADABLE {failed}", file=sys.stderr)
        return UNREADABLE
    signed = max((point.size for point in checkpoints), default=0)
    print(f"WHOLE {count} rows, {len(checkpoints)} checkpoints, signed up to row {signed}")
    return WHOLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
