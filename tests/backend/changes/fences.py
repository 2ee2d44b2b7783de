"""Geofence rules on their way through the engine, by three people."""

from dashboard.access.roles import Role
from tests.backend.changes.acting import Person, ok
from tests.geofence.ruling import rule

THREE = {"olu": Role.OPERATOR, "ann": Role.APPROVER, "ben": Role.APPROVER}


def a_fence(name: str = "in-69a", **changed: object) -> dict:
    """The content of the block of India, or of what it was changed to."""
    is_lifted = changed.pop("is_lifted", False)
    return {**rule(name, **changed).model_dump(mode="json"), "is_lifted": is_lifted}


def submitted(writer: Person, content: dict) -> dict:
    """A change of a rule that waits for approval."""
    change = ok(writer.create(content, kind="geofence"))
    change = ok(writer.do(change, "preview"))
    return ok(writer.do(change, "submit"))


def approved_by(change: dict, *approvers: Person) -> dict:
    """The change after each of these approved it."""
    for each in approvers:
        people = change["preview"]["impact"]["people"]
        change = ok(each.do(change, "approve", typed_people=people))
    return change


def in_force(at: dict[str, Person], content: dict) -> dict:
    """A rule put in force by as many people as it takes."""
    change = submitted(at["olu"], content)
    approvers = [at["ann"], at["ben"]][: change["approvals_needed"]]
    return ok(at["ann"].do(approved_by(change, *approvers), "apply"))
