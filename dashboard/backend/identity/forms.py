"""Forms: what browsers and the dashboard send to the provider, each field once."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from authlib.oauth2.rfc6749 import InvalidRequestError
from fastapi import Request

_FORM_TYPE = "application/x-www-form-urlencoded"
_MOST_FIELDS = 40


async def sent_form(request: Request) -> Mapping[str, str]:
    """A dependency of routes: the fields of a form; raises InvalidRequestError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM_TYPE:
        raise InvalidRequestError(f"The body is no {_FORM_TYPE}.")
    try:
        text = (await request.body()).decode("ascii")
        fields = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as wrong:
        raise InvalidRequestError("The body is no form.") from wrong
    said = dict(fields)
    if len(said) != len(fields):
        raise InvalidRequestError("A field is there twice.")
    return said


def is_from_here(request: Request) -> bool:
    """Whether a form was filled in on a page of ours: every browser says where it comes from."""
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == request.headers.get("host", "")
