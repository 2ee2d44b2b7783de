"""Tokens: short statements of the control plane that a session's person is asking (RFC 9068).

They say who asks and never what that person may do, which the database is asked for each time.
"""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from joserfc import jwt
from joserfc.errors import JoseError
from pydantic import BaseModel, Field

from dashboard.control.keys import ALGORITHM, DASHBOARD, opened_key
from dashboard.errors import NotSignedIn

ISSUER = "control-plane"
AUDIENCE = "control-plane"
LONGEST = timedelta(seconds=300)
KEY_NAME = "sign-in.key"
_LEEWAY_SECONDS = 30
# joserfc goes through a header's "crit" before it knows that it is a list.
UNREADABLE = (JoseError, ValueError, TypeError)
"""What reading a token that anybody may have written raises."""
EpochSeconds = Annotated[int, Field(ge=0, le=253_000_000_000)]
"""Seconds since 1970 that are an instant, up to the year 9987."""


class _Claims(BaseModel):
    """What a token says."""

    iss: str
    aud: str
    sub: str
    sid: str
    exp: int
    jti: str


class Tokens:
    """The tokens of one control plane, signed by a key beside its audit."""

    def __init__(self, folder: Path, issuer: str) -> None:
        """Open the key of this folder, or make one; raises SettingsError for one that is no key."""
        self.key = opened_key(folder / KEY_NAME)
        self.issuer = issuer

    def minted(self, *, person: str, session: str, now: datetime, asked_by: str) -> str:
        """A token of at most 300 seconds for a session's person, whom ``asked_by`` asks for."""
        claims = {
            "iss": self.issuer, "aud": AUDIENCE, "sub": person, "sid": session,
            "act": {"sub": asked_by}, "iat": int(now.timestamp()),
            "exp": int((now + LONGEST).timestamp()), "jti": secrets.token_urlsafe(12),
        }  # fmt: skip
        header = {"alg": ALGORITHM, "kid": self.key.thumbprint(), "typ": "at+jwt"}
        return jwt.encode(header, claims, self.key)

    def session_of(self, token: str, *, now: datetime) -> str:
        """The session that a token stands for; raises NotSignedIn for one not ours, or over."""
        try:
            read = jwt.decode(token, self.key, algorithms=[ALGORITHM])
            claims = _Claims.model_validate(read.claims)
        except UNREADABLE as wrong:
            raise NotSignedIn("This token is not of this control plane. Sign in again.") from wrong
        is_ours = claims.iss == self.issuer and claims.aud == AUDIENCE
        if not is_ours or read.header.get("typ") != "at+jwt":
            raise NotSignedIn("This token is for something else. Sign in again.")
        if now.timestamp() > claims.exp + _LEEWAY_SECONDS:
            raise NotSignedIn("This token is over; ask for a new one.")
        return claims.sid

    def subject_of(self, token: str, issuer: str, *, now: datetime) -> str:
        """The session that one of our ID tokens names; raises NotSignedIn for any other."""
        wanted = jwt.JWTClaimsRegistry(
            int(now.timestamp()), _LEEWAY_SECONDS, iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": DASHBOARD}, exp={"essential": True},
            sid={"essential": True},
        )  # fmt: skip
        try:
            read = jwt.decode(token, self.key, algorithms=[ALGORITHM])
            wanted.validate(read.claims)
        except UNREADABLE as wrong:
            raise NotSignedIn("This sign-in is not of this control plane, or over.") from wrong
        if read.header.get("typ") != "JWT":
            raise NotSignedIn("This token is for something else. Sign in again.")
        return str(read.claims["sid"])
