"""Addresses below the root: a page by its name, and what a browser may ask below a page."""

import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_PROBE = re.compile(r"/[^/]+(?P<original>/_stcore/(?:health|host-config))")


class DeepLinks:
    """Middleware that makes every page's address, and the probes below it, lead somewhere.

    ``/growth/_stcore/health`` has the answer of ``/_stcore/health``. The first page is served at
    the root alone, so its name (one of ``root_pages``) leads there, with the choices in the link.
    """

    def __init__(self, app: ASGIApp, root_pages: Collection[str]) -> None:
        """Stand in front of ``app``."""
        self._app = app
        self._root_paths = {f"/{name}" for name in root_pages}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, under the original's path where it is a probe."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif elsewhere := _own_address(scope):
            await RedirectResponse(elsewhere)(scope, receive, send)
        elif scope["path"] in self._root_paths:
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(f"/?{query}" if query else "/")(scope, receive, send)
        else:
            await self._app(_unprobed(scope), receive, send)


def _own_address(scope: Scope) -> str:
    """Where a page lies that was asked for at localhost; nothing where it was asked for there.

    Signing in leads back to one address, whose cookies another name of this machine does not see.
    """
    name, _, port = Headers(scope=scope).get("host", "").partition(":")
    if name != "localhost" or scope["path"].count("/") != 1 or "." in scope["path"]:
        return ""
    query = scope["query_string"].decode("latin-1")
    address = f"http://127.0.0.1{f':{port}' if port else ''}{scope['path']}"
    return f"{address}?{query}" if query else address


def _unprobed(scope: Scope) -> Scope:
    probe = _PROBE.fullmatch(scope["path"])
    if probe is None:
        return scope
    original = probe["original"]
    return {**scope, "path": original, "raw_path": original.encode("ascii")}
