"""Cookies: under https they go over https alone."""

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAME = b"set-cookie"
Header = tuple[bytes, bytes]


class SecureCookies:
    """Middleware that has browsers keep every cookie from connections in the clear.

    Streamlit leaves that mark out, because it cannot know whether a proxy in front of it holds a
    certificate; DASHBOARD_URL tells us.
    """

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        """Stand in front of ``app``."""
        self._app = app
        self._is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and mark the cookies of its answer."""

        async def marked(message: Message) -> None:
            # A WebSocket's handshake sets cookies too.
            if message["type"] in {"http.response.start", "websocket.accept"}:
                message = {**message, "headers": secured(message.get("headers", ()))}
            await send(message)

        await self._app(scope, receive, marked if self._is_https else send)


def secured(headers: Sequence[Header]) -> list[Header]:
    """The headers, each cookie in them marked Secure."""
    return [
        (name, value + b"; Secure") if _is_unmarked(name, value) else (name, value)
        for name, value in headers
    ]


def _is_unmarked(name: bytes, value: bytes) -> bool:
    return name.lower() == _NAME and b"; secure" not in value.lower()
