"""Passwords of the embedded provider: hashed with argon2id, and tried ten times at most."""

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from dashboard.backend.audit.entries import Entry
from dashboard.backend.identity.demo import is_of_demo
from dashboard.backend.identity.people import person_of
from dashboard.backend.identity.refusals import record_capped
from dashboard.backend.identity.sessions import end_sessions_of
from dashboard.backend.identity.tries import Limit, count, forget, seen
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import PASSWORDS

LEAST, MOST = 12, 200
TRIES_OF_NAME = Limit("password of name", 10, timedelta(minutes=15))
TRIES_OF_ADDRESS = Limit("password from address", 100, timedelta(minutes=15))
# 19 MiB, twice, as OWASP's cheat sheet on storing passwords asks at least.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS = 5.0
_FEWEST_SIGNS = 5
_SIGNS = 22
"""How long a one-time password is: of 64 signs, 22 hold 132 bits."""
_COMMON_TEXT = """
123456789012 1234567890123 12345678901234 password1234 password12345 passwordpassword
qwertyuiop123 qwertyuiopas qwerty123456 letmeinletmein iloveyou1234 administrator
administrator1 changemeplease changeme1234 welcome12345 welcome123456 correcthorse
correcthorsebatterystaple trustno1trustno1 abcdefghijkl abcdef123456 1q2w3e4r5t6y
zaq12wsxcde3 adminadminadmin admin1234567 football1234 dragon123456 monkey123456
sunshine1234 princess1234 superman1234 baseball1234 summer202020 winter202020
"""
_COMMON = frozenset(_COMMON_TEXT.split())
_STAND_IN = _HASHER.hash(secrets.token_urlsafe(16))
"""What is compared for a name that nobody has, so that it takes as long as any other."""


class Verdict(StrEnum):
    """What became of a name and a password."""

    RIGHT = "right"
    MUST_CHANGE = "must change"
    WRONG = "wrong"
    TOO_OFTEN = "too often"


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody's try: the name and the password they typed, and the address they came from."""

    name: str
    password: str
    address: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a try, and whose name it was; nobody's where there is none of that name."""

    verdict: Verdict
    person: str


def plain_name(name: str) -> str:
    """A name as it is compared: without its capitals and the space around it."""
    return unicodedata.normalize("NFKC", name).strip().casefold()[:MOST]


def tried(plane: ControlPlane, attempt: Try) -> Tried:
    """Whether a password is the one of a name; counted before it is looked at, and audited."""
    name = plain_name(attempt.name)
    with plane.database.reading() as connection:
        row = connection.execute(sa.select(PASSWORDS).where(PASSWORDS.c.name == name)).first()
        person = "" if row is None else _open_person(plane, connection, row.person)
    if not _is_allowed(plane, name, attempt.address):
        return _refused(plane, person, Verdict.TOO_OFTEN)
    hashed = row.hash if row is not None and person else _STAND_IN
    if not _is_hash_of(hashed, attempt.password) or row is None or not person:
        return _refused(plane, person, Verdict.WRONG)
    with plane.database.writing() as connection:
        forget(connection, TRIES_OF_NAME, name)
    return Tried(Verdict.MUST_CHANGE if row.must_change else Verdict.RIGHT, person)


def weakness_of(password: str, name: str) -> str:
    """Why a password cannot be taken, in a sentence; nothing for one that can."""
    if not LEAST <= len(password) <= MOST:
        return f"A password has {LEAST} to {MOST} letters."
    plain = plain_name(password)
    if plain.replace(" ", "") in _COMMON or len(set(plain)) < _FEWEST_SIGNS:
        return "That password is among the first that are guessed."
    if plain_name(name) in plain:
        return "A password does not hold the name."
    return ""


def new_one_time(
    connection: sa.Connection, person: str, *, name: str, now: datetime, secret: str = ""
) -> str:
    """A password for the first sign-in of a person of that name, which has to be changed then.

    It is made of ``secret``, of chance where there is none.
    """
    password = one_time_of(secret or secrets.token_urlsafe(_SIGNS))
    connection.execute(
        sa.insert(PASSWORDS).values(
            name=plain_name(name), person=person, hash=_hashed(password), must_change=True,
            set_at=now,
        )
    )  # fmt: skip
    return password


def one_time_of(secret: str) -> str:
    """The one-time password that is made of a secret: so many of its signs as somebody types."""
    return secret[:_SIGNS]


def is_one_time(connection: sa.Connection, person: str, password: str) -> bool:
    """Whether that is still the password of somebody who has not changed it yet."""
    row = connection.execute(sa.select(PASSWORDS).where(PASSWORDS.c.person == person)).first()
    return row is not None and row.must_change and _is_hash_of(row.hash, password)


def set_own(plane: ControlPlane, person: str, password: str) -> None:
    """Give somebody who just proved who they are a password of their own.

    Whoever knew the one before and signed in with it is out.
    """
    hashed = _hashed(password)
    with plane.database.writing() as connection:
        theirs = sa.update(PASSWORDS).where(PASSWORDS.c.person == person)
        now = plane.wall()
        connection.execute(theirs.values(hash=hashed, must_change=False, set_at=now))
        end_sessions_of(connection, person, now=now)
        plane.record(connection, Entry("password.changed", person, person))


def name_of(connection: sa.Connection, person: str) -> str | None:
    """The name that a person signs in with; None for somebody without a password."""
    query = sa.select(PASSWORDS.c.name).where(PASSWORDS.c.person == person)
    found: str | None = connection.execute(query).scalar()
    return found


def _open_person(plane: ControlPlane, connection: sa.Connection, id: str) -> str:
    person = person_of(connection, id)
    is_open = person is not None and person.is_active
    return id if is_open and (plane.is_demo or not is_of_demo(id)) else ""


def _is_allowed(plane: ControlPlane, name: str, address: str) -> bool:
    """Whether there is a try left, which is then taken; who has none left writes nothing."""
    now, limits = plane.wall(), ((TRIES_OF_NAME, name), (TRIES_OF_ADDRESS, address))
    with plane.database.reading() as connection:
        if any(seen(connection, limit, who, now=now) >= limit.most for limit, who in limits):
            return False
    with plane.database.writing() as connection:
        numbers = [(count(connection, limit, who, now=now), limit) for limit, who in limits]
    return all(number <= limit.most for number, limit in numbers)


def _refused(plane: ControlPlane, person: str, verdict: Verdict) -> Tried:
    # What was typed as a name may be a password, so a name that nobody has is not repeated.
    who = person or "nobody"
    record_capped(plane, Entry("session.refused", who, who, after={"why": verdict.value}))
    return Tried(verdict, person)


def _hashed(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(_plain(password))


def _is_hash_of(hashed: str, password: str) -> bool:
    if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
        return False
    try:
        return _HASHER.verify(hashed, _plain(password))
    except VerificationError:
        return False
    finally:
        _AT_ONCE.release()


def _plain(password: str) -> bytes:
    # The same letters can be typed as different signs on different keyboards (RFC 8265).
    return unicodedata.normalize("NFC", password[: MOST + 1]).encode()
