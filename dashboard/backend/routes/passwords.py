"""The routes of signing in with a name and a password: plain forms, on pages of our own."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import OAuth2Error
from fastapi import APIRouter, Depends, Request, Response

from dashboard.backend.identity.forms import is_from_here, sent_form
from dashboard.backend.identity.pages import change_page, problem_page, sign_in_page
from dashboard.backend.identity.passwords import Tried, Try, Verdict, set_own, tried, weakness_of
from dashboard.backend.identity.provider import Asked, read_question
from dashboard.backend.identity.returning import HTML, refused_question, sent_back
from dashboard.backend.plane import ControlPlane
from dashboard.control.people import TokenProblem

Form = Annotated[Mapping[str, str], Depends(sent_form)]
_WRONG = "That name and password do not belong together."
_SAID = {
    Verdict.WRONG: (_WRONG, 401),
    Verdict.TOO_OFTEN: ("That was tried too often. Try again in 15 minutes.", 429),
}
_CHOOSE = "This password was for the first time. Choose one that nobody else has seen."
_ANSWERS: dict[int | str, dict[str, object]] = {
    **HTML,
    400: {
        "model": TokenProblem,
        "content": {"text/html": {}},
        "description": "The question is not the dashboard's, or the body is no form",
    },
    401: {"content": {"text/html": {}}, "description": _WRONG},
    403: {"content": {"text/html": {}}, "description": "The form is not from a page of ours"},
    429: {"content": {"text/html": {}}, "description": "It was tried too often"},
}


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of passwords of one control plane, which is no demo and has no other provider."""
    router = APIRouter(prefix="/oidc", tags=["sign-in"])

    @router.post("/sign-in", response_class=Response, responses=_ANSWERS)
    def sign_in(request: Request, form: Form) -> Response:
        """Try a name and a password, and go back to the dashboard with a code."""
        asked = _asked(plane, request, form)
        if isinstance(asked, Response):
            return asked
        found = tried(plane, _try(request, form))
        if found.verdict is Verdict.RIGHT:
            return sent_back(plane, asked, found.person, way="password")
        return _again(asked, form, found)

    @router.post("/password", response_class=Response, responses=_ANSWERS)
    def change(request: Request, form: Form) -> Response:
        """Change a password, by somebody who knows the old one, and go on as after signing in."""
        asked = _asked(plane, request, form)
        if isinstance(asked, Response):
            return asked
        return _changed(plane, asked, request, form)

    return router


def _changed(
    plane: ControlPlane, asked: Asked, request: Request, form: Mapping[str, str]
) -> Response:
    found = tried(plane, _try(request, form))
    if found.verdict not in {Verdict.RIGHT, Verdict.MUST_CHANGE}:
        return _again(asked, form, found)
    new, name = form.get("new", ""), form.get("name", "")
    weakness = weakness_of(new, name)
    if new != form.get("again", ""):
        weakness = "The new password is not the same both times."
    if new == form.get("password", ""):
        weakness = "The new password is the old one."
    if weakness:
        return change_page(form.get("question", ""), name, asked.bound_to.redirect_uri, weakness)
    set_own(plane, found.person, new)
    return sent_back(plane, asked, found.person, way="password")


def _asked(plane: ControlPlane, request: Request, form: Mapping[str, str]) -> Asked | Response:
    """The dashboard's question that a form carries, read anew; or what to answer instead."""
    if not is_from_here(request):
        return problem_page("This form is not from a page of the control plane.", 403)
    said = parse_qsl(form.get("question", ""), keep_blank_values=True)
    try:
        return read_question(said, plane.sign_in.dashboard_url)
    except OAuth2Error as wrong:
        return refused_question(wrong)


def _again(asked: Asked, form: Mapping[str, str], found: Tried) -> Response:
    question, uri = form.get("question", ""), asked.bound_to.redirect_uri
    if found.verdict is Verdict.MUST_CHANGE:
        return change_page(question, form.get("name", ""), uri, _CHOOSE)
    said, status = _SAID[found.verdict]
    return sign_in_page(question, uri, said, status)


def _try(request: Request, form: Mapping[str, str]) -> Try:
    address = "" if request.client is None else request.client.host
    return Try(form.get("name", ""), form.get("password", ""), address)
