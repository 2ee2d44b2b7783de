"""Load: clients that write changes with keys, and keep a history of what they were told is done."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.backend.changes.acting import a_freeze

_BETWEEN_SECONDS = 0.2
_TRIES = 400
_SENT_AGAIN_EVERY = 3
"""Of so many acts one is sent once more after its answer, as a bad network does; the first is."""
_TO_FORCE: tuple[tuple[str, dict], ...] = (
    ("preview", {}), ("submit", {}), ("approve", {}), ("apply", {}),
)  # fmt: skip
_TO_END: tuple[tuple[str, dict], ...] = (
    ("stop", {"reason": "it is over"}), ("review", {"reason": "it was in order"}),
)  # fmt: skip
_OF_PARTNER = {"approve", "apply", "review"}
_LATER = {429, 502, 503, 504}


@dataclass(frozen=True)
class Sent:
    """One act as it is sent, and sent again; its key names it."""

    act: str
    method: str
    path: str
    said: dict
    version: int = 0
    key: str = field(default_factory=lambda: str(uuid4()))

    @property
    def headers(self) -> dict[str, str]:
        """Its key, and the version it was decided on."""
        return {"idempotency-key": self.key, "if-match": f'"{self.version}"'}


@dataclass(frozen=True)
class Acknowledged:
    """One act that a client was told is done, and the change as it was shown after it."""

    person: str
    key: str
    act: str
    change: dict


@dataclass
class Client:
    """Two people who take one change after another into force and out again until told to stop.

    One writes and stops, the partner approves, applies and reviews; the history is theirs. An act
    whose answer is lost is sent again with its key until it is answered. ``refused`` is what was
    refused, which nothing they do gives reason for.
    """

    person: str
    partner: str
    address: str
    token: Callable[[str], str]
    history: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    cut_off: int = 0

    def work(self, stopping: threading.Event) -> None:
        """Write changes; the one that was begun is finished."""
        with httpx.Client(base_url=self.address, timeout=20) as http:
            number = 0
            while not stopping.is_set():
                number += 1
                self._write_one(http, f"{self.person}-{number}")

    def _write_one(self, http: httpx.Client, name: str) -> None:
        body: dict = {"title": f"The change {name}", "reason": "under load"}
        first = {"kind": "freeze", **body, "content": a_freeze(name)}
        edited = {**body, "content": a_freeze(name, reason="looked at again")}
        change = self._done(http, Sent("create", "POST", "", first))
        for act, said in (("edit", edited), *_TO_FORCE, *_TO_END):
            if change is None:
                return
            method, rest = ("PUT", "") if act == "edit" else ("POST", f"/{act}")
            sent = Sent(act, method, f"/{change['id']}{rest}", said, change["version"])
            change = self._done(http, sent)

    def _done(self, http: httpx.Client, sent: Sent) -> dict | None:
        answer = self._answer(http, sent)
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            self.refused.append(f"{sent.act}: {answer.text}")
            return None
        change: dict = answer.json()
        self.history.append(Acknowledged(self._who(sent), sent.key, sent.act, change))
        if len(self.history) % _SENT_AGAIN_EVERY == 1:
            self._answer(http, sent)
        return change

    def _who(self, sent: Sent) -> str:
        return self.partner if sent.act in _OF_PARTNER else self.person

    def _answer(self, http: httpx.Client, sent: Sent) -> httpx.Response:
        pause = threading.Event()
        for _ in range(_TRIES):
            with suppress(httpx.TransportError):
                headers = {**sent.headers, "authorization": f"Bearer {self.token(self._who(sent))}"}
                path = f"/v1/changes{sent.path}"
                answer = http.request(sent.method, path, json=sent.said, headers=headers)
                if answer.status_code not in _LATER:
                    return answer
            self.cut_off += 1
            pause.wait(_BETWEEN_SECONDS)
        raise AssertionError("It was never answered.")
