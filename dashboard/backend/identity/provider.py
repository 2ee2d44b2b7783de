"""The embedded provider: what a dashboard may ask for, and what it is told (OpenID Connect Core).

Authorization code flow with PKCE (S256) and nothing else. The words of the protocol, its errors and
the arithmetic of PKCE are Authlib's, the signatures joserfc's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidRequestError,
    InvalidScopeError,
    UnsupportedResponseTypeError,
)
from authlib.oauth2.rfc7636.challenge import CODE_CHALLENGE_PATTERN
from authlib.oidc.core.errors import LoginRequiredError
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from dashboard.backend.identity.codes import Binding, SignIn
from dashboard.backend.identity.sessions import LONGEST
from dashboard.control.keys import ALGORITHM, DASHBOARD
from dashboard.control.people import EXCHANGE, Discovery, PublicKeys

CALLBACK = "/oauth2callback"
_LOOPBACK = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?" + CALLBACK)
_MOST_LETTERS = 2_000
_PLAIN = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question for a sign-in: where the answer goes, and what it has to carry."""

    bound_to: Binding
    state: str
    hint: str

    def answered(self, code: str) -> str:
        """The address that takes a code back to the dashboard."""
        return _back(self.bound_to.redirect_uri, {"code": code, "state": self.state})


def is_callback(uri: str, dashboard_url: str) -> bool:
    """Whether codes may be sent there: the dashboard's own address, or this machine (RFC 8252)."""
    is_named = bool(dashboard_url) and uri == dashboard_url + CALLBACK
    return is_named or _LOOPBACK.fullmatch(uri) is not None


def read_question(parameters: Sequence[tuple[str, str]], dashboard_url: str) -> Asked:
    """The question that the parameters put; raises OAuth2Error.

    An error that may be told to the dashboard carries its address. Until the address is known to be
    the dashboard's, nothing is sent there.
    """
    said = _said_once(parameters)
    if said.get("client_id") != DASHBOARD:
        raise InvalidClientError(description="There is no client of that name.")
    uri = said.get("redirect_uri", "")
    if not is_callback(uri, dashboard_url):
        raise InvalidRequestError("The redirect_uri is not the dashboard's.")
    try:
        _check(said)
    except (InvalidRequestError, InvalidScopeError, LoginRequiredError,
            UnsupportedResponseTypeError) as wrong:  # fmt: skip
        wrong.redirect_uri, wrong.state = uri, said.get("state", "")
        raise
    bound_to = Binding(uri, said["code_challenge"], said.get("nonce", ""))
    return Asked(bound_to, said.get("state", ""), said.get("login_hint", ""))


def id_token(key: ECKey, issuer: str, sign_in: SignIn, *, name: str, now: datetime) -> str:
    """What the dashboard is told of a sign-in, for as long as a session can last."""
    claims = {
        "iss": issuer, "aud": DASHBOARD, "sub": sign_in.person, "name": name,
        "sid": sign_in.session, "auth_time": int(sign_in.at.timestamp()),
        "iat": int(now.timestamp()), "exp": int((now + LONGEST).timestamp()),
    }  # fmt: skip
    if sign_in.nonce:
        claims["nonce"] = sign_in.nonce
    return jwt.encode({"alg": ALGORITHM, "kid": key.thumbprint()}, claims, key)


def discovery(issuer: str) -> Discovery:
    """What the provider says of itself (OpenID Connect Discovery)."""
    return Discovery(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        jwks_uri=f"{issuer}/jwks",
        grant_types_supported=("authorization_code", EXCHANGE),
        id_token_signing_alg_values_supported=(ALGORITHM,),
    )


def public_keys(key: ECKey) -> PublicKeys:
    """The key that statements can be checked with, as a JSON Web Key Set."""
    published = ECKey.import_key(key.as_pem(private=False), {"use": "sig", "alg": ALGORITHM})
    published.ensure_kid()
    return PublicKeys.model_validate(KeySet([published]).as_dict(private=False))


def _said_once(parameters: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    said = dict(parameters)
    if len(said) != len(parameters):
        raise InvalidRequestError("A parameter is there twice.")
    if any(len(value) > _MOST_LETTERS for value in said.values()):
        raise InvalidRequestError("A parameter is too long.")
    if not all(_PLAIN.fullmatch(said.get(name, "")) for name in ("state", "nonce")):
        raise InvalidRequestError("A parameter holds signs that it cannot.")
    return said


def _check(said: Mapping[str, str]) -> None:
    if said.get("response_type") != "code":
        raise UnsupportedResponseTypeError("")
    if said.get("response_mode", "query") != "query" or {"request", "request_uri"} & said.keys():
        raise InvalidRequestError("Codes go back in the query, as the parameters ask.")
    if "openid" not in said.get("scope", "").split():
        raise InvalidScopeError("The scope needs openid.")
    # The way back is checked only if it was asked for: whoever leaves it out could use any code.
    if said.get("code_challenge_method") != "S256":
        raise InvalidRequestError("PKCE with S256 is needed.")
    if not CODE_CHALLENGE_PATTERN.fullmatch(said.get("code_challenge", "")):
        raise InvalidRequestError("The code_challenge is none.")
    if not said.get("max_age", "0").isdecimal():
        raise InvalidRequestError("The max_age is no number of seconds.")
    # Nobody stays signed in at the provider, so every answer is as fresh as max_age can ask for.
    if "none" in said.get("prompt", "").split():
        raise LoginRequiredError("Nobody is signed in here without being asked.")


def _back(uri: str, parameters: Mapping[str, str]) -> str:
    address: str = add_params_to_uri(uri, [(k, v) for k, v in parameters.items() if v])
    return address
