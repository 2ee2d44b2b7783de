"""The files a browser loads once: the frontend that Streamlit ships, kept in memory, compressed.

Streamlit leaves them uncompressed; a first visit moves a third of the bytes this way. Its page
guesses where the server's root is by probing below the page's own address; ours is told.
"""

import base64
import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

ASSETS_FOLDER = Path(__file__).parent.parent / "assets"
MARK = ASSETS_FOLDER / "mark.svg"
FRONTEND_FOLDER = Path(streamlit.__file__).parent / "static"

_ROOT_IS_KNOWN = "<script>window.__streamlit = {BACKEND_BASE_URL: window.location.origin}</script>"
_INLINE_SCRIPT = re.compile(r"<script>(?P<text>.*?)</script>", re.DOTALL)
_DRAWS_CHARTS = re.compile(r"/(?:PlotlyChart|DataFrame)\.[^/]+\.js$")
SIGN_IN_ENDS = "/oauth2callback"
"""The one address below the root that is no page: the provider leads there (Streamlit names it)."""
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class BrowserFile:
    """One file as it goes over the wire; ``gzipped`` is empty where compressing gains nothing."""

    content: bytes
    gzipped: bytes
    media_type: str
    cache_control: str

    def response(self, accepts_gzip: bool) -> Response:
        """The file as an answer to a browser that does, or does not, unpack gzip."""
        is_gzipped = accepts_gzip and bool(self.gzipped)
        headers = {"Cache-Control": self.cache_control, "Vary": "Accept-Encoding"}
        if is_gzipped:
            headers["Content-Encoding"] = "gzip"
        content = self.gzipped if is_gzipped else self.content
        return Response(content, media_type=self.media_type, headers=headers)


class BrowserFiles:
    """Middleware that answers for the page itself and for the frontend's hashed files."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand in front of ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a file that is known, pass anything else on."""
        asked = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        name = file_name(scope["path"]) if asked else None
        if name is None:
            await self._app(scope, receive, send)
            return
        file = await run_in_threadpool(load, name)
        accepts_gzip = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        await file.response(accepts_gzip)(scope, receive, send)


def file_name(path: str) -> str | None:
    """The frontend's file behind a request path; None where another part of the server answers."""
    if path.count("/") == 1 and "." not in path and path != SIGN_IN_ENDS:
        return "index.html"
    return path[1:] if path == "/favicon.png" or path[1:] in _hashed_names() else None


@lru_cache(maxsize=512)
def load(name: str) -> BrowserFile:
    """Read and compress one of the frontend's files; ``name`` is its path in the frontend."""
    if name == "index.html":
        return _file(index_page().encode(), "text/html", "no-cache")
    if name == "favicon.png":
        return _file((ASSETS_FOLDER / "mark.png").read_bytes(), "image/png", "max-age=86400")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return _file((FRONTEND_FOLDER / name).read_bytes(), media_type, _FOR_EVER)


def load_first() -> None:
    """Read and compress what every first visit asks for, before it does."""
    load("index.html")
    for name in re.findall(r'\./(static/[^"]+)', index_page()):
        load(name)
    for name in sorted(_hashed_names()):
        if _DRAWS_CHARTS.search(name):
            load(name)


def index_page() -> str:
    """The page that loads the frontend, told where the server's root is."""
    page = (FRONTEND_FOLDER / "index.html").read_text(encoding="utf-8")
    return page.replace("<script>", f"{_ROOT_IS_KNOWN}\n    <script>", 1)


def inline_script_hashes() -> tuple[str, ...]:
    """The sha256 of each inline script of the page, as a content security policy names it."""
    texts = [found["text"] for found in _INLINE_SCRIPT.finditer(index_page())]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in texts]
    return tuple(f"sha256-{digest.decode()}" for digest in digests)


def _file(content: bytes, media_type: str, cache_control: str) -> BrowserFile:
    gzipped = gzip.compress(content, compresslevel=6, mtime=0)
    gains = len(gzipped) < 0.9 * len(content)
    return BrowserFile(content, gzipped if gains else b"", media_type, cache_control)


@cache
def _hashed_names() -> frozenset[str]:
    files = (FRONTEND_FOLDER / "static").rglob("*")
    return frozenset(p.relative_to(FRONTEND_FOLDER).as_posix() for p in files if p.is_file())
