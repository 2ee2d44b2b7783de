"""The exchange: a person's ID token becomes a short token for this control plane (RFC 8693).

Whoever asks proves to be the dashboard with a statement that is good once (RFC 7523), so that an ID
token alone, out of a stolen cookie, opens nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Error,
)
from authlib.oauth2.rfc7523.client import ASSERTION_TYPE
from joserfc import jwt
from pydantic import BaseModel

from dashboard.backend.identity.accounts import person_of_account
from dashboard.backend.identity.foreign import ForeignProvider, signed_part
from dashboard.backend.identity.sessions import actor_of, session_from, start_session
from dashboard.backend.identity.tokens import AUDIENCE, LONGEST, UNREADABLE, EpochSeconds
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import SPENT_ASSERTIONS
from dashboard.control.keys import ALGORITHM, DASHBOARD, LONGEST_ASSERTION, opened_key
from dashboard.control.people import ACCESS_TOKEN, ID_TOKEN, TokenAnswer
from dashboard.errors import NotSignedIn

_LEEWAY_SECONDS = 5


class _Statement(BaseModel):
    """What the dashboard's statement says that is not compared: when it is over, and its name."""

    exp: EpochSeconds
    jti: str


@dataclass(frozen=True)
class Exchange:
    """The exchange of one control plane, and the provider whose tokens it takes, if another's."""

    plane: ControlPlane
    foreign: ForeignProvider | None = None

    def token(self, form: Mapping[str, str]) -> TokenAnswer:
        """A token for the person of an ID token; raises OAuth2Error."""
        self._prove_client(form)
        _check(form)
        now = self.plane.wall()
        subject = form.get("subject_token", "")
        try:
            session = self._foreign(subject) if self.foreign else self._own(subject, now)
            with self.plane.database.reading() as connection:
                actor = actor_of(connection, session, now=now)
        except NotSignedIn as over:
            raise InvalidGrantError(str(over)) from over
        minted = self.plane.tokens.minted(
            person=actor.person, session=session, now=now, asked_by=DASHBOARD
        )
        return TokenAnswer(access_token=minted, expires_in=int(LONGEST.total_seconds()))

    def _own(self, subject: str, now: datetime) -> str:
        """The session that one of our own ID tokens names; raises NotSignedIn."""
        return self.plane.tokens.subject_of(subject, self.plane.issuer, now=now)

    def _foreign(self, subject: str) -> str:
        """The session of a foreign ID token, begun when it comes for the first time."""
        assert self.foreign is not None
        now = self.plane.wall()
        account = self.foreign.account(subject, now=now)
        origin = hashlib.sha256(signed_part(subject)).hexdigest()
        with self.plane.database.reading() as connection:
            found = session_from(connection, origin)
        if found is not None:
            return found
        account.refuse_over(now)
        with self.plane.database.writing() as connection:
            # Two of the person's tabs may come at once.
            return session_from(connection, origin) or start_session(
                connection, person_of_account(self.plane, connection, account),
                signed_in_at=account.signed_in_at, now=now, origin=origin,
            )  # fmt: skip

    def _prove_client(self, form: Mapping[str, str]) -> None:
        """Refuse whoever is not the dashboard; raises InvalidClientError."""
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise InvalidClientError(description="The dashboard proves itself with a key.")
        now = self.plane.wall()
        claims = self._claims(form.get("client_assertion", ""), now)
        until = datetime.fromtimestamp(claims.exp, UTC)
        if until - now > LONGEST_ASSERTION + timedelta(seconds=_LEEWAY_SECONDS):
            raise InvalidClientError(description="The statement is good for too long.")
        # By its name and not its bytes: a signature can be written in two ways.
        with self.plane.database.writing() as connection:
            is_new = _spend(connection, claims.jti, until=until, now=now)
        if not is_new:
            raise InvalidClientError(description="The statement was used before.")

    def _claims(self, statement: str, now: datetime) -> _Statement:
        places = [self.plane.base_url, f"{self.plane.issuer}/token"]
        wanted = jwt.JWTClaimsRegistry(
            int(now.timestamp()), _LEEWAY_SECONDS,
            iss={"essential": True, "value": DASHBOARD},
            sub={"essential": True, "value": DASHBOARD},
            aud={"essential": True, "values": places}, exp={"essential": True},
            jti={"essential": True},
        )  # fmt: skip
        try:
            key = opened_key(self.plane.sign_in.dashboard_key)
            read = jwt.decode(statement, key, algorithms=[ALGORITHM])
            wanted.validate(read.claims)
            claims = _Statement.model_validate(read.claims)
        except UNREADABLE as wrong:
            raise InvalidClientError(description="This is not the dashboard's key.") from wrong
        return claims


def _spend(connection: sa.Connection, name: str, *, until: datetime, now: datetime) -> bool:
    """Whether a statement of that name is used for the first time; it is not again."""
    digest, over = hashlib.sha256(name.encode()).hexdigest(), now - timedelta(minutes=1)
    table = SPENT_ASSERTIONS
    connection.execute(sa.delete(table).where(table.c.until < over))
    if connection.execute(sa.select(table).where(table.c.hash == digest)).first() is not None:
        return False
    connection.execute(sa.insert(table).values(hash=digest, until=until))
    return True


def _check(form: Mapping[str, str]) -> None:
    if form.get("subject_token_type") != ID_TOKEN or not form.get("subject_token"):
        raise InvalidRequestError("The subject_token is a person's ID token.")
    if form.get("audience") != AUDIENCE:
        raise OAuth2Error("Tokens are for the control plane alone.", error="invalid_target")
    if form.get("requested_token_type", ACCESS_TOKEN) != ACCESS_TOKEN:
        raise InvalidRequestError("There are access tokens alone.")
    if "actor_token" in form or "scope" in form or "resource" in form:
        raise InvalidRequestError("Nobody acts for somebody else, and rights are not asked for.")
