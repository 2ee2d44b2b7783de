"""What Streamlit's own sign-in is told: where the provider is, and the secret of its cookies."""

import os
import secrets
from pathlib import Path

from streamlit.runtime.secrets import SecretsValue

from dashboard.control.demo_people import DEMO_PEOPLE
from dashboard.settings import read_settings
from dashboard.sign_in_settings import SignInSettings
from dashboard.ui.control import control_of_nobody
from dashboard.ui.server.browser_files import SIGN_IN_ENDS

USUAL = "usual"
"""The provider as it is asked when somebody comes."""
AGAIN = "again"
"""The same provider, told to have the person prove once more who they are."""
_HERE = "http://127.0.0.1:{port}"
_WELL_KNOWN = "/.well-known/openid-configuration"
_COOKIE_SECRET = "cookie.secret"


def sign_in_secrets() -> dict[str, SecretsValue]:
    """What ``st.login`` reads as its secrets; raises SettingsError or OSError.

    A demo's people are each a provider of their own that names them, so that one click is enough;
    whether they may come in, the control plane decides.
    """
    settings = read_settings().sign_in
    shared: dict[str, SecretsValue] = {
        "redirect_uri": f"{settings.dashboard_url or _HERE}{SIGN_IN_ENDS}",
        "cookie_secret": _cookie_secret(settings.dashboard_key.parent),
        "expose_tokens": "id",
    }
    asked: dict[str, dict[str, SecretsValue]] = {
        USUAL: {"prompt": "select_account"},
        AGAIN: {"prompt": "login"},
    }
    if not settings.issuer:
        asked |= {person.id: {"login_hint": person.id} for person in DEMO_PEOPLE}
    providers = {name: _provider(settings, extra) for name, extra in asked.items()}
    return {"auth": {**shared, **providers}}


def _provider(settings: SignInSettings, extra: dict[str, SecretsValue]) -> dict[str, SecretsValue]:
    if settings.issuer:
        return {
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "server_metadata_url": f"{settings.issuer.rstrip('/')}{_WELL_KNOWN}",
            "client_kwargs": {"scope": "openid profile", **extra},
        }
    # Our own provider knows the dashboard by the code's challenge, and keeps no secret with it.
    known_by: dict[str, SecretsValue] = {"token_endpoint_auth_method": "none"}
    return {
        "client_id": "dashboard",
        "client_secret": "none",
        "server_metadata_url": f"{control_of_nobody().connection.base_url}/oidc{_WELL_KNOWN}",
        "client_kwargs": {"scope": "openid profile", **known_by, **extra},
    }


def _cookie_secret(folder: Path) -> str:
    """The secret that cookies are signed with, of this installation alone."""
    path = folder / _COOKIE_SECRET
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(32)
        file.write(secret)
    return secret
