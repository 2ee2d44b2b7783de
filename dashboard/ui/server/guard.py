"""Who may speak to the server: a browser that shows this server's own page, by its own address.

Without DASHBOARD_URL that is a browser on this machine, and nobody else.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

CLOSED_PATHS = ("/_stcore/upload_file",)
"""Nothing here is uploaded through the browser, and an open door would fill the memory."""


class Guard:
    """Middleware that answers 403 to a request, or a WebSocket, that has no business here."""

    def __init__(self, app: ASGIApp, url: str = "") -> None:
        """Stand in front of ``app``, opened at ``url``; without one, on this machine alone."""
        self._app = app
        self._host = urlsplit(url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it and say why."""
        reason = refusal(scope, self._host) if scope["type"] in {"http", "websocket"} else ""
        if not reason:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Closing before accepting is what a server turns into a 403.
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
        else:
            await PlainTextResponse(f"{reason}\n", status_code=403)(scope, receive, send)


def refusal(scope: Scope, host: str = "") -> str:
    """Why a request is refused, in a sentence; empty when it is welcome.

    ``host`` is the one that browsers know this server by; without one they are on this machine.
    """
    headers = Headers(scope=scope)
    if wrong := _wrong_address(scope, headers, host):
        return wrong
    if scope["path"].startswith(CLOSED_PATHS):
        return "Files are not uploaded here: use 'python -m dashboard ingest'."
    if scope["type"] == "websocket" and not _is_own_page(headers):
        return "Only this server's own page may open a connection."
    return ""


def _wrong_address(scope: Scope, headers: Headers, host: str) -> str:
    # A page of another site whose name was made to point here would bring its own name.
    asked = headers.get("host", "")
    if host:
        return "" if asked == host else f"Only the address {host} is served."
    client = scope.get("client")
    if client is None or not is_loopback(client[0]):
        return "Only this machine may connect, as long as DASHBOARD_URL names no address."
    if not is_loopback(_host_name(f"//{asked}")):
        return "Only the addresses localhost, 127.0.0.1 and [::1] are served."
    return ""


def is_loopback(name: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _is_own_page(headers: Headers) -> bool:
    origin = urlsplit(headers.get("origin", ""))
    return origin.scheme in {"http", "https"} and origin.netloc == headers["host"]


def _host_name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
