"""Hostile text, stored wherever somebody can write, and what a browser made of it."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import polars as pl
import sqlalchemy as sa
from playwright.sync_api import expect

from dashboard.access.roles import Role
from dashboard.backend.identity.people import link
from dashboard.backend.identity.tokens import ISSUER, Tokens
from dashboard.backend.schema import PEOPLE
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from dashboard.warehouse.tables import EVIDENCE, SCALE
from tests.backend.changes.acting import Person, a_freeze, ok
from tests.backend.changes.fences import a_fence
from tests.browser.story import Story
from tests.geofence.ruling import basis
from tests.places import FIRST_DAY, LAST_DAY, tiny_tables
from tests.servers import ROOT, Server, Way, control_folder, serving
from tests.signing_in import ANYONE, control_plane_of, people_of, signed_in

_BEGINS = "zq7 "
_LINE = (
    "![i](http://evil.example/i) [l](javascript:hit()) :red[r] :material/bolt: :tada: $E=m$ "
    "<img src=x onerror=hit()> <a href='http://evil.example'>a</a> <b>b</b><br>`c` =1+1"
)
_MORE = (
    " <script>hit()</script> <svg onload=hit()> www.evil.example me@evil.example -> -- >= "
    "**s** ~~d~~ \N{RIGHT-TO-LEFT OVERRIDE}gpj\N{POP DIRECTIONAL FORMATTING}"
    "a\N{ZERO WIDTH SPACE}b # 1. | x | "
)
LINE = _BEGINS + _LINE
"""Hostile text for what takes 200 signs: Markdown, directives, formulas, HTML and Plotly's tags."""
TEXT = LINE + _MORE + "long" * 350
"""More of it for what takes 2,000 signs, with no place to break the line."""
ENDLESS = (LINE + _MORE + "long" * 2_500)[:10_000]
_SHORTEST = 9
"""A label that was cut short shows at least so much of it."""
_SHOWN = """() => document.body.textContent"""
_MADE = """() => [...document.querySelectorAll('a, img, script, iframe, object, embed, form')]
    .flatMap(each => [...each.attributes].map(held => `${each.tagName} ${held.value}`))
    .filter(said => /evil|javascript:|hit\\(/.test(said))"""
_CHARTS = """() => JSON.stringify([...document.querySelectorAll('.js-plotly-plot')]
    .map(chart => [chart.data, chart.layout]))"""
_CUT = """() => [...document.querySelectorAll('h1, h2, h3')].filter(each => each.offsetParent)
    .filter(each => each.scrollWidth > each.clientWidth + 1
        || each.getBoundingClientRect().right > innerWidth)
    .map(each => each.textContent.slice(0, 60))"""
_WIDER = "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
_DRAWN = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
    .every(each => each.querySelector('.main-svg'))"""


@contextmanager
def hostile_dashboard(folder: Path, *, root: Path = ROOT) -> Iterator[Server]:
    """A dashboard in which everything that somebody can write is hostile, until the block ends."""
    warehouse = _warehouse(folder / "hostile")
    with serving(Way.STREAMLIT_RUN, warehouse, folder / "log.txt", root=root) as server:
        _write_all(server)
        yield server


def faults(visit: Story) -> list[str]:
    """What became more than text, ran, or broke the page that is open; nothing is well."""
    page = visit.page
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    page.wait_for_function(_DRAWN, timeout=60_000)
    shown: str = page.evaluate(_SHOWN)
    wider: int = page.evaluate(_WIDER)
    return [
        *(["it ran"] if page.evaluate("() => 'wasHit' in window") else []),
        *(f"is no text: {each}" for each in page.evaluate(_MADE)),
        *(f"shown as: {each}" for each in sorted(set(_misread(shown)))),
        *(f"in a chart: {each}" for each in _markup_of(json.loads(page.evaluate(_CHARTS)))),
        *(f"cut heading: {each}" for each in page.evaluate(_CUT)),
        *([f"{wider} px wider than the window"] if wider > 0 else []),
    ]


def times_shown(visit: Story) -> int:
    """How often hostile text stands on the page that is open."""
    shown: str = visit.page.evaluate(_SHOWN)
    return shown.count(_BEGINS)


def notice_what_runs(visit: Story) -> None:
    """Have every page of this visit note when what hostile text calls was called."""
    visit.page.add_init_script("window.hit = () => { window.wasHit = true }")


def _misread(shown: str) -> Iterator[str]:
    """Where a text does not stand letter by letter, at most cut short with an ellipsis."""
    whole = ENDLESS.removeprefix(_BEGINS)
    for piece in shown.split(_BEGINS)[1:]:
        kept = piece.partition("…")[0]
        is_cut = len(kept) < len(piece) and len(kept) >= _SHORTEST and whole.startswith(kept)
        is_more = piece.startswith(f"{_LINE} <script>")
        stands = piece.startswith(_LINE + _MORE.rstrip() if is_more else _LINE)
        if not stands and not is_cut:
            yield piece[:400]


def _markup_of(spec: object) -> Iterator[str]:
    match spec:
        case str():
            if _BEGINS in spec and re.search(r"<(?!/?b>|br>)", spec.partition(_BEGINS)[2]):
                yield html.unescape(spec)[:80]
        case dict():
            for each in spec.values():
                yield from _markup_of(each)
        case list():
            for each in spec:
                yield from _markup_of(each)


def _warehouse(folder: Path) -> Path:
    loads = []
    for name, frame in _tables().items():
        source = folder.with_name(f"{name}.parquet")
        frame.write_parquet(source)
        loads.append(Load(name, (source,)))
    ingest_in_turn(loads, folder, options=IngestOptions())
    return folder


def _tables() -> dict[str, pl.DataFrame]:
    """The tiny warehouse, every text of which that is no code is hostile."""
    free = {
        "title": LINE, "trigger": TEXT, "impact": ENDLESS, "source": ENDLESS, "detail": ENDLESS,
        "service_name": LINE, "service_category": LINE, "service_provider_name": LINE,
        "pricing_unit": LINE, "category": LINE, "subdivision": LINE, "phase": LINE,
    }  # fmt: skip
    written = {
        name: frame.with_columns(
            pl.lit(text).alias(column) for column, text in free.items() if column in frame.columns
        )
        for name, frame in tiny_tables().items()
    }
    uploads = written["uploads"].with_columns(
        hashtags=pl.lit([LINE], pl.List(pl.String)), language=pl.lit(LINE)
    )
    return {**written, "uploads": uploads, EVIDENCE.name: _claims(), SCALE.name: _stated()}


def _claims() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "claim_id": ["a"], "metric": ["mau"], "scope": ["global"], "period": [LINE],
            "since": [FIRST_DAY], "until": [LAST_DAY], "value": [60.0], "unit": ["people"],
            "grade": ["A"], "source": [ENDLESS], "note": [ENDLESS],
            "recorded_at": [datetime(2020, 4, 2, tzinfo=UTC)],
        }
    )  # fmt: skip


def _stated() -> pl.DataFrame:
    return pl.DataFrame(
        {"metric": ["countries"], "day": [date(2020, 4, 1)], "value": [3.0], "unit": [LINE],
         "source": [f"story {LINE}"]}
    )  # fmt: skip


def _write_all(server: Server) -> None:
    """Changes, people, accounts and stop tokens with hostile text, at the control plane."""
    with closing(httpx.Client(base_url=control_plane_of(server), timeout=60)) as http:
        people = {
            name: Person(http, _token(server, name, role))
            for name, role in (
                ("olu", Role.OPERATOR), ("ann", Role.APPROVER), ("ben", Role.APPROVER),
                (ANYONE, None),
            )
        }  # fmt: skip
        _write_freezes(people)
        _write_rules(people)
        ok(people[ANYONE].send("POST", "/v1/stop-tokens", {"purpose": LINE, "days": 9}))
    with people_of(server) as connection:
        connection.execute(sa.update(PEOPLE).values(name=LINE))
        link(connection, ANYONE, issuer=TEXT[:500], subject=LINE)


def _token(server: Server, person: str, role: Role | None) -> str:
    session = signed_in(server, person, *([role] if role else Role)).session
    tokens = Tokens(control_folder(server.log), ISSUER)
    return tokens.minted(person=person, session=session, now=datetime.now(UTC), asked_by="test")


def _write_freezes(people: dict[str, Person]) -> None:
    """One stopped and reviewed, one rejected, one approved and changed once more."""
    said = {"title": LINE, "reason": TEXT}
    now = datetime.now(UTC)
    span = {"since": now.isoformat(), "until": (now + timedelta(days=9)).isoformat()}
    writer, approver = people["olu"], people["ann"]

    def freeze(name: str) -> dict:
        content = a_freeze(name, reason=TEXT, **span)
        change = ok(writer.create(content, **said))
        return ok(writer.do(ok(writer.do(change, "preview")), "submit"))

    ok(approver.do(freeze("one"), "reject", reason=TEXT))
    approved = ok(approver.do(freeze("two"), "approve", reason=TEXT))
    ok(writer.edit(approved, a_freeze("two", reason=f"{TEXT} again", **span), **said))
    live = ok(approver.do(ok(approver.do(freeze("three"), "approve")), "apply"))
    stopped = ok(writer.do(live, "stop", reason=TEXT))
    ok(approver.do(stopped, "review", reason=TEXT))


def _write_rules(people: dict[str, Person]) -> None:
    """One rule in force by everybody it takes, one put in force by a single person."""
    lines = dict.fromkeys(("authority", "order_number", "document", "contact"), LINE)
    for name, place in (("one", "IN"), ("two", "BR")):
        content = a_fence(name, title=LINE, places=[place], basis=basis(**lines))
        change = ok(people["olu"].create(content, kind="geofence", title=LINE, reason=TEXT))
        change = ok(people["olu"].do(change, "preview"))
        if name == "two":
            ok(people["olu"].do(change, "tighten", reason=TEXT, reference=LINE))
            continue
        change = ok(people["olu"].do(change, "submit"))
        for approver in ("ann", "ben")[: change["approvals_needed"]]:
            estimate = change["preview"]["impact"]["people"]
            change = ok(people[approver].do(change, "approve", typed_people=estimate))
        ok(people["ann"].do(change, "apply"))
