"""After signing in, people are back at the page that they came from."""

from collections.abc import Collection
from http.cookies import SimpleCookie
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.ui.server.browser_files import SIGN_IN_ENDS

_BEGINS, _ENDS = "/auth/login", SIGN_IN_ENDS
_COOKIE = "came_from"
_LASTS_SECONDS = 600
_LONGEST = 2_000


class Returning:
    """Middleware that notes where a sign-in began, and leads there when it is done.

    Streamlit leads to the first page. Only our own pages are led to: the note comes from the
    browser.
    """

    def __init__(self, app: ASGIApp, pages: Collection[str]) -> None:
        """Stand in front of ``app``, whose pages have these names."""
        self._app = app
        self._paths = {"/", *(f"/{name}" for name in pages)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and mend the answer where a sign-in begins or ends."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path not in {_BEGINS, _ENDS}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def mended(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                if path == _BEGINS:
                    self._note(headers, answer)
                elif answer.get("location") == "/":
                    self._lead_back(headers, answer)
            await send(message)

        await self._app(scope, receive, mended)

    def _note(self, asked: Headers, answer: MutableHeaders) -> None:
        place = self._own_page(asked.get("referer", ""), asked.get("host", ""))
        answer.append("set-cookie", _cookie(quote(place, safe=""), _LASTS_SECONDS))

    def _lead_back(self, asked: Headers, answer: MutableHeaders) -> None:
        kept = SimpleCookie(asked.get("cookie", "")).get(_COOKIE)
        place = unquote(kept.value) if kept is not None else "/"
        answer["location"] = self._own_page(place, "")
        answer.append("set-cookie", _cookie("", 0))

    def _own_page(self, url: str, host: str) -> str:
        """Path and query of one of our pages; the first page for anything else."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return "/"
        if parts.netloc != host or parts.path not in self._paths or len(url) > _LONGEST:
            return "/"
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _cookie(value: str, seconds: int) -> str:
    return f"{_COOKIE}={value}; Path={_ENDS}; Max-Age={seconds}; HttpOnly; SameSite=Lax"
