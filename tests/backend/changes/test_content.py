"""What has no single meaning or lies out of bounds is never stored, and told by its field."""

import json
from collections.abc import Iterator
from random import Random
from uuid import uuid4

import pytest
import sqlalchemy as sa

from dashboard.access.roles import Role
from dashboard.backend import strict_json
from dashboard.backend.changes.tables import CHANGES
from dashboard.backend.plane import ControlPlane
from tests.backend.changes.acting import Person, a_freeze, ok, people

_RAW = {
    "NaN": "NaN", "infinity": "Infinity", "minus infinity": "-Infinity", "too great": "1e999",
}  # fmt: skip


def _bad(chance: Random) -> tuple[str, str]:
    """A body that must be refused, and how the name of the field that it is refused by begins."""
    said = {"kind": "freeze", "title": "A change", "reason": "why", "content": a_freeze()}
    content = said["content"]
    number = chance.randrange(1_000_000)
    choice = chance.randrange(10)
    if choice == 0:
        field = chance.choice(["since", "name", "kinds"])
        content[field] = "RAW"
        text = json.dumps(said).replace('"RAW"', chance.choice(list(_RAW.values())))
        return text, f"content.{field}"
    if choice == 1:
        text = json.dumps(said)
        return text.replace('"name":', f'"name": "n{number}", "name":'), "content.name"
    if choice == 2:
        said[f"extra{number}"] = number
        return json.dumps(said), f"extra{number}"
    changes: list[tuple[str, object]] = [
        ("countries", [f"Q{number}"]), (f"more{number}", 1), ("reason", "x" * (2001 + number % 99)),
        ("kinds", ["freeze"]), ("until", "2020-09-14T00:00:00Z"), ("since", f"{number}"),
        ("name", "A" * (61 + number % 100)),
    ]  # fmt: skip
    field, value = changes[choice - 3]
    content[field] = value
    # An end before the beginning is told of the content, which holds both.
    return json.dumps(said), "content" if field == "until" else f"content.{field}"


def _judged(plane: ControlPlane, olu: Person, *, documents: int) -> Iterator[str]:
    """What is wrong with the answers to so many bad documents."""
    chance = Random(2020)
    for _ in range(documents):
        body, field = _bad(chance)
        headers = {"authorization": f"Bearer {olu.token}", "idempotency-key": str(uuid4()),
                   "content-type": "application/json"}  # fmt: skip
        answer = olu.http.post("/v1/changes", content=body, headers=headers)
        if answer.status_code != 422 or not answer.json()["field"].startswith(field):
            yield f"{answer.status_code} {answer.text[:200]} for {body[:200]}"
    with plane.database.reading() as connection:
        stored = connection.execute(sa.select(sa.func.count()).select_from(CHANGES)).scalar_one()
    if stored:
        yield f"{stored} were stored"


def _proven(plane: ControlPlane, documents: int) -> None:
    with people(plane, olu=Role.OPERATOR) as at:
        wrong = list(_judged(plane, at["olu"], documents=documents))
    print(f"\n{documents} bad documents: {len(wrong)} not refused by their field")
    assert wrong == []


def test_no_bad_document_is_stored(plane: ControlPlane) -> None:
    _proven(plane, 300)


@pytest.mark.drill
@pytest.mark.timeout(900)
def test_none_of_five_thousand_bad_documents_is_stored(plane: ControlPlane) -> None:
    _proven(plane, 5_000)


@pytest.mark.wide
def test_without_strict_reading_the_proof_turns_red(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strict_json, "refuse_loose", lambda _: None)
    with people(plane, olu=Role.OPERATOR) as at:
        assert list(_judged(plane, at["olu"], documents=100))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("[" * 40 + "]" * 40, "0.0"),
        ('{"title": "\\ud800"}', "title"),
        ('{"title": "a\\u0000b"}', "title"),
        ('{"at": ' + "9" * 5000 + "}", ""),
        ("{", ""),
    ],
)
def test_a_body_without_a_single_meaning_is_refused(
    plane: ControlPlane, body: str, field: str
) -> None:
    with people(plane, olu=Role.OPERATOR) as at:
        olu = at["olu"]
        headers = {"authorization": f"Bearer {olu.token}", "content-type": "application/json",
                   "idempotency-key": str(uuid4())}  # fmt: skip
        answer = olu.http.post("/v1/changes", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["field"].startswith(field)


def test_a_body_longer_than_64_kilobytes_is_refused(plane: ControlPlane) -> None:
    with people(plane, olu=Role.OPERATOR) as at:
        answer = at["olu"].create(a_freeze(reason="x" * 70_000))
    assert answer.status_code == 413


def test_a_kind_without_ramps_and_a_kind_that_is_not_there_are_refused(
    plane: ControlPlane,
) -> None:
    plan = {"steps": [{"percent": 100, "bake_seconds": 0}]}
    with people(plane, olu=Role.OPERATOR) as at:
        ramped = at["olu"].create(a_freeze(), ramp=plan)
        assert (ramped.status_code, ramped.json()["field"]) == (422, "ramp")
        unknown = at["olu"].create({}, kind="ranking")
        assert (unknown.status_code, unknown.json()["field"]) == (422, "kind")
        assert ok(at["olu"].get("/v1/changes"))["rows"] == []
