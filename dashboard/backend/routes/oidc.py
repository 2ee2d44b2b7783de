"""The routes of the provider: signing in, and the tokens that come of it.

Where another provider is configured, the exchange of its tokens alone is left.
"""

from collections.abc import Callable, Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc6749 import UnsupportedGrantTypeError as UnsupportedGrant
from authlib.oauth2.rfc7636.challenge import CODE_VERIFIER_PATTERN
from fastapi import APIRouter, Depends, Request, Response

from dashboard.backend.audit.entries import Entry, Json, Result
from dashboard.backend.identity.codes import Replayed, SignIn, redeemed
from dashboard.backend.identity.exchange import Exchange
from dashboard.backend.identity.foreign import ForeignProvider
from dashboard.backend.identity.forms import sent_form
from dashboard.backend.identity.pages import demo_page, sign_in_page
from dashboard.backend.identity.people import person_of
from dashboard.backend.identity.provider import (
    discovery,
    id_token,
    public_keys,
    read_question,
)
from dashboard.backend.identity.returning import HTML, NO_STORE, refused_question, sent_back
from dashboard.backend.identity.sessions import LONGEST
from dashboard.backend.plane import ControlPlane
from dashboard.control.demo_people import DEMO_PEOPLE
from dashboard.control.keys import DASHBOARD
from dashboard.control.people import EXCHANGE, Discovery, PublicKeys, TokenAnswer, TokenProblem

CODE_GRANT = "authorization_code"
_UNUSED_ACCESS = "none"
_TOKEN: dict[int | str, dict[str, object]] = {
    code: {"model": TokenProblem, "description": said}
    for code, said in {
        400: "The question is wrong, or what it shows is over",
        401: "Whoever asks is not the dashboard",
        503: "The provider, or the database, does not answer",
    }.items()
}
Form = Annotated[Mapping[str, str], Depends(sent_form)]


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of signing in to one control plane."""
    router = APIRouter(prefix="/oidc", tags=["sign-in"])
    issuer = plane.sign_in.issuer
    foreign = ForeignProvider(issuer, plane.sign_in.client_id) if issuer else None
    if foreign is None:
        _add_provider(router, plane)
    grants: dict[str, Callable[[Mapping[str, str]], TokenAnswer]] = {
        EXCHANGE: Exchange(plane, foreign).token
    }
    if foreign is None:
        grants[CODE_GRANT] = lambda form: _redeemed(plane, form)

    @router.post("/token", response_model_exclude_none=True, responses=_TOKEN)
    def token(form: Form, response: Response) -> TokenAnswer:
        """Give tokens for a code, or for a person's ID token, to the dashboard alone."""
        grant = grants.get(form.get("grant_type", ""))
        if grant is None:
            raise UnsupportedGrant("")
        response.headers.update(NO_STORE)
        return grant(form)

    return router


def _add_provider(router: APIRouter, plane: ControlPlane) -> None:
    @router.get("/.well-known/openid-configuration")
    def configuration() -> Discovery:
        """What the provider says of itself."""
        return discovery(plane.issuer)

    @router.get("/jwks")
    def keys() -> PublicKeys:
        """The key that ID tokens are signed with."""
        return public_keys(plane.tokens.key)

    @router.get("/authorize", response_class=Response, responses=HTML)
    def authorize(request: Request) -> Response:
        """Ask who wants to sign in, and send them back with a code."""
        said = parse_qsl(request.url.query, keep_blank_values=True)
        try:
            asked = read_question(said, plane.sign_in.dashboard_url)
        except OAuth2Error as wrong:
            return refused_question(wrong)
        uri = asked.bound_to.redirect_uri
        if not plane.is_demo:
            return sign_in_page(urlencode(said), uri)
        if asked.hint in {one.id for one in DEMO_PEOPLE}:
            return sent_back(plane, asked, asked.hint, way="demo")
        return demo_page(DEMO_PEOPLE, said, uri)


async def token_problem(_: Request, wrong: Exception) -> Response:
    """The problem of a token endpoint, in the protocol's own form."""
    assert isinstance(wrong, OAuth2Error)
    said = TokenProblem(error=wrong.error, error_description=wrong.get_error_description() or "")
    return Response(said.model_dump_json(), wrong.status_code, NO_STORE, "application/json")


def _redeemed(plane: ControlPlane, form: Mapping[str, str]) -> TokenAnswer:
    """What the dashboard is told of the sign-in of a code; raises OAuth2Error."""
    verifier = form.get("code_verifier", "")
    if form.get("client_id", DASHBOARD) != DASHBOARD or not form.get("code"):
        raise InvalidRequestError("The code and the client_id are needed.")
    if not CODE_VERIFIER_PATTERN.fullmatch(verifier):
        raise InvalidRequestError("The code_verifier is none.")
    uri, now = form.get("redirect_uri", ""), plane.wall()
    with plane.database.writing() as connection:
        found = redeemed(connection, form["code"], redirect_uri=uri, verifier=verifier, now=now)
        _tell(plane, connection, found)
        person = person_of(connection, found.person) if isinstance(found, SignIn) else None
    # What a replay ended stays ended: it is refused once that is written.
    if not isinstance(found, SignIn) or person is None:
        raise InvalidGrantError("The code is unknown, over or used.")
    said = id_token(plane.tokens.key, plane.issuer, found, name=person.name, now=now)
    # OpenID Connect asks for an access token too; there is nothing that this one opens.
    seconds = int(LONGEST.total_seconds())
    return TokenAnswer(access_token=_UNUSED_ACCESS, expires_in=seconds, id_token=said)


def _tell(plane: ControlPlane, connection: sa.Connection, found: SignIn | Replayed | None) -> None:
    """Say in the audit who came in, or whose code came twice."""
    if isinstance(found, SignIn):
        after: Json = {"way": found.way}
        entry = Entry("session.begun", found.person, found.person, after=after)
        plane.record(connection, entry)
    elif found is not None:
        again = Entry("code.replayed", found.person, found.person, Result.REFUSED)
        plane.record(connection, again)
