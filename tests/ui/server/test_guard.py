"""Who is refused, told by the request alone."""

import pytest
from starlette.types import Scope

from dashboard.ui.server.guard import is_loopback, refusal


def _request(client: tuple[str, int] | None, **headers: str) -> Scope:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": "/", "headers": raw, "client": client}


def test_a_browser_on_this_machine_is_welcome() -> None:
    assert not refusal(_request(("127.0.0.1", 5), host="localhost:8501"))
    assert not refusal(_request(("::1", 5), host="[::1]:8501"))


@pytest.mark.parametrize("client", [None, ("192.168.1.9", 5), ("::ffff:203.0.113.9", 5)])
def test_an_address_elsewhere_is_refused_whatever_it_asks_for(
    client: tuple[str, int] | None,
) -> None:
    assert "Only this machine" in refusal(_request(client, host="localhost"))


@pytest.mark.parametrize("host", ["elsewhere.example", "[broken", "127.0.0.1.example", "0.0.0.0"])
def test_a_name_that_is_not_this_machine_s_is_refused(host: str) -> None:
    assert refusal(_request(("127.0.0.1", 5), host=host))


def test_a_request_without_a_host_is_refused() -> None:
    assert refusal(_request(("127.0.0.1", 5)))


def test_behind_a_proxy_only_the_address_that_browsers_know_is_served() -> None:
    proxied = _request(("10.0.0.7", 5), host="dash.example")
    assert not refusal(proxied, "dash.example")
    assert "dash.example" in refusal(
        _request(("10.0.0.7", 5), host="elsewhere.example"), "dash.example"
    )
    assert refusal(_request(("127.0.0.1", 5), host="localhost:8501"), "dash.example")


@pytest.mark.parametrize("name", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_these_can_only_mean_this_machine(name: str) -> None:
    assert is_loopback(name)
