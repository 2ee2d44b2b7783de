"""The exchange: a person's ID token for a short token of the control plane (RFC 8693).

The dashboard proves itself by its own key (RFC 7523) and holds nothing that acts by itself: without
a person's token it is given none.
"""

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from joserfc.jwk import ECKey

from dashboard.control.connection import Connection
from dashboard.control.keys import ASSERTION_TYPE, assertion
from dashboard.control.people import EXCHANGE, ID_TOKEN, TokenAnswer

PATH = "/oidc/token"
_USED_SHARE = 0.8
"""A token is renewed when four fifths of its time are over, so that no request meets its end."""


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    until: float


@dataclass
class Exchange:
    """The exchange at one control plane; tokens are kept in memory alone, until near their end."""

    connection: Connection
    key: ECKey
    _kept: dict[bytes, _Kept] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def token_for(self, subject_token: str) -> str:
        """A token for whom an ID token names; raises ActRefused or ControlSilent."""
        name = hashlib.sha256(subject_token.encode()).digest()
        kept = self._kept.get(name)
        if kept is not None and monotonic() < kept.until:
            return kept.token
        granted = self.connection.form(PATH, lambda: self._asked(subject_token), TokenAnswer)
        until = monotonic() + _USED_SHARE * granted.expires_in
        with self._turn:
            self._forget_ended()
            self._kept[name] = _Kept(granted.access_token, until)
        return granted.access_token

    def forget(self, subject_token: str) -> None:
        """Keep no token of this person any more."""
        with self._turn:
            self._kept.pop(hashlib.sha256(subject_token.encode()).digest(), None)

    def _forget_ended(self) -> None:
        now = monotonic()
        for name in [name for name, kept in self._kept.items() if kept.until <= now]:
            del self._kept[name]

    def _asked(self, subject_token: str) -> dict[str, str]:
        return {
            "grant_type": EXCHANGE,
            "subject_token": subject_token,
            "subject_token_type": ID_TOKEN,
            "audience": "control-plane",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion(
                self.key, audience=f"{self.connection.base_url}{PATH}", now=datetime.now(UTC)
            ),
        }
