"""The running server, in both ways of starting it: who may speak to it and what it answers."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from dashboard.navigation import PAGES
from dashboard.ui.server.browser_files import inline_script_hashes
from tests.servers import Server

PATHS = ["/", "/anything", "/_stcore/health", "/assets/mark.svg", "/favicon.png", "/assets/none"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_our_headers(served_app: Server, path: str) -> None:
    headers = httpx.get(served_app.address + path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_a_refusal_carries_our_headers_too(served_app: Server) -> None:
    refused = httpx.get(served_app.address, headers={"Host": "elsewhere.example"})
    assert refused.status_code == 403
    assert "content-security-policy" in refused.headers


def test_the_server_listens_to_this_machine_alone(served_app: Server) -> None:
    assert urlsplit(served_app.address).hostname == "127.0.0.1"


def test_a_client_elsewhere_is_refused(served_app: Server) -> None:
    """A proxy on this machine that forwards for somebody else says so in a header."""
    refused = httpx.get(served_app.address, headers={"X-Forwarded-For": "203.0.113.9"})
    assert refused.status_code == 403


@pytest.mark.parametrize("host", ["elsewhere.example", "203.0.113.9:80", "localhost.example", ""])
def test_a_foreign_host_name_is_refused(served_app: Server, host: str) -> None:
    assert httpx.get(served_app.address, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8501", "LOCALHOST:1"])
def test_this_machine_is_served_by_any_of_its_names(served_app: Server, host: str) -> None:
    file = f"{served_app.address}/favicon.png"
    assert httpx.get(file, headers={"Host": host}).status_code == 200


def test_a_page_asked_for_at_localhost_is_led_to_where_people_sign_in(served_app: Server) -> None:
    port = urlsplit(served_app.address).port
    led = httpx.get(f"{served_app.address}/growth?as_of=x", headers={"Host": f"localhost:{port}"})
    assert led.headers["location"] == f"{served_app.address}/growth?as_of=x"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "OPTIONS"])
def test_the_upload_route_is_closed(served_app: Server, method: str) -> None:
    url = f"{served_app.address}/_stcore/upload_file/any/file"
    assert httpx.request(method, url).status_code == 403


@pytest.mark.parametrize("origin", [None, "http://elsewhere.example", "null", "http://127.0.0.1:1"])
def test_a_connection_from_another_page_or_from_none_is_refused(
    served_app: Server, origin: str | None
) -> None:
    named = None if origin is None else Origin(origin)
    with pytest.raises(InvalidStatus, match="403"), connect(_stream(served_app), origin=named):
        pass


def test_a_connection_from_our_own_page_is_accepted(served_app: Server) -> None:
    with connect(_stream(served_app), origin=Origin(served_app.address)) as connection:
        assert connection.response is not None
        assert connection.response.status_code == 101


def test_the_policy_allows_the_page_s_own_inline_scripts_and_no_others(served_app: Server) -> None:
    page = httpx.get(served_app.address)
    policy = page.headers["content-security-policy"]
    scripts = re.search(r"script-src ([^;]+)", policy)
    assert scripts is not None
    assert scripts[1].split() == ["'self'", *(f"'{each}'" for each in inline_script_hashes())]
    assert page.text.count("<script>") == len(inline_script_hashes()) == 2


@pytest.mark.parametrize("probe", ["_stcore/health", "_stcore/host-config"])
def test_a_probe_below_a_page_is_answered_like_its_original(served_app: Server, probe: str) -> None:
    original = httpx.get(f"{served_app.address}/{probe}")
    below = httpx.get(f"{served_app.address}/growth/{probe}")
    assert below.status_code == original.status_code == 200
    assert below.text == original.text


def test_the_first_page_s_own_name_leads_to_the_root_with_its_choices(served_app: Server) -> None:
    first = next(page for page in PAGES if page.is_default)
    led = httpx.get(f"{served_app.address}/{first.url_path}?countries=BR&countries=IN")
    assert led.is_redirect
    assert led.headers["location"] == "/?countries=BR&countries=IN"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/assets/topojson/world_110m.json", "application/json"),
        ("/assets/topojson/world_50m.json", "application/json"),
        ("/assets/mark.svg", "image/svg+xml"),
        ("/favicon.png", "image/png"),
        ("/", "text/html; charset=utf-8"),
    ],
)
def test_files_are_served_as_what_they_are(served_app: Server, path: str, media_type: str) -> None:
    answer = httpx.get(served_app.address + path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize(
    "path", ["/assets/%2e%2e/main.py", "/assets/../main.py", "/static/none.js"]
)
def test_nothing_else_is_served(served_app: Server, path: str) -> None:
    answer = httpx.get(served_app.address + path)
    assert answer.status_code in {400, 404} or '<div id="root">' in answer.text


def test_hashed_files_are_compressed_and_kept_for_ever(served_app: Server) -> None:
    page = httpx.get(served_app.address)
    script = re.search(r'src="\./(static/js/[^"]+)"', page.text)
    assert script is not None
    answer = httpx.get(f"{served_app.address}/{script[1]}")
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) < len(answer.content) / 2
    assert page.headers["cache-control"] == "no-cache"


def test_a_browser_that_cannot_unpack_gets_the_file_itself(served_app: Server) -> None:
    plain = httpx.get(served_app.address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == httpx.get(served_app.address).text


def _stream(server: Server) -> str:
    return f"ws://{urlsplit(server.address).netloc}/_stcore/stream"
