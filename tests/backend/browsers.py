"""A browser and a dashboard for tests of the sign-in, in the few requests that they really make."""

import secrets
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from dashboard.backend.plane import ControlPlane
from dashboard.control.keys import ASSERTION_TYPE, assertion, opened_key
from dashboard.control.people import EXCHANGE, ID_TOKEN

CALLBACK = "http://127.0.0.1:8501/oauth2callback"


@dataclass
class Browser:
    """Somebody before a browser, at a control plane's address, and the dashboard they came from."""

    address: str
    key: Path
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def question(self, **other: str) -> dict[str, str]:
        """What the dashboard asks for, with other parameters in place of its own; '' for none."""
        asked = {
            "response_type": "code", "client_id": "dashboard", "redirect_uri": CALLBACK,
            "scope": "openid profile", "state": "a-state", "nonce": "a-nonce",
            "code_challenge": create_s256_code_challenge(self.verifier),
            "code_challenge_method": "S256", **other,
        }  # fmt: skip
        return {name: value for name, value in asked.items() if value}

    def authorize(self, **other: str) -> httpx.Response:
        """What comes back when the browser is sent to sign in."""
        return httpx.get(f"{self.address}/oidc/authorize", params=self.question(**other))

    def code(self, **other: str) -> str:
        """The code that a sign-in sends back."""
        return code_in(self.authorize(**other))

    def redeem(self, code: str, **other: str) -> httpx.Response:
        """What the dashboard is told for a code."""
        said = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
            "client_id": "dashboard", "code_verifier": self.verifier, **other,
        }  # fmt: skip
        return self.token(**said)

    def exchange(self, id_token: str, **other: str) -> httpx.Response:
        """What the dashboard is given for an ID token, having proved itself."""
        said = {
            "grant_type": EXCHANGE, "subject_token": id_token, "subject_token_type": ID_TOKEN,
            "audience": "control-plane", "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(), **other,
        }  # fmt: skip
        return self.token(**said)

    def assertion(self, audience: str = "") -> str:
        """The dashboard's proof of who it is."""
        where = audience or f"{self.address}/oidc/token"
        return assertion(opened_key(self.key), audience=where, now=datetime.now(UTC))

    def token(self, **form: str) -> httpx.Response:
        """What the token endpoint says to a form."""
        return httpx.post(f"{self.address}/oidc/token", data=form)

    def ask(self, token: str, path: str = "/v1/me", method: str = "GET") -> httpx.Response:
        """What the control plane answers to somebody with a token."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        with closing(httpx.Client(headers=headers)) as client:
            return client.request(method, f"{self.address}{path}")

    def signed_in(self, person: str) -> tuple[str, str]:
        """The ID token and the token of a person of the demo."""
        id_token = str(self.redeem(self.code(login_hint=person)).json()["id_token"])
        return id_token, str(self.exchange(id_token).json()["access_token"])


def at(address: str, plane: ControlPlane) -> Browser:
    """A browser at a control plane, and the dashboard whose key that knows."""
    return Browser(address, plane.sign_in.dashboard_key)


def code_in(answer: httpx.Response) -> str:
    """The code in the way back."""
    assert answer.status_code == 303, answer.text
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
