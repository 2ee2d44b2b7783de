"""The settings of signing in: whose accounts count here, and who answers for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dashboard.errors import SettingsError
from dashboard.setting import Setting, is_here, safe_address

OIDC_ISSUER = Setting(
    "OIDC_ISSUER",
    "",
    "The OpenID Connect provider whose accounts sign in: https://HOST, as it names itself. Without "
    "it, the control plane is the provider, for this machine.",
)
OIDC_CLIENT_ID = Setting("OIDC_CLIENT_ID", "", "The name that provider knows the dashboard by.")
OIDC_CLIENT_SECRET = Setting(
    "OIDC_CLIENT_SECRET", "", "The secret that the dashboard shows that provider."
)
FIRST_ADMINISTRATOR = Setting(
    "FIRST_ADMINISTRATOR",
    "",
    "The subject (sub) of the account at that provider that becomes the first administrator, as "
    "long as there is none.",
)
DASHBOARD_URL = Setting(
    "DASHBOARD_URL",
    "",
    "Where browsers find the dashboard: https://HOST. Without it, on this machine alone.",
)
DASHBOARD_KEY = Setting(
    "DASHBOARD_KEY",
    "",
    "The file of the key that the dashboard proves itself to the control plane with, made where "
    "there is none; a control plane elsewhere needs its public half alone. Without it, "
    "dashboard.key in AUDIT_FOLDER.",
)
EMBEDDED_SIGN_IN_ALLOWED = Setting(
    "EMBEDDED_SIGN_IN_ALLOWED",
    "",
    "yes lets the control plane itself sign people in who are not on this machine, which needs "
    "https in DASHBOARD_URL and BACKEND_URL.",
)
SIGN_IN_SETTINGS = (
    OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, FIRST_ADMINISTRATOR, DASHBOARD_URL,
    DASHBOARD_KEY, EMBEDDED_SIGN_IN_ALLOWED,
)  # fmt: skip
"""Every setting of signing in, in the order the documentation lists them."""

KEY_NAME = "dashboard.key"
_YES = "yes"


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """Who signs people in.

    The provider's issuer (nothing for the control plane itself), the dashboard's name and secret
    there, the subject of its first administrator, the dashboard's address and key file, and whether
    the control plane may sign in people from other machines.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    first_administrator: str = ""
    dashboard_url: str = ""
    dashboard_key: Path = Path(KEY_NAME)
    embedded_allowed: bool = False

    @property
    def is_elsewhere(self) -> bool:
        """Whether the dashboard is found from other machines than this one."""
        host = urlsplit(self.dashboard_url).hostname or ""
        return bool(host) and not is_here(host)


def read_sign_in(environment: Mapping[str, str], folder: Path, root: Path) -> SignInSettings:
    """The settings of signing in; raises SettingsError naming the variable.

    The dashboard's key lies in ``folder`` unless it is named, relative to ``root``.
    """

    def said(setting: Setting) -> str:
        return environment.get(setting.name, "").strip() or setting.default

    key = said(DASHBOARD_KEY)
    # Some providers name themselves with a slash at the end, which is part of the name.
    safe_address(OIDC_ISSUER, said(OIDC_ISSUER), path_allowed=True)
    settings = SignInSettings(
        issuer=said(OIDC_ISSUER),
        client_id=said(OIDC_CLIENT_ID),
        client_secret=said(OIDC_CLIENT_SECRET),
        first_administrator=said(FIRST_ADMINISTRATOR),
        dashboard_url=safe_address(DASHBOARD_URL, said(DASHBOARD_URL)),
        dashboard_key=root / key if key else folder / KEY_NAME,
        embedded_allowed=_is_yes(EMBEDDED_SIGN_IN_ALLOWED, said(EMBEDDED_SIGN_IN_ALLOWED)),
    )
    _refuse_half_a_provider(settings)
    return settings


def refuse_unsafe_sign_in(settings: SignInSettings, address: str) -> None:
    """Keep the control plane from signing people in over an unsafe address; raises SettingsError.

    ``address`` is where browsers find the control plane. On this machine alone everything is safe.
    """
    is_alone = is_here(urlsplit(address).hostname or "") and not settings.is_elsewhere
    if settings.issuer or is_alone:
        return
    if not settings.embedded_allowed:
        raise SettingsError(
            "The control plane signs people in on this machine alone. Name a provider in "
            f"{OIDC_ISSUER.name}, or set {EMBEDDED_SIGN_IN_ALLOWED.name}=yes."
        )
    if not (settings.dashboard_url.startswith("https://") and address.startswith("https://")):
        raise SettingsError(
            "Signing in from other machines needs https: name such an address in "
            f"{DASHBOARD_URL.name} and in BACKEND_URL."
        )


def _refuse_half_a_provider(settings: SignInSettings) -> None:
    if settings.issuer and settings.embedded_allowed:
        raise SettingsError(
            f"{OIDC_ISSUER.name} and {EMBEDDED_SIGN_IN_ALLOWED.name} ask for two ways to sign in. "
            "Set one of them."
        )
    if settings.issuer and not settings.client_id:
        raise SettingsError(f"{OIDC_ISSUER.name} needs {OIDC_CLIENT_ID.name} beside it.")
    if not settings.issuer and (settings.client_id or settings.first_administrator):
        raise SettingsError(
            f"{OIDC_CLIENT_ID.name} and {FIRST_ADMINISTRATOR.name} need {OIDC_ISSUER.name}."
        )


def _is_yes(setting: Setting, said: str) -> bool:
    if said not in {"", _YES}:
        raise SettingsError(f"{setting.name} should be yes, or not be set.")
    return said == _YES
