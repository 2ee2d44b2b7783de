"""A foreign provider: whether an ID token is one of its for our dashboard, and whose (OIDC Core).

Its keys are fetched from the address that it publishes, kept for an hour, and asked for again when
a token names a key that is not among them, though not oftener than once a minute.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from authlib.oauth2.rfc6749 import OAuth2Error
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from dashboard.backend.identity.tokens import UNREADABLE, EpochSeconds
from dashboard.control.deadlines import exchanged, opened, waited
from dashboard.errors import ControlSilent, NotSignedIn, SettingsError
from dashboard.setting import safe_address
from dashboard.sign_in_settings import OIDC_ISSUER

ALGORITHMS = ("ES256", "RS256", "Ed25519", "EdDSA")
_LEEWAY_SECONDS = 30
_FETCH_SECONDS = 5.0
_KEPT_SECONDS, _AGAIN_SECONDS = 3600.0, 60.0
_LONGEST_SUBJECT, _LONGEST_NAME = 255, 200
_OK = 200


@dataclass(frozen=True, slots=True)
class Account:
    """Whose an ID token is: provider and subject, which is the key; a name, and two instants.

    ``signed_in_at`` is null where the provider did not say.
    """

    issuer: str
    subject: str
    name: str
    signed_in_at: datetime | None
    until: datetime

    def refuse_over(self, now: datetime) -> None:
        """Take no token that is over; raises NotSignedIn."""
        if now >= self.until + timedelta(seconds=_LEEWAY_SECONDS):
            raise NotSignedIn("This sign-in is over. Sign in again.")


class _Claims(BaseModel):
    """What an ID token says that we read."""

    sub: str
    exp: EpochSeconds
    aud: str | list[str]
    azp: str | None = None
    auth_time: EpochSeconds | None = None
    name: str = ""


class _Discovered(BaseModel):
    """What a provider says of itself that we read."""

    issuer: str
    jwks_uri: str


class _KeySet(BaseModel):
    """The keys that a provider publishes."""

    keys: list[dict[str, object]]


class ForeignProvider:
    """One provider, and the name that it knows our dashboard by."""

    def __init__(
        self, issuer: str, client_id: str, fetch: Callable[[str], bytes] | None = None
    ) -> None:
        """Prepare; nothing is asked yet. ``fetch`` gives what lies at an address."""
        self.issuer = issuer
        self.client_id = client_id
        self._fetch = fetch or _fetched
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._asked_at = 0.0

    def account(self, token: str, *, now: datetime) -> Account:
        """Whose an ID token is, over or not; raises NotSignedIn for one that is not for us."""
        try:
            read = self._read(token)
            self._wanted(now).validate({**read.claims, "exp": now.timestamp() + 1})
            claims = _Claims.model_validate(read.claims)
        except UNREADABLE as wrong:
            raise NotSignedIn("This sign-in is not of the provider that counts here.") from wrong
        several = isinstance(claims.aud, list) and len(claims.aud) > 1
        if claims.azp != self.client_id and (several or claims.azp is not None):
            raise NotSignedIn("This sign-in was made for another program.")
        if not 0 < len(claims.sub) <= _LONGEST_SUBJECT:
            raise NotSignedIn("This sign-in names nobody.")
        at = None if claims.auth_time is None else _instant(claims.auth_time)
        if at is not None and at > now + timedelta(seconds=_LEEWAY_SECONDS):
            # It would count as a moment ago until then, and for ten minutes more.
            raise NotSignedIn("This sign-in is still to come, by the provider's clock.")
        name = "".join(filter(str.isprintable, claims.name))[:_LONGEST_NAME] or "No name"
        return Account(self.issuer, claims.sub, name, at, _instant(claims.exp))

    def _wanted(self, now: datetime) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            int(now.timestamp()), _LEEWAY_SECONDS, iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id}, sub={"essential": True},
            iat={"essential": True},
        )  # fmt: skip

    def _read(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._kept_keys(_KEPT_SECONDS), algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(token, self._kept_keys(_AGAIN_SECONDS), algorithms=ALGORITHMS)

    def _kept_keys(self, longest_seconds: float) -> KeySet:
        """The provider's keys, asked for when that is longer ago; those there were, if silent."""
        with self._lock:
            if self._keys is not None and monotonic() - self._asked_at < longest_seconds:
                return self._keys
            try:
                self._keys = self._published()
            except (ControlSilent, JoseError, SettingsError, ValidationError, ValueError) as failed:
                if self._keys is None:
                    raise OAuth2Error(
                        "The provider does not answer.", error="temporarily_unavailable",
                        status_code=503,
                    ) from failed  # fmt: skip
            self._asked_at = monotonic()
            return self._keys

    def _published(self) -> KeySet:
        where = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        said = _Discovered.model_validate_json(self._fetch(where))
        if said.issuer != self.issuer:
            raise ControlSilent("The provider gives itself another name.")
        safe_address(OIDC_ISSUER, said.jwks_uri, path_allowed=True)
        return _published_keys(self._fetch(said.jwks_uri))


def signed_part(token: str) -> bytes:
    """What the signature of a token is over; the signature itself can be written in two ways."""
    return token.rpartition(".")[0].encode()


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _published_keys(body: bytes) -> KeySet:
    """The keys of a JSON Web Key Set, without what stands there that no key is made of."""
    said = _KeySet.model_validate_json(body)
    keys = [
        {name: value for name, value in key.items() if isinstance(value, str | list)}
        for key in said.keys
    ]
    return KeySet.import_key_set({"keys": keys})


def _fetched(address: str) -> bytes:
    """What lies at an address, within seconds; raises ControlSilent."""
    client = opened(address)
    try:
        work = exchanged(client, client.build_request("GET", address), _FETCH_SECONDS)
        answer = waited(work, _FETCH_SECONDS)
    finally:
        waited(client.aclose(), _FETCH_SECONDS)
    if answer.status != _OK:
        raise ControlSilent("The provider does not say what it should.")
    return answer.body
