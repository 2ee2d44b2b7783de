"""What the screen and the control plane say to each other about people and their sign-ins."""

from typing import Annotated

from pydantic import BaseModel, Field

from dashboard.access.permissions import Permission
from dashboard.access.roles import Role
from dashboard.control.wire import Instant, Message

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105


class Me(Message):
    """Whoever asks: what they may do, where, and how long their sign-in lasts.

    ``reach`` lists countries, null the world. ``signed_in_at`` is null where the provider did not
    say. The sign-in is over at ``ends_at``, or after ``idle_seconds`` without a question.
    """

    person: str
    name: str
    roles: tuple[Role, ...]
    permissions: tuple[Permission, ...]
    reach: tuple[str, ...] | None
    signed_in_at: Instant | None
    ends_at: Instant
    idle_seconds: int
    is_demo: bool


class SignedOut(Message):
    """The sign-in is over, since that instant."""

    at: Instant


class DemoPerson(Message):
    """Somebody whom a demo offers to be: an id, a name, a role, and what they do here."""

    id: str
    name: str
    role: Role
    sentence: str


class Demo(Message):
    """Everybody whom a demo offers to be."""

    people: tuple[DemoPerson, ...]


class Discovery(BaseModel):
    """What the embedded provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    grant_types_supported: tuple[str, ...]
    id_token_signing_alg_values_supported: tuple[str, ...]
    response_types_supported: tuple[str, ...] = ("code",)
    response_modes_supported: tuple[str, ...] = ("query",)
    subject_types_supported: tuple[str, ...] = ("public",)
    scopes_supported: tuple[str, ...] = ("openid",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("none", "private_key_jwt")
    code_challenge_methods_supported: tuple[str, ...] = ("S256",)


class PublicKey(BaseModel):
    """A key that statements are checked with (RFC 7517)."""

    kty: str
    crv: str
    x: str
    y: str
    use: str
    alg: str
    kid: str


class PublicKeys(BaseModel):
    """The keys that the embedded provider's statements are checked with."""

    keys: tuple[PublicKey, ...]


class TokenAnswer(BaseModel):
    """What the token endpoint gives (RFC 6749 section 5.1, RFC 8693 section 2.2.1)."""

    access_token: str
    token_type: str = "Bearer"
    expires_in: Annotated[int, Field(gt=0)]
    issued_token_type: str = ACCESS_TOKEN
    id_token: str | None = None


class TokenProblem(BaseModel):
    """Why the token endpoint gave nothing (RFC 6749 section 5.2)."""

    error: str
    error_description: str = ""


class AccountRow(Message):
    """One account of a person: the provider, and the subject that it knows them by."""

    issuer: str
    subject: str


class PersonRow(Message):
    """One person: roles, countries (null the world), accounts, and when they last signed in."""

    id: str
    name: str
    roles: tuple[Role, ...]
    reach: tuple[str, ...] | None
    is_active: bool
    is_service: bool
    accounts: tuple[AccountRow, ...]
    last_signed_in_at: Instant | None


class People(Message):
    """Everybody, by name."""

    rows: tuple[PersonRow, ...]


class Account(Message):
    """An account to link or to take away; without a provider it is one of the embedded one."""

    issuer: Annotated[str, Field(max_length=500)] = ""
    subject: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Linked(Message):
    """The account is the person's; a password for their first sign-in, where we sign them in."""

    person: str
    one_time_password: str = ""


class NewPerson(Message):
    """Somebody new, who holds no role yet."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class PersonNamed(Message):
    """Which person was changed."""

    person: str


class NewStopToken(Message):
    """A token to ask for, what it is for, and for how many days."""

    purpose: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    days: Annotated[int, Field(ge=1, le=90)] = 90


class StopTokenMade(Message):
    """The token, shown this once, and until when it is good."""

    id: str
    token: str
    until: Instant


class StopTokenRow(Message):
    """One token that can only stop changes: whose, what for, since when, until when."""

    id: str
    person: str
    purpose: str
    made_at: Instant
    until: Instant
    used_at: Instant | None
    ended_at: Instant | None


class StopTokens(Message):
    """Tokens that can only stop changes, the newest first."""

    rows: tuple[StopTokenRow, ...]
