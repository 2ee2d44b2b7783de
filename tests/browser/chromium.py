"""The browser the tests drive: an installed Chromium or Chrome, else one that is installed here.

``python -m tests.browser.chromium`` makes sure that there is one.
"""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC_BINARIES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
"""What keeps Chromium from making requests of its own."""


def arguments() -> list[str]:
    """How to start it; its sandbox cannot work for the administrator."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*ARGUMENTS, *(["--no-sandbox"] if is_root else [])]


def find() -> str | None:
    """The path of an installed Chromium or Chrome, or of the one Playwright keeps."""
    installed = [path for name in _COMMANDS if (path := shutil.which(name))]
    installed += [path for path in _MAC_BINARIES if Path(path).exists()]
    for path in installed:
        if _starts(path):
            return path
    with sync_playwright() as playwright:
        kept = playwright.chromium.executable_path
    return kept if Path(kept).exists() else None


def install() -> None:
    """Install one: Debian's own package where that can be done, else a download."""
    administrator = _administrator()
    if administrator is not None and _is_debian() and shutil.which("apt-get"):
        quiet = [*administrator, "apt-get", "-qq", "-y"]
        if _runs([*quiet, "update"]) and _runs(
            [*quiet, "install", "--no-install-recommends", "chromium"]
        ):
            return
    # The libraries that a downloaded browser needs can be installed by an administrator only.
    with_libraries = [] if administrator is None else ["--with-deps"]
    _runs([sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"])


def main() -> int:
    """Find a browser, or install one; 1 when there is none in the end."""
    path = find()
    if path is None:
        print("No Chromium or Chrome is installed: installing one for the tests.")
        install()
        path = find()
    print(f"The tests drive {path}." if path else "No browser could be installed.")
    return 0 if path else 1


def _administrator() -> list[str] | None:
    """What to put before a command that changes the machine; None when that may not be."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    may_sudo = shutil.which("sudo") is not None and _runs(["sudo", "-n", "true"])
    return ["sudo", "-n"] if may_sudo else None


def _is_debian() -> bool:
    if sys.platform != "linux":
        return False
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False


def _starts(path: str) -> bool:
    # Ubuntu's 'chromium' may be a note that a snap should be installed.
    return subprocess.run([path, "--version"], check=False, capture_output=True).returncode == 0


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
