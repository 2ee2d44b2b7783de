"""A point of presence: it polls, keeps the last good rules, serves by them and tells of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import time

import httpx
from pydantic import ValidationError

from dashboard.control.edge import MOST_LINES, Acknowledgement, Outcome, Served, Snapshot
from dashboard.errors import BadDefinitions
from dashboard.geofence.answers import Definitions
from dashboard.geofence.evaluator import ALLOW
from dashboard.geofence.flags import flag_key
from dashboard.geofence.rule import Action, Surface
from dashboard.pops.kept import Kept, is_whole
from dashboard.pops.traffic import Asked

_REDIRECTED = {Surface.APP, Surface.WEB}
"""Where somebody who is shut out is sent to a page that says why."""
_WRITING = {Surface.UPLOAD, Surface.LIVE}
_MOST_BYTES = 9 << 20
_CLOSED = Outcome.BLOCKED


class Point:
    """One point of presence."""

    def __init__(self, pop: str, client: httpx.AsyncClient, kept: Kept) -> None:
        """Begin with what is kept on disk, where there is anything good."""
        self.pop = pop
        self.revision = 0
        self._client = client
        self._kept = kept
        self._etag = ""
        self._held: Definitions | None = None
        self._served: Counter[tuple[str, Outcome]] = Counter()
        self._decided: dict[Asked, Outcome] = {}
        self._decided_at = 0
        snapshot = kept.read()
        if snapshot is not None:
            self._take(snapshot)

    @property
    def has_rules(self) -> bool:
        """Whether it has any rules to serve by."""
        return self._held is not None

    async def poll(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> bool:
        """Fetch the rules where they changed, and say what is run; False where it could not.

        What cannot be fetched, is not whole or cannot be followed changes nothing.
        """
        try:
            await self._fetch()
            return self._held is not None and await self._acknowledge(now())
        except (httpx.HTTPError, BadDefinitions, ValidationError, OSError):
            return False

    def serve(self, requests: Iterable[Asked]) -> None:
        """Answer requests by the rules held; without any yet, nobody is let in."""
        for asked in requests:
            self._served[asked.country, self.outcome(asked)] += 1

    def outcome(self, asked: Asked) -> Outcome:
        """What becomes of one request."""
        if self._held is None:
            return _CLOSED
        # What was decided for a place and surface holds until a window begins or ends.
        turned = self._held.turned(time())
        if turned != self._decided_at:
            self._decided, self._decided_at = {}, turned
        if asked not in self._decided:
            found = self._held.answer(flag_key(asked.surface), "edge", asked.country)
            action = None if found is None else str(found.value["action"])
            self._decided[asked] = _CLOSED if action is None else _outcome(action, asked.surface)
        return self._decided[asked]

    async def _fetch(self) -> None:
        known = {"If-None-Match": self._etag} if self._etag else {}
        answer = await self._client.get("/v1/edge/snapshot", headers=known)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return
        answer.raise_for_status()
        if len(answer.content) > _MOST_BYTES:
            raise BadDefinitions("The definitions are larger than an edge takes.")
        snapshot = Snapshot.model_validate_json(answer.content)
        if not is_whole(snapshot):
            raise BadDefinitions("The definitions are not those that were sent.")
        self._take(snapshot)
        self._kept.write(snapshot)
        self._etag = answer.headers.get("ETag", "")

    def _take(self, snapshot: Snapshot) -> None:
        self._held = Definitions.read(snapshot.definitions.encode())
        self.revision = snapshot.revision
        self._decided.clear()

    async def _acknowledge(self, at: datetime) -> bool:
        held = self._held
        if held is None:
            return False
        # No more lines than one message may carry: what is left is told with the next.
        told = Counter(dict(self._served.most_common(MOST_LINES)))
        self._served.subtract(told)
        self._served += Counter()
        lines = tuple(
            Served(country=country, outcome=outcome, requests=count)
            for (country, outcome), count in sorted(told.items())
        )
        said = Acknowledgement(pop=self.pop, revision=self.revision, sha256=held.sha256, at=at,
                               served=lines)  # fmt: skip
        try:
            answer = await self._client.post(
                "/v1/edge/acknowledgements", content=said.model_dump_json(),
                headers={"Content-Type": "application/json"},
            )  # fmt: skip
            answer.raise_for_status()
        except httpx.HTTPError:
            # What was not heard is told again with what comes after it.
            self._served.update(told)
            raise
        return True


def _outcome(action: str, surface: Surface) -> Outcome:
    match action:
        case Action.BLOCK_ALL.value:
            return Outcome.REDIRECTED if surface in _REDIRECTED else Outcome.BLOCKED
        case Action.BLOCK_UPLOAD.value | Action.READ_ONLY.value:
            return Outcome.BLOCKED if surface in _WRITING else Outcome.ALLOWED
        case _:
            return Outcome.ALLOWED if action == ALLOW else Outcome.BLOCKED
