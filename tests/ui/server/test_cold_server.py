"""Who is let in by a running server: nobody without a sign-in of their own, whatever is tried."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from itsdangerous import TimestampSigner
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from dashboard.access.reader import WORLD
from dashboard.access.roles import Role
from dashboard.backend.identity.people import set_grants
from dashboard.backend.identity.sessions import end_session
from dashboard.navigation import PAGES, Screen
from tests.conditions import comes_true
from tests.planted import let_pages_note_that_they_ran, plant, product_copy
from tests.servers import ROOT, Server, Way, control_folder, free_port, serving
from tests.signing_in import (
    ANYONE,
    SignedIn,
    control_plane_of,
    cookies_of_anyone,
    cookies_with,
    header_of,
    people_of,
    signed_in,
)
from tests.visitors import Run, visiting

pytestmark = pytest.mark.wide

CANARIES = ("India", "Dominance", "android", "Brazil", "written for a test")
"""Words of the warehouse that the tests stand in, and of its figures."""
SIGN_IN = ["Sign in"]
NOTHING_YET = ["Nothing to see yet"]
OPEN_PATHS = {"/v1/clock", "/v1/demo", "/v1/health"}
_NAME = ANYONE.title()
_DESCRIBED = ROOT / "tests" / "backend" / "openapi.json"
_SEEN_WITHIN_SECONDS = 5.0
_MOST_GROWTH_BYTES = 20 * 2**20
_UPLOAD_BYTES = 2**20
_KEPT = """\
    if "person" in st.query_params:
        st.session_state["me"] = Me(
            person="anyone", name="Anyone", roles=(), permissions=(), reach=None, is_demo=False,
            signed_in_at=None, ends_at=datetime(2100, 1, 1, tzinfo=UTC), idle_seconds=60)
    if "me" in st.session_state:
        return st.session_state["me"]
    subject = _subject_token()
    name ="""


@pytest.fixture(scope="module")
def noting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product whose pages note that they ran."""
    product = product_copy(tmp_path_factory.mktemp("noting"))
    let_pages_note_that_they_ran(product)
    return product


@pytest.fixture(scope="module")
def warm(
    noting: Path, tiny_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server that has been visited; for what does not need a cold one."""
    log = tmp_path_factory.mktemp("warm") / "log.txt"
    with serving(Way.STREAMLIT_RUN, tiny_warehouse, log, root=noting) as server:
        comes_true(lambda: _lets_in(server), within_seconds=60)
        yield server


def _lets_in(server: Server) -> bool:
    """Whether it has heard of its control plane, which it rests from asking as that starts."""
    with visiting(server, cookies_of_anyone(server)) as visitor:
        return visitor.run("audit").titles == ["Audit"]


@pytest.fixture(scope="module")
def faulty(
    warm: Server, tiny_warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Path]]:
    """A server with two bugs planted, and where its pages note that they ran.

    Whoever is not signed in gets the page all the same; and there is a sign-in of its own, kept
    where the session's id leads to it.
    """
    product = product_copy(tmp_path_factory.mktemp("faulty"))
    noted = let_pages_note_that_they_ran(product)
    plant(product, "dashboard/ui/main.py", "        _nobody(reason)",
          "        _run_page(frozenset(Permission))")  # fmt: skip
    plant(product, "dashboard/ui/identity.py", "    subject = _subject_token()\n    name =", _KEPT)
    with _beside(warm, product, tiny_warehouse) as server:
        yield server, noted


@pytest.mark.parametrize("screen", PAGES, ids=[screen.url_path for screen in PAGES])
def test_a_deep_link_on_a_cold_server_shows_nobody_anything(
    warm: Server, noting: Path, tiny_warehouse: Path, screen: Screen
) -> None:
    noted = noting / "pages that ran.txt"
    noted.write_text("")
    with _beside(warm, noting, tiny_warehouse) as server, visiting(server) as visitor:
        run = visitor.run(screen.url_path, "country=Brazil")
    assert not told_to_nobody(run)
    assert not noted.read_text()


def test_whoever_signed_in_is_let_in(warm: Server, noting: Path) -> None:
    """What the other tests look for is there to be found."""
    noted = noting / "pages that ran.txt"
    noted.write_text("")
    with visiting(warm, cookies_of_anyone(warm)) as visitor:
        for screen in PAGES:
            run = visitor.run(screen.url_path)
            assert run.titles == [screen.title]
            assert _NAME in run.text
            assert told_to_nobody(run)
    assert noted.read_text().split() == [screen.url_path for screen in PAGES]
    print(f"{len(PAGES)} deep links, each on a cold server, and each for somebody signed in.")


@pytest.mark.parametrize("is_victim_there", [True, False], ids=["connected", "gone"])
def test_a_session_s_id_alone_takes_nothing_over(warm: Server, is_victim_there: bool) -> None:
    seen = taken_over(warm, cookies_of_anyone(warm), is_victim_there=is_victim_there)
    assert not told_to_nobody(seen)
    assert _NAME not in seen.text


def test_a_session_s_id_takes_nothing_over_for_somebody_else_who_signed_in(warm: Server) -> None:
    other = signed_in(warm, "lesser", Role.EXECUTIVE)
    with visiting(warm, cookies_of_anyone(warm)) as victim:
        session = victim.run("audit").session
        with visiting(warm, other.cookies, session=session) as attacker:
            seen = attacker.run("audit")
            assert not seen.titles
            assert "Lesser" in seen.text
            assert _NAME not in seen.text
            assert victim.run("audit").titles == ["Audit"]


@pytest.mark.parametrize("origin", ["elsewhere", "none", "another port"])
def test_a_page_of_somebody_else_cannot_speak_with_our_cookies(warm: Server, origin: str) -> None:
    named = {
        "elsewhere": Origin("http://elsewhere.example"),
        "none": None,
        "another port": Origin(f"http://127.0.0.1:{free_port()}"),
    }[origin]
    stream = f"ws://{urlsplit(warm.address).netloc}/_stcore/stream"
    held = {"Cookie": header_of(cookies_of_anyone(warm))}
    with (
        pytest.raises(InvalidStatus, match="403"),
        connect(stream, origin=named, additional_headers=held),
    ):
        pass


def test_uploads_of_nobody_are_refused_and_fill_no_memory(warm: Server) -> None:
    process = psutil.Process(warm.process.pid)
    before = process.memory_info().rss
    with httpx.Client(base_url=warm.address) as client:
        for number in range(100):
            path = f"/_stcore/upload_file/session/{number}"
            refused = client.put(path, files={"file": b"x" * _UPLOAD_BYTES})
            assert refused.status_code == 403
    grown = process.memory_info().rss - before
    print(f"100 uploads of 1 MiB were refused; memory grew by {grown / 2**20:.1f} MiB.")
    assert grown < _MOST_GROWTH_BYTES


Forgery = Callable[[Server, SignedIn], dict[str, str]]


def _of_another_secret(server: Server, held: SignedIn) -> dict[str, str]:
    return cookies_with("another secret" * 4, held.id_token, server, ANYONE)


def _expired(server: Server, held: SignedIn) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda _: 1_000_000_000)
        return cookies_with(_secret(server), held.id_token, server, ANYONE)


def _touched(_: Server, held: SignedIn) -> dict[str, str]:
    return {name: f"{value[:-4]}AAAA" for name, value in held.cookies.items()}


def _swapped(_: Server, held: SignedIn) -> dict[str, str]:
    user, tokens = held.cookies
    return {user: held.cookies[tokens], tokens: held.cookies[user]}


def _without_a_token(_: Server, held: SignedIn) -> dict[str, str]:
    return dict(list(held.cookies.items())[:1])


def _with_a_token_of_nobody(server: Server, _: SignedIn) -> dict[str, str]:
    return cookies_with(_secret(server), "nonsense", server, ANYONE)


def _signed_out(server: Server, held: SignedIn) -> dict[str, str]:
    with people_of(server) as connection:
        end_session(connection, held.session, now=datetime.now(UTC))
    return held.cookies


FORGERIES: dict[str, Forgery] = {
    "signed with another secret": _of_another_secret,
    "signed too long ago": _expired,
    "touched": _touched,
    "one in the place of the other": _swapped,
    "without a token": _without_a_token,
    "with a token of nobody": _with_a_token_of_nobody,
    "of a session that was signed out": _signed_out,
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_cookies_that_are_not_a_sign_in_of_now_lead_to_the_sign_in_page(
    warm: Server, kind: str
) -> None:
    cookies = FORGERIES[kind](warm, signed_in(warm, ANYONE, *Role))
    with visiting(warm, cookies) as visitor:
        run = visitor.run("growth")
    assert not told_to_nobody(run)
    assert _NAME not in run.text


def test_a_stolen_id_token_alone_opens_nothing_at_the_control_plane(warm: Server) -> None:
    held = signed_in(warm, ANYONE, *Role)
    address = control_plane_of(warm)
    stolen = {"Authorization": f"Bearer {held.id_token}"}
    paths = json.loads(_DESCRIBED.read_text())["paths"]
    assert httpx.get(f"{address}/v1/me").status_code == 401
    guarded = [path for path in paths if path.startswith("/v1/") and path not in OPEN_PATHS]
    for path in guarded:
        for method in paths[path]:
            answer = httpx.request(method, address + path, headers=stolen)
            assert answer.status_code == 401, (method, path)
    print(f"A stolen ID token was refused at {len(guarded)} addresses.")


def test_a_role_that_was_taken_away_is_gone_at_the_next_run_within_five_seconds(
    warm: Server,
) -> None:
    held = signed_in(warm, "leaving", Role.AUDITOR)
    with visiting(warm, held.cookies) as visitor:
        assert visitor.run("audit").titles == ["Audit"]
        with people_of(warm) as connection:
            set_grants(connection, "leaving", roles=(), reach=WORLD)
        begun = monotonic()
        comes_true(lambda: visitor.run("audit").titles == NOTHING_YET)
        seen = monotonic() - begun
        assert not visitor.run("audit").figures
    print(f"A role that was taken away was gone after {seen:.1f} s.")
    assert seen < 2 * _SEEN_WITHIN_SECONDS, "a busy machine may take twice as long"


def test_a_shell_that_runs_pages_for_nobody_is_noticed(faulty: tuple[Server, Path]) -> None:
    server, noted = faulty
    with visiting(server) as visitor:
        run = visitor.run("status")
    assert told_to_nobody(run)
    assert noted.read_text().split() == ["status"]


def test_a_sign_in_that_the_session_s_state_keeps_is_noticed(faulty: tuple[Server, Path]) -> None:
    server, _ = faulty
    assert _NAME in taken_over(server, {}, query="person=anyone").text


def told_to_nobody(run: Run) -> set[str]:
    """What a run told that nobody may see who is not signed in; nothing where all is well."""
    told = run.figures | {word for word in CANARIES if word in run.text}
    return told if run.titles == SIGN_IN else {*told, *run.titles, "no sign-in page"}


def taken_over(
    server: Server, cookies: dict[str, str], *, query: str = "", is_victim_there: bool = True
) -> Run:
    """What somebody without cookies sees who knows the id of a session that has them."""
    with visiting(server, cookies) as victim:
        run = victim.run("growth", query)
        assert _NAME in run.text, "the victim is not signed in"
        if is_victim_there:
            return _seen_with(server, run.session)
    return _seen_with(server, run.session)


def _seen_with(server: Server, session: str) -> Run:
    with visiting(server, session=session) as attacker:
        return attacker.run("growth")


def _secret(server: Server) -> str:
    return (control_folder(server.log) / "cookie.secret").read_text()


@contextmanager
def _beside(warm: Server, product: Path, warehouse: Path) -> Iterator[Server]:
    """A server that has answered nothing yet, with the control plane of the warm one."""
    log = product / f"log-{free_port()}.txt"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKEND_URL", control_plane_of(warm))
        with serving(Way.STREAMLIT_RUN, warehouse, log, root=product) as server:
            yield server
