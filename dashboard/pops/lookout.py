"""The lookout: one for all points of presence of a machine, it tells them when rules changed.

Each of them polls by itself all the same, so that nothing rests on it but how quick they are.
"""

import asyncio
from contextlib import suppress

import httpx


class Lookout:
    """Looks for new rules with a question that costs next to nothing while there are none."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """Begin without having looked; the client asks the control plane."""
        self._client = client
        self._etag = ""
        self._changed = asyncio.Event()

    async def looking(self, every_seconds: float) -> None:
        """Look until cancelled."""
        while True:
            with suppress(httpx.HTTPError):
                await self._look()
            await asyncio.sleep(every_seconds)

    async def change(self, *, within_seconds: float) -> None:
        """Wait until rules changed, or until the time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), within_seconds)

    async def _look(self) -> None:
        answer = await self._client.get(
            "/v1/edge/snapshot", headers={"If-None-Match": self._etag} if self._etag else {}
        )
        if answer.status_code != httpx.codes.OK:
            return
        is_first, self._etag = not self._etag, answer.headers.get("ETag", "")
        if not is_first:
            told, self._changed = self._changed, asyncio.Event()
            told.set()
