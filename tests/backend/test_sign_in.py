"""Somebody signs in over OpenID Connect, and the dashboard asks for them."""

import re

import httpx

from dashboard.backend.plane import ControlPlane
from tests.backend.browsers import CALLBACK, at
from tests.backend.served import served


def test_a_person_of_the_demo_signs_in_and_is_known(demo_plane: ControlPlane) -> None:
    with served(demo_plane) as address:
        browser = at(address, demo_plane)
        _, token = browser.signed_in("demo-approver")
        me = browser.ask(token).json()
    assert (me["person"], me["roles"]) == ("demo-approver", ["approver"])
    assert me["is_demo"]
    assert "operations:geofence:approve" in me["permissions"]


def test_without_a_hint_there_is_one_button_for_each_person_and_no_script(
    demo_plane: ControlPlane,
) -> None:
    with served(demo_plane) as address:
        page = at(address, demo_plane).authorize()
        people = httpx.get(f"{address}/v1/demo").json()["people"]
    assert "<script" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert re.findall(r'name="login_hint" value="([^"]+)"', page.text) == [p["id"] for p in people]


def test_signing_out_ends_the_sign_in_for_every_token_of_it(demo_plane: ControlPlane) -> None:
    with served(demo_plane) as address:
        browser = at(address, demo_plane)
        id_token, token = browser.signed_in("demo-auditor")
        other = browser.exchange(id_token).json()["access_token"]
        assert browser.ask(token, "/v1/session", "DELETE").status_code == 200
        assert [browser.ask(each).status_code for each in (token, other)] == [401, 401]
        again = browser.exchange(id_token)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_what_the_provider_says_of_itself_is_what_a_dashboard_needs(
    demo_plane: ControlPlane,
) -> None:
    with served(demo_plane) as address:
        said = httpx.get(f"{address}/oidc/.well-known/openid-configuration").json()
        keys = httpx.get(said["jwks_uri"]).json()["keys"]
    assert said["issuer"] == f"{address}/oidc"
    assert [key["alg"] for key in keys] == ["ES256"]
    assert "d" not in keys[0]


def test_the_way_back_carries_the_state(demo_plane: ControlPlane) -> None:
    with served(demo_plane) as address:
        back = at(address, demo_plane).authorize(login_hint="demo-executive", prompt="login")
    assert back.headers["location"].startswith(f"{CALLBACK}?code=")
    assert "state=a-state" in back.headers["location"]
