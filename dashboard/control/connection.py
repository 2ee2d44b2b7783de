"""The connection: how the control plane at one address is asked, for one person or for nobody.

Whatever goes wrong, a question ends within its seconds. An act carries a key of its own: where its
answer was lost it is sent again with the same key, and the control plane does it once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TypeVar
from uuid import uuid4

import httpx
from pydantic import BaseModel, ValidationError

from dashboard.control.breaker import Breaker
from dashboard.control.deadlines import Answer, exchanged, opened, waited
from dashboard.control.people import TokenProblem
from dashboard.control.wire import Problem
from dashboard.errors import ActRefused, ControlError, ControlSilent

READ_SECONDS = 4.0
ACT_SECONDS = 9.0
PURPOSE, UNATTENDED = "Purpose", "unattended"
"""The header by which a screen says that nobody asked it to."""
_TRIES = 3
_REFUSALS_OF_TOKENS = {400, 401}
_M = TypeVar("_M", bound=BaseModel)


def nobody() -> str:
    """The token of nobody, which some questions need none of."""
    return ""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: where it goes, what it says, and which version it was decided on (an ETag).

    ``key`` names the intent; the same one is never done twice.
    """

    method: str
    path: str
    said: BaseModel | None = None
    based_on: str = ""
    key: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True)
class Connection:
    """How one control plane is asked; ``token`` gives the token of whoever asks, newly each time.

    What a screen asks by itself (``is_unattended``) does not count as somebody being there.
    What was learned of its silence is shared by everybody who asks it from this process.
    """

    base_url: str
    http: httpx.AsyncClient
    breaker: Breaker = field(default_factory=Breaker)
    token: Callable[[], str] = nobody
    is_unattended: bool = False

    @classmethod
    def to(cls, base_url: str) -> "Connection":
        """A connection for nobody; nothing is sent yet."""
        return cls(base_url, opened(base_url))

    def unattended(self) -> "Connection":
        """The same connection, for what a screen asks by itself."""
        return replace(self, is_unattended=True)

    def of(self, token: Callable[[], str]) -> "Connection":
        """The same connection for a person."""
        return replace(self, token=token)

    def close(self) -> None:
        """Let go of what is open."""
        waited(self.http.aclose(), READ_SECONDS)

    def read(self, path: str, message: type[_M], seconds: float = READ_SECONDS) -> _M:
        """What it answers; raises ActRefused or ControlSilent."""
        request = self.http.build_request("GET", path, headers=self._who())
        return _understood(self._sent(lambda: request, seconds), message)

    def act(self, act: Act, message: type[_M]) -> _M:
        """What it answers to an act; raises ActRefused or ControlSilent."""
        headers = {**self._who(), "Idempotency-Key": act.key}
        if act.based_on:
            headers["If-Match"] = act.based_on
        body = None if act.said is None else act.said.model_dump(mode="json")
        request = self.http.build_request(act.method, act.path, json=body, headers=headers)
        return _understood(self._sent(lambda: request, ACT_SECONDS), message)

    def form(self, path: str, fields: Callable[[], Mapping[str, str]], message: type[_M]) -> _M:
        """What a token endpoint answers to a form; raises ActRefused or ControlSilent.

        Each try has fields of its own: what proves who asks is good once.
        """
        answer = self._sent(
            lambda: self.http.build_request("POST", path, data=fields()), READ_SECONDS
        )
        if answer.status in _REFUSALS_OF_TOKENS:
            raise _refused_token(answer)
        return _understood(answer, message)

    def _who(self) -> Mapping[str, str]:
        token = self.token()
        if not token:
            return {}
        purpose = {PURPOSE: UNATTENDED} if self.is_unattended else {}
        return {"Authorization": f"Bearer {token}", **purpose}

    def _sent(self, request: Callable[[], httpx.Request], seconds: float) -> Answer:
        """The answer within so many seconds; raises ControlSilent."""
        until = monotonic() + seconds
        silence = ControlSilent("The control plane was silent; it is asked again in a moment.")
        for _ in range(_TRIES):
            left = until - monotonic()
            if left <= 0 or not self.breaker.lets_through():
                break
            try:
                answer = waited(exchanged(self.http, request(), left), left)
            except ControlSilent as silent:
                self.breaker.was_silent()
                silence = silent
            else:
                self.breaker.answered()
                return answer
        raise silence


def _refused_token(answer: Answer) -> ControlError:
    """Why no token was given (RFC 6749, section 5.2)."""
    try:
        problem = TokenProblem.model_validate_json(answer.body)
    except ValidationError:
        return ControlSilent("The control plane's answer cannot be understood.")
    said = problem.error_description or "Sign in again."
    return ActRefused(said, kind=problem.error, status=answer.status)


def _understood(answer: Answer, message: type[_M]) -> _M:
    """The message of an answer; raises ActRefused for a refusal, ControlSilent for nonsense."""
    try:
        if answer.status < httpx.codes.BAD_REQUEST:
            return message.model_validate_json(answer.body)
        problem = Problem.model_validate(json.loads(answer.body))
    except (ValidationError, ValueError) as garbled:
        raise ControlSilent("The control plane's answer cannot be understood.") from garbled
    raise ActRefused(problem.detail, kind=problem.type, status=problem.status, field=problem.field)
