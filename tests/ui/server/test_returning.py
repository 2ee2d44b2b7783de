"""After signing in people are where they came from, and never elsewhere."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from dashboard.ui.server.cookies import SecureCookies
from dashboard.ui.server.returning import Returning

_HERE = "http://127.0.0.1:8501"
_BEGIN, _END = "/auth/login", "/oauth2callback"
OUR_PAGES = ["/changes?change=c-7", "/growth", "/", "/growth?countries=BR&countries=IN"]
ELSEWHERE = [
    "",
    "http://elsewhere.example/growth",
    "//elsewhere.example/growth",
    f"{_HERE}//elsewhere.example",
    f"{_HERE}/none",
    f"{_HERE}/growth/../auth/logout",
    "http://[broken",
    f"{_HERE}/growth?{'x' * 3000}",
    "javascript:alert(1)",
    f"{_HERE}.elsewhere.example/growth",
]
FORGED = [
    "http%3A%2F%2Felsewhere.example%2Fgrowth",
    "%2F%2Felsewhere.example",
    "%0d%0aSet-Cookie:a=b",
    ";",
]


async def _begun(_: Request) -> RedirectResponse:
    return RedirectResponse("http://127.0.0.1:8601/oidc/authorize", 302)


async def _ended(_: Request) -> RedirectResponse:
    answer = RedirectResponse("/", 302)
    answer.set_cookie("_streamlit_user", "signed", httponly=True)
    return answer


def _visited(*asked: tuple[str, Mapping[str, str]], is_https: bool = False) -> list[httpx.Response]:
    """What one browser is answered to these addresses and headers, one after the other."""
    app = Starlette(
        routes=[Route(_BEGIN, _begun), Route(_END, _ended)],
        middleware=[
            Middleware(SecureCookies, is_https=is_https),
            Middleware(Returning, pages=["growth", "changes"]),
        ],
    )

    async def visit() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=_HERE) as browser:
            return [await browser.get(path, headers=headers) for path, headers in asked]

    return asyncio.run(visit())


@pytest.mark.parametrize("place", OUR_PAGES)
def test_whoever_came_from_a_page_is_led_back_to_it(place: str) -> None:
    _, led = _visited((_BEGIN, {"Referer": f"{_HERE}{place}"}), (_END, {}))
    assert led.headers["location"] == place


@pytest.mark.parametrize("place", ELSEWHERE)
def test_whoever_came_from_elsewhere_is_led_to_the_first_page(place: str) -> None:
    _, led = _visited((_BEGIN, {"Referer": place}), (_END, {}))
    assert led.headers["location"] == "/"


@pytest.mark.parametrize("note", FORGED)
def test_a_forged_note_leads_nowhere_else(note: str) -> None:
    [led] = _visited((_END, {"Cookie": f"came_from={note}"}))
    assert led.headers["location"] == "/"


def test_the_note_is_used_once() -> None:
    _, first, second = _visited((_BEGIN, {"Referer": f"{_HERE}/changes"}), (_END, {}), (_END, {}))
    assert first.headers["location"] == "/changes"
    assert second.headers["location"] == "/"


def test_under_https_every_cookie_keeps_to_https() -> None:
    for is_https in (True, False):
        [ended] = _visited((_END, {}), is_https=is_https)
        cookies = ended.headers.get_list("set-cookie")
        assert len(cookies) == 2
        assert ["; Secure" in cookie for cookie in cookies] == [is_https, is_https]
