"""A setting: one variable of the environment, and the addresses that several of them hold."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from dashboard.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment: its name, its default and what it decides."""

    name: str
    default: str
    meaning: str


def safe_address(setting: Setting, url: str, *, path_allowed: bool = False) -> str:
    """The address without a slash at the end; in the clear to this machine alone.

    Raises SettingsError naming the setting.
    """
    if not url:
        return ""
    parts = urlsplit(url)
    path = "" if path_allowed else parts.path.strip("/")
    is_whole = parts.hostname and not (path or parts.query or parts.fragment or parts.username)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname or ""))
    if not (is_whole and is_safe):
        raise SettingsError(
            f"{setting.name} should be https://HOST, or http://127.0.0.1:PORT on this machine, "
            "with nothing after it."
        )
    return url.rstrip("/")


def is_here(host: str) -> bool:
    """Whether a host is this machine, as it is named from inside."""
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
