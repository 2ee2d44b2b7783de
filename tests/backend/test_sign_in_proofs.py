"""What must not open a sign-in does not, and a guard that is taken away is missed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from authlib.oauth2.rfc6749 import OAuth2Error
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from dashboard.access.roles import Role
from dashboard.backend.identity import codes, exchange, provider
from dashboard.backend.identity.exchange import Exchange
from dashboard.backend.identity.foreign import ForeignProvider
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT, IDENTITIES
from dashboard.control.keys import assertion, opened_key
from dashboard.control.people import EXCHANGE, ID_TOKEN
from dashboard.errors import SettingsError
from dashboard.sign_in_settings import SignInSettings, read_sign_in, refuse_unsafe_sign_in
from tests.backend.browsers import CALLBACK, Browser, at, code_in
from tests.backend.people import joined
from tests.backend.served import served
from tests.servers import ROOT
from tests.wide import first_quick

Claims = dict[str, object]
PERSON = "demo-auditor"


def _claims(token: str) -> Claims:
    part = token.split(".")[1]
    said: Claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return said


def _odd_token() -> str:
    """A token whose header says how it is to be read in a form that has no meaning."""
    header = base64.urlsafe_b64encode(b'{"alg":"ES256","crit":1}').decode().rstrip("=")
    return f"{header}.e30.AA"


def _unsigned(claims: Claims, algorithm: str, key: bytes = b"") -> str:
    """A token made by hand: signed with nothing, or with the public key as if it were a secret."""
    header = {"alg": algorithm, "typ": "JWT"}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in (header, claims)
    ]
    signed = b".".join(parts)
    digest = hmac.new(key, signed, hashlib.sha256).digest() if key else b""
    return (signed + b"." + base64.urlsafe_b64encode(digest).rstrip(b"=")).decode()


def _signed(plane: ControlPlane, claims: Claims, key: ECKey | None = None) -> str:
    return jwt.encode({"alg": "ES256"}, claims, key or plane.tokens.key)


Forgery = Callable[[ControlPlane, Claims, str], str]
FORGERIES: dict[str, Forgery] = {
    "another audience": lambda plane, said, _: _signed(plane, {**said, "aud": "another"}),
    "another issuer": lambda plane, said, _: _signed(plane, {**said, "iss": "http://evil"}),
    "over": lambda plane, said, _: _signed(plane, {**said, "exp": 1_000_000_000}),
    "without an end": lambda plane, said, _: _signed(
        plane, {name: value for name, value in said.items() if name != "exp"}
    ),
    "another key": lambda plane, said, _: _signed(plane, said, ECKey.generate_key("P-256")),
    "another session": lambda plane, said, _: _signed(plane, {**said, "sid": "another"}),
    "no algorithm": lambda _, said, __: _unsigned(said, "none"),
    "the public key as a secret": lambda plane, said, _: _unsigned(
        said, "HS256", plane.tokens.key.as_pem(private=False)
    ),
    "an access token": lambda _, __, token: token,
    "no token": lambda _, __, ___: "nonsense",
    "a header without meaning": lambda _, __, ___: _odd_token(),
}


@pytest.mark.parametrize("kind", first_quick(FORGERIES))
def test_no_token_but_a_sign_in_of_ours_is_exchanged(demo_plane: ControlPlane, kind: str) -> None:
    with served(demo_plane) as address:
        browser = at(address, demo_plane)
        id_token, token = browser.signed_in(PERSON)
        forged = FORGERIES[kind](demo_plane, _claims(id_token), token)
        answer = browser.exchange(forged)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        assert browser.ask(id_token).status_code == 401, "an ID token opens nothing by itself"
        assert browser.exchange(id_token).status_code == 200


def test_whoever_is_not_the_dashboard_is_given_nothing(demo_plane: ControlPlane) -> None:
    with served(demo_plane) as address:
        browser = at(address, demo_plane)
        id_token, _ = browser.signed_in(PERSON)
        key, now = opened_key(browser.key), demo_plane.wall()
        where = f"{address}/oidc/token"
        others = ECKey.generate_key("P-256")
        wrong = {
            "nothing": "",
            "another key": assertion(others, audience=where, now=now),
            "another place": assertion(key, audience="http://elsewhere", now=now),
            "over": assertion(key, audience=where, now=now - timedelta(minutes=5)),
            "too long": assertion(key, audience=where, now=now + timedelta(minutes=5)),
            "no algorithm": _unsigned(_claims(browser.assertion()), "none"),
            "a header without meaning": _odd_token(),
        }
        for kind, said in wrong.items():
            refused = browser.exchange(id_token, client_assertion=said).status_code
            assert refused in {400, 401}, kind
        once = browser.assertion()
        assert browser.exchange(id_token, client_assertion=once).status_code == 200
        again = browser.exchange(id_token, client_assertion=once)
        assert again.json()["error"] == "invalid_client"
        elsewhere = browser.exchange(id_token, audience="elsewhere")
        assert elsewhere.json()["error"] == "invalid_target"


def _replays(plane: ControlPlane) -> list[str]:
    """What a code that came twice still opens."""
    with served(plane) as address:
        browser = at(address, plane)
        code = browser.code(login_hint=PERSON)
        first = browser.redeem(code)
        token = browser.exchange(first.json()["id_token"]).json()["access_token"]
        second = browser.redeem(code)
        opened = ["the second use"] if second.status_code == 200 else []
        return [*opened, *(["the first sign-in"] if browser.ask(token).status_code == 200 else [])]


def test_a_code_that_comes_twice_opens_nothing_and_ends_what_it_opened(
    demo_plane: ControlPlane,
) -> None:
    assert _replays(demo_plane) == []
    with demo_plane.database.reading() as connection:
        replays = sa.select(AUDIT.c.actor).where(AUDIT.c.event == "code.replayed")
        assert connection.execute(replays).scalars().all() == [PERSON]


def test_a_replay_that_ends_nothing_is_seen(
    demo_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "end_session", lambda *_, **__: None)
    assert _replays(demo_plane) == ["the first sign-in"]


def test_a_statement_that_may_be_used_again_is_seen(
    demo_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_spend", lambda *_, **__: True)
    with pytest.raises(KeyError):
        test_whoever_is_not_the_dashboard_is_given_nothing(demo_plane)


def test_a_code_is_of_its_asker_its_way_back_and_its_minute(demo_plane: ControlPlane) -> None:
    with served(demo_plane) as address:
        browser = at(address, demo_plane)

        def refused(**other: str) -> bool:
            answer = browser.redeem(browser.code(login_hint=PERSON), **other)
            return answer.status_code == 400

        assert refused(code_verifier="x" * 43)
        assert refused(code_verifier="")
        assert refused(redirect_uri="http://127.0.0.1:9999/oauth2callback")
        assert refused(client_id="another")
        code = browser.code(login_hint=PERSON)
    late = replace(demo_plane, wall=lambda: demo_plane.wall() + timedelta(seconds=61))
    with served(late) as address:
        assert Browser(address, browser.key, browser.verifier).redeem(code).status_code == 400


@pytest.mark.parametrize(
    "other",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge": ""},
        {"response_type": "token"},
        {"response_type": "code id_token"},
        {"response_mode": "fragment"},
        {"scope": "profile"},
        {"prompt": "none"},
        {"request_uri": "http://evil.example/request"},
    ],
    ids=lambda other: " ".join(f"{name}={value}" for name, value in other.items()),
)
def test_nothing_but_a_code_with_a_challenge_is_given(
    demo_plane: ControlPlane, other: dict[str, str]
) -> None:
    with served(demo_plane) as address:
        answer = at(address, demo_plane).authorize(login_hint=PERSON, **other)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{CALLBACK}?error=")
    assert "state=a-state" in answer.headers["location"]


ELSEWHERE = (
    "http://evil.example/oauth2callback", "http://127.0.0.1.evil.example/oauth2callback",
    "http://127.0.0.1:8501@evil.example/oauth2callback", "http://localhost:8501/elsewhere",
    "http://127.0.0.1:8501/oauth2callback/../x", "http://127.0.0.1:8501/oauth2callback?x=1",
    "http://127.0.0.1:8501/oauth2callback#x", "//127.0.0.1/oauth2callback", "javascript:alert(1)",
    "http://127.0.0.1:8501/oauth2callback\r\nX: 1", "http://127.0.0.1:85\u0660/oauth2callback",
    "https://dashboard.example/oauth2callback.evil.example", "http://0.0.0.0/oauth2callback", "",
)  # fmt: skip


def test_a_code_goes_nowhere_but_to_the_dashboard(demo_plane: ControlPlane) -> None:
    named = replace(demo_plane.sign_in, dashboard_url="https://dashboard.example")
    with served(replace(demo_plane, sign_in=named)) as address:
        browser = at(address, demo_plane)
        for uri in ELSEWHERE:
            answer = browser.authorize(login_hint=PERSON, redirect_uri=uri)
            assert answer.status_code == 400, uri
            assert "location" not in answer.headers, uri
        for uri in ("https://dashboard.example/oauth2callback", "http://[::1]:1/oauth2callback"):
            assert code_in(browser.authorize(login_hint=PERSON, redirect_uri=uri))


def test_a_way_back_that_is_not_checked_is_seen(
    demo_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "is_callback", lambda *_: True)
    with pytest.raises(AssertionError):
        test_a_code_goes_nowhere_but_to_the_dashboard(demo_plane)


ISSUER = "https://accounts.example"


class Elsewhere:
    """Another provider: its keys, and how often it was asked for them."""

    def __init__(self) -> None:
        """Begin with one key of each of two kinds."""
        self.keys = [
            ECKey.generate_key("P-256", auto_kid=True), RSAKey.generate_key(2048, auto_kid=True),
        ]  # fmt: skip
        self.asked = 0

    def fetch(self, address: str) -> bytes:
        """What lies at an address of it."""
        self.asked += 1
        if address.endswith("openid-configuration"):
            return json.dumps({"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}).encode()
        return json.dumps(KeySet(list(self.keys)).as_dict(private=False)).encode()

    def token(self, now: datetime, key: int = 0, **other: object) -> str:
        """An ID token of somebody there."""
        at = int(now.timestamp())
        claims = {"iss": ISSUER, "aud": "ours", "sub": "s-1", "name": "Sue", "iat": at,
                  "exp": at + 3600, "auth_time": at, **other}  # fmt: skip
        header = {"alg": ("ES256", "RS256")[key], "kid": self.keys[key].kid}
        return jwt.encode(header, claims, self.keys[key], algorithms=["ES256", "RS256"])


def _exchanged(plane: ControlPlane, of: ForeignProvider, token: str) -> str:
    """The person whom an exchange of a foreign token gives a token of; raises OAuth2Error."""
    audience = f"{plane.issuer}/token"
    proof = assertion(opened_key(plane.sign_in.dashboard_key), audience=audience, now=plane.wall())
    form = {
        "grant_type": EXCHANGE, "subject_token": token, "subject_token_type": ID_TOKEN,
        "audience": "control-plane", "client_assertion": proof,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }  # fmt: skip
    return str(_claims(Exchange(plane, of).token(form).access_token)["sub"])


def _with(plane: ControlPlane, first: str = "") -> ControlPlane:
    settings = replace(plane.sign_in, issuer=ISSUER, client_id="ours", first_administrator=first)
    return replace(plane, sign_in=settings)


def test_an_account_elsewhere_is_one_person_by_issuer_and_subject(plane: ControlPlane) -> None:
    there, plane = Elsewhere(), _with(plane)
    of = ForeignProvider(ISSUER, "ours", there.fetch)
    now = plane.wall()
    sue = _exchanged(plane, of, there.token(now, email="boss@example.com"))
    assert _exchanged(plane, of, there.token(now, key=1)) == sue
    assert _exchanged(plane, of, there.token(now, sub="s-2", email="boss@example.com")) != sue
    assert there.asked == 2


def test_the_named_account_becomes_the_first_administrator_and_no_second(
    plane: ControlPlane,
) -> None:
    there, plane = Elsewhere(), _with(plane, first="s-1")
    joined(plane, "other", Role.AUDITOR)
    of = ForeignProvider(ISSUER, "ours", there.fetch)
    _exchanged(plane, of, there.token(plane.wall()))
    again = _with(plane, first="s-2")
    _exchanged(again, of, there.token(plane.wall(), sub="s-2"))
    with plane.database.reading() as connection:
        query = sa.select(AUDIT.c.target).where(AUDIT.c.event == "grants.bootstrap")
        made = connection.execute(query).scalars().all()
        sue = sa.select(IDENTITIES.c.person).where(IDENTITIES.c.subject == "s-1")
        assert made == [connection.execute(sue).scalar_one()]


def test_a_foreign_token_that_is_not_for_us_is_refused(plane: ControlPlane) -> None:
    there, plane = Elsewhere(), _with(plane)
    of = ForeignProvider(ISSUER, "ours", there.fetch)
    now = plane.wall()
    old = now - timedelta(hours=2)
    public = there.keys[0].as_pem(private=False)
    wrong = [
        there.token(now, aud="another"), there.token(now, iss="https://evil.example"),
        there.token(now, aud=["ours", "another"]), there.token(now, azp="another"),
        there.token(now, sub=""), there.token(old), _unsigned(_claims(there.token(now)), "none"),
        _unsigned(_claims(there.token(now)), "HS256", public), Elsewhere().token(now), "x.y.z",
        there.token(now, exp=10**15), there.token(now, auth_time=-(10**20)), _odd_token(),
    ]  # fmt: skip
    for token in wrong:
        with pytest.raises(Exception, match="invalid_grant"):
            _exchanged(plane, of, token)
    assert there.asked <= 4, "unknown keys do not have it asked each time"
    assert _exchanged(plane, of, there.token(now, aud=["ours", "another"], azp="ours"))


def test_a_foreign_sign_in_that_is_still_to_come_is_refused(plane: ControlPlane) -> None:
    there, plane = Elsewhere(), _with(plane)
    of = ForeignProvider(ISSUER, "ours", there.fetch)
    now = plane.wall()
    ahead = int((now + timedelta(hours=1)).timestamp())
    with pytest.raises(OAuth2Error, match="invalid_grant"):
        _exchanged(plane, of, there.token(now, auth_time=ahead))


def test_with_another_provider_ours_is_not_there(plane: ControlPlane) -> None:
    with served(_with(plane)) as address:
        for path in ("authorize", "jwks", ".well-known/openid-configuration"):
            assert httpx.get(f"{address}/oidc/{path}").status_code == 404
        assert httpx.post(f"{address}/oidc/sign-in").status_code == 404


@pytest.mark.parametrize(
    "environment",
    [
        {"OIDC_ISSUER": ISSUER, "OIDC_CLIENT_ID": "x", "EMBEDDED_SIGN_IN_ALLOWED": "yes"},
        {"OIDC_ISSUER": ISSUER},
        {"OIDC_ISSUER": "http://accounts.example", "OIDC_CLIENT_ID": "x"},
        {"OIDC_CLIENT_ID": "x"},
        {"FIRST_ADMINISTRATOR": "s-1"},
        {"EMBEDDED_SIGN_IN_ALLOWED": "maybe"},
        {"DASHBOARD_URL": "http://dashboard.example"},
    ],
)
def test_settings_that_ask_for_half_a_provider_or_two_are_refused(
    environment: dict[str, str],
) -> None:
    with pytest.raises(SettingsError):
        read_sign_in(environment, ROOT, ROOT)


def test_people_elsewhere_sign_in_here_only_if_allowed_and_over_https() -> None:
    here, there = "http://127.0.0.1:8601", "https://control.example"
    far = SignInSettings(dashboard_url="https://dashboard.example")
    allowed = replace(far, embedded_allowed=True)
    for settings, address in ((far, here), (far, there), (allowed, here), (allowed, "http://x.y")):
        with pytest.raises(SettingsError):
            refuse_unsafe_sign_in(settings, address)
    refuse_unsafe_sign_in(SignInSettings(), here)
    refuse_unsafe_sign_in(allowed, there)
