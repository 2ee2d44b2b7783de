"""Checkpoints: how long the audit is and what it hashes to, signed, in a file beside the database.

Whoever rewrites the database whole, hashes and all, cannot rewrite them too. Each is a signed note
as transparency logs write it (C2SP tlog-checkpoint, signed-note with Ed25519).
"""

import base64
import errno
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from dashboard.backend.audit.log import Head
from dashboard.backend.tried import tried
from dashboard.errors import SettingsError
from dashboard.verify_audit import Checkpoint, checkpoints_of

CHECKPOINTS_NAME = "checkpoints.log"
PUBLIC_KEY_NAME = "audit.pub"
_KEY_NAME = "audit.key"
_SIGNER = "control-plane"
_ED25519 = b"\x01"
_ROWS, _SECONDS = 1_000, 60.0
_LOOK_SECONDS = 1.0


class Signer:
    """The installation's signing key, made where there is none, readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        """Open or make the key in a folder; raises SettingsError for one that is no key of ours."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._key = _opened(folder / _KEY_NAME)
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._hash = hashlib.sha256(_SIGNER.encode() + b"\n" + _ED25519 + public).digest()[:4]
        (folder / PUBLIC_KEY_NAME).write_text(base64.b64encode(public).decode() + "\n")

    def note(self, installation: str, head: Head) -> str:
        """The signed note of the end of a chain."""
        root = base64.b64encode(bytes.fromhex(head.hash)).decode()
        text = f"{installation}\n{head.size}\n{root}\n"
        signature = base64.b64encode(self._hash + self._key.sign(text.encode())).decode()
        return f"{text}\n\u2014 {_SIGNER} {signature}\n"


class Checkpoints:
    """Signs the end of the chain after every thousand rows or minute in which there were any."""

    def __init__(self, folder: Path, installation: str, head: Callable[[], Head]) -> None:
        """Prepare to write into a folder; ``head`` tells the end of the chain."""
        self._signer = Signer(folder)
        self._path = folder / CHECKPOINTS_NAME
        self._installation = installation
        self._head = head
        self._signed_size = -1
        self._signed_at = monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_signing, name="checkpoints", daemon=True)

    def start(self) -> None:
        """Begin to sign."""
        self._thread.start()

    def stop(self) -> None:
        """Sign the end, and no more."""
        self._stopping.set()
        self._thread.join()
        self.sign()

    def sign(self) -> None:
        """Sign the end of the chain now, unless it was signed already."""
        head = self._head()
        if head.size in {0, self._signed_size}:
            return
        note = self._signer.note(self._installation, head).encode()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _write_whole(descriptor, note + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._signed_size, self._signed_at = head.size, monotonic()

    def _keep_signing(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            tried(self._sign_what_is_due, "The signature of the audit")

    def _sign_what_is_due(self) -> None:
        rows = self._head().size - max(self._signed_size, 0)
        if rows >= _ROWS or monotonic() - self._signed_at >= _SECONDS:
            self.sign()


def _write_whole(descriptor: int, text: bytes) -> None:
    before = os.fstat(descriptor).st_size
    if os.write(descriptor, text) < len(text):
        # Half a note, as a disk that fills up leaves it, looks like a forged one for ever.
        os.ftruncate(descriptor, before)
        raise OSError(errno.ENOSPC, "The checkpoint was not written whole")


def signed_checkpoints(folder: Path) -> list[Checkpoint]:
    """The checkpoints of a folder; raises Tampered for one whose signature does not hold."""
    path = folder / CHECKPOINTS_NAME
    if not path.exists():
        return []
    return checkpoints_of(path, base64.b64decode((folder / PUBLIC_KEY_NAME).read_text()))


def _opened(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        return _made(path)
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except ValueError as wrong:
        raise SettingsError(f"{path} is no key. Restore it from a copy.") from wrong
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"{path} is no Ed25519 key. Restore it from a copy.")
    return key


def _made(path: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
    return key
