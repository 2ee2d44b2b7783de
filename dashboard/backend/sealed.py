"""Sealed answers: what is kept of a secret is a seal, and the secret is derived from it when told.

Whoever has the database has the seals and the hashes, and can derive nothing: that takes a key
which lies in a file (HMAC-SHA256, RFC 2104).
"""

import base64
import hashlib
import hmac
import json
import secrets

from dashboard.backend.once import Call
from dashboard.backend.plane import ControlPlane


def new_seal() -> str:
    """What stands in an answer in place of a secret, another one each time."""
    return secrets.token_urlsafe(16)


def secret_of(plane: ControlPlane, call: Call, seal: str) -> str:
    """The 43 signs that this act, and no other, gives behind this seal; raises SettingsError."""
    said = json.dumps([seal, call.actor.person, call.key, call.route, call.body_hash])
    digest = hmac.new(plane.answers_key.encode(), said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
