"""The clock's routes: what it shows, and setting it in a demo."""

from dataclasses import replace
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Response

from dashboard.access.permissions import Permission
from dashboard.backend.audit.entries import Entry, written
from dashboard.backend.identity.gate import GUARDED
from dashboard.backend.once import KEYED, Call, Told, answered, called
from dashboard.backend.plane import ControlPlane
from dashboard.backend.strict_json import StrictRoute
from dashboard.control.wire import ClockReading, ClockSetting
from dashboard.errors import ClockRunsFree


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of the clock of one control plane."""
    router = APIRouter(prefix="/v1/clock", tags=["clock"], route_class=StrictRoute)
    caller = Annotated[Call, Depends(called(plane, Permission.CLOCK_SET))]

    @router.get("")
    def clock() -> ClockReading:
        """What the platform's clock shows."""
        return plane.now()

    @router.put("", response_model=ClockReading, responses={**GUARDED, **KEYED})
    def set_clock(setting: ClockSetting, call: caller) -> Response:
        """Set a demo's clock to an instant, from which it runs on."""
        return _set(plane, call, setting)

    return router


def _set(plane: ControlPlane, call: Call, setting: ClockSetting) -> Response:
    asked = Entry("clock.set", call.actor.person, "clock", after=written(setting.at))

    def effect(connection: sa.Connection) -> Told:
        before = plane.clock.read(connection, plane.wall()).now
        shown = plane.clock.set(connection, setting.at, plane.wall())
        plane.record(connection, replace(asked, before=written(before)))
        return Told(shown.model_dump_json())

    try:
        return answered(plane, call, effect)
    except ClockRunsFree:
        plane.record_refusal(asked)
        raise
