"""Keys: what the dashboard and the control plane prove themselves with, each in a file of its own.

The dashboard asks for tokens of the people at its screens, and proves with a short statement of its
own that it is the dashboard (RFC 7523, private_key_jwt). Nothing that it holds can act by itself.
"""

import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from dashboard.errors import SettingsError

DASHBOARD = "dashboard"
"""The name that the control plane knows the dashboard by."""
ALGORITHM = "ES256"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION = timedelta(seconds=60)
_CURVE = "P-256"
_SECRET_BYTES = 32


def opened_key(path: Path) -> ECKey:
    """The key in a file that nobody else may read, made where there is none.

    Raises SettingsError for a file that cannot be read or holds no key of ours.
    """
    try:
        if not path.exists():
            _make(path, ECKey.generate_key(_CURVE, private=True).as_pem(private=True))
        key = ECKey.import_key(path.read_bytes())
    except (JoseError, ValueError, OSError) as wrong:
        raise SettingsError(f"{path} is no key. Restore it from a copy.") from wrong
    if key.curve_name != _CURVE:
        raise SettingsError(f"{path} is no key of the curve {_CURVE}. Restore it from a copy.")
    return key


def opened_secret(path: Path) -> str:
    """The words in a file that nobody else may read, made where there is none.

    Raises SettingsError for a file that cannot be read or holds too little to be a secret.
    """
    try:
        if not path.exists():
            _make(path, secrets.token_urlsafe(_SECRET_BYTES).encode())
        secret = path.read_text("ascii").strip()
    except (ValueError, OSError) as wrong:
        raise SettingsError(f"{path} is no key. Restore it from a copy.") from wrong
    if len(secret) < _SECRET_BYTES:
        raise SettingsError(f"{path} is shorter than {_SECRET_BYTES} signs: no key is.")
    return secret


def assertion(key: ECKey, *, audience: str, now: datetime) -> str:
    """The statement that it is the dashboard that asks, good once and for a minute."""
    claims = {
        "iss": DASHBOARD, "sub": DASHBOARD, "aud": audience, "iat": int(now.timestamp()),
        "exp": int((now + LONGEST_ASSERTION).timestamp()), "jti": secrets.token_urlsafe(16),
    }  # fmt: skip
    return jwt.encode({"alg": ALGORITHM}, claims, key)


def _make(path: Path, content: bytes) -> None:
    """Write a new key whole under a name of its own, then give it the name, unless that is taken.

    Two programs that start at once end with the same key, and neither reads half of one.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
