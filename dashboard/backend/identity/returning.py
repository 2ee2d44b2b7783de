"""The way back: a browser returns to the dashboard, with a code or the reason why there is none."""

from authlib.oauth2.rfc6749 import OAuth2Error
from fastapi import Response
from fastapi.responses import RedirectResponse

from dashboard.backend.identity.codes import new_code
from dashboard.backend.identity.pages import problem_page
from dashboard.backend.identity.provider import Asked
from dashboard.backend.plane import ControlPlane

HTML: dict[int | str, dict[str, object]] = {
    200: {"content": {"text/html": {}}},
    303: {"description": "Back to the dashboard, with a code or the reason why there is none"},
    400: {"content": {"text/html": {}}, "description": "The question is not the dashboard's"},
}
"""The answers of every page of signing in."""
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache", "Referrer-Policy": "no-referrer"}


def sent_back(plane: ControlPlane, asked: Asked, person: str, *, way: str) -> Response:
    """The way back to the dashboard, with a code of a person who proved who they are just now."""
    with plane.database.writing() as connection:
        code = new_code(connection, person, way=way, bound_to=asked.bound_to, now=plane.wall())
    return RedirectResponse(asked.answered(code), 303, NO_STORE)


def refused_question(wrong: OAuth2Error) -> Response:
    """What a browser is told whose question is wrong: the way back, where that is known."""
    if wrong.redirect_uri:
        _, _, headers = wrong()
        return RedirectResponse(dict(headers)["Location"], 303, NO_STORE)
    return problem_page("Go back to the dashboard and sign in from there.", 400)
