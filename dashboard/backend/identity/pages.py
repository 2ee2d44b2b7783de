"""The pages of the embedded provider: plain HTML, no script, nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

from fastapi import Response

from dashboard.control.people import DemoPerson

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem;
  background: Canvas; color: CanvasText; }
label { display: block; margin: 1rem 0 .25rem; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; }
button { font: inherit; padding: .5rem 1rem; margin-top: 1rem; cursor: pointer; }
li { list-style: none; margin: 0 0 1rem; } ul { padding: 0; } li button { margin: 0 0 .25rem; }
.said { border-left: .25rem solid; padding-left: .75rem; }
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def demo_page(
    people: Sequence[DemoPerson], question: Sequence[tuple[str, str]], redirect_uri: str
) -> Response:
    """One button for each person of the demo."""
    asked = [(name, value) for name, value in question if name != "login_hint"]
    rows = "".join(
        f'<li><form method="get" action="authorize">{_hidden(asked)}'
        f'<button name="login_hint" value="{escape(one.id)}">{escape(one.name)}</button></form>'
        f"{escape(one.sentence)}</li>"
        for one in people
    )
    return _page("DEMO: who would you like to be?", f"<ul>{rows}</ul>", redirect_uri)


def sign_in_page(question: str, redirect_uri: str, said: str = "", status: int = 200) -> Response:
    """The form for a name and a password, with a sentence on what went wrong before."""
    body = (
        f'<form method="post" action="sign-in">{_hidden([("question", question)])}'
        f"{_field('name', 'Name', 'username')}"
        f"{_field('password', 'Password', 'current-password')}<button>Sign in</button></form>"
    )
    return _page("Sign in", _said(said) + body, redirect_uri, status)


def change_page(question: str, name: str, redirect_uri: str, said: str) -> Response:
    """The form for a password of one's own."""
    body = (
        f'<form method="post" action="password">{_hidden([("question", question), ("name", name)])}'
        f"{_field('password', 'The password you have now', 'current-password')}"
        f"{_field('new', 'A new one, of 12 letters or more', 'new-password')}"
        f"{_field('again', 'The new one again', 'new-password')}<button>Change it</button></form>"
    )
    return _page("Choose a password", _said(said) + body, redirect_uri)


def problem_page(said: str, status: int) -> Response:
    """Why there is no sign-in, when nothing may be told to whoever asked."""
    return _page("This sign-in cannot go on", f"<p>{escape(said)}</p>", "", status)


def _page(title: str, body: str, redirect_uri: str, status: int = 200) -> Response:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{escape(title)}</title><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return Response(html, status, _headers(redirect_uri), "text/html; charset=utf-8")


def _headers(redirect_uri: str) -> Mapping[str, str]:
    # Browsers hold the way back to what a form may lead to, so the dashboard is named too.
    parts = urlsplit(redirect_uri)
    back = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; "
        f"form-action 'self'{back}; frame-ancestors 'none'; base-uri 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def _hidden(values: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in values
    )


def _field(name: str, label: str, complete: str) -> str:
    kind = "text" if complete == "username" else "password"
    return (
        f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="{kind}" '
        f'autocomplete="{complete}" required maxlength="200">'
    )


def _said(said: str) -> str:
    return f'<p class="said" role="alert">{escape(said)}</p>' if said else ""
