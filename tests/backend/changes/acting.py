"""Acting on changes in tests: people over HTTP, each with a token of their own."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

import httpx

from dashboard.access.roles import Role
from dashboard.backend.plane import ControlPlane
from tests.backend.people import joined, token_of
from tests.backend.served import served

ADMINISTRATORS = ("ada", "bob", "cyd")
APPROVERS = ("ann", "ben", "eve")


@dataclass(frozen=True)
class Person:
    """Somebody at the control plane, by one token."""

    http: httpx.Client
    token: str

    @classmethod
    @contextmanager
    def at(cls, address: str, token: str) -> "Iterator[Person]":
        """Somebody who comes over another way, on a connection of its own for each request."""
        once = httpx.Limits(max_keepalive_connections=0)
        closing = {"connection": "close"}
        with httpx.Client(base_url=address, limits=once, headers=closing, timeout=30) as http:
            yield cls(http, token)

    def until_answered(self, method: str, path: str, body: object, version: int) -> httpx.Response:
        """The answer to one act, sent again with its key for as long as it is cut off."""
        key = str(uuid4())
        for _ in range(30):
            with suppress(httpx.TransportError):
                return self.send(method, path, body, if_match=f'"{version}"', key=key)
        raise AssertionError("It was cut off every time.")

    def get(self, path: str, **headers: str) -> httpx.Response:
        """What a question is answered."""
        return self.http.get(path, headers=self._headers(headers))

    def create(self, content: object, *, kind: str = "freeze", **said: object) -> httpx.Response:
        """A new change."""
        body = {"kind": kind, "title": "A change", "reason": "for a test", "content": content}
        return self.send("POST", "/v1/changes", {**body, **said})

    def edit(self, change: dict, content: object, **said: object) -> httpx.Response:
        """A change written anew."""
        body = {"title": "A change", "reason": "for a test", "content": content, **said}
        path = f"/v1/changes/{change['id']}"
        return self.send("PUT", path, body, if_match=f'"{change["version"]}"')

    def do(self, change: dict, act: str, *, key: str = "", **said: object) -> httpx.Response:
        """An act on a change as it was when it was read."""
        path = f"/v1/changes/{change['id']}/{act}"
        return self.send("POST", path, said, if_match=f'"{change["version"]}"', key=key)

    def send(
        self, method: str, path: str, body: object, *, if_match: str = "", key: str = ""
    ) -> httpx.Response:
        """An act as it goes over the wire."""
        headers = {"idempotency-key": key or str(uuid4())}
        if if_match:
            headers["if-match"] = if_match
        return self.http.request(method, path, json=body, headers=self._headers(headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", **more}


@contextmanager
def people(plane: ControlPlane, **roles: Role) -> Iterator[dict[str, Person]]:
    """The control plane served, and these people at it, until the block ends."""
    with served(plane) as address, httpx.Client(base_url=address, timeout=30) as http:
        yield {
            name: Person(http, token_of(plane, joined(plane, name, role)))
            for name, role in roles.items()
        }


def a_freeze(name: str = "autumn", **other: object) -> dict:
    """The content of a freeze of ranking, of the story's span."""
    return {
        "name": name, "kinds": ["ranking"], "countries": [], "reason": "under review",
        "since": "2020-09-14T00:00:00Z", "until": "2021-03-15T00:00:00Z", **other,
    }  # fmt: skip


def ok(answer: httpx.Response) -> dict:
    """What an act gave that was not refused."""
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


def approved(writer: Person, approver: Person, content: object, **said: object) -> dict:
    """A change that one wrote and another approved."""
    change = ok(writer.create(content, **said))
    change = ok(writer.do(change, "preview"))
    change = ok(writer.do(change, "submit"))
    return ok(approver.do(change, "approve", typed_people=change["preview"]["impact"]["people"]))


def applied(writer: Person, approver: Person, content: object, **said: object) -> dict:
    """A change that one wrote, and another approved and applied."""
    return ok(approver.do(approved(writer, approver, content, **said), "apply"))
