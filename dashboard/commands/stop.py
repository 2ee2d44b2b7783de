"""The command ``stop``: one change is ended at once, when the screen is down."""

import argparse
import sys
from contextlib import closing
from pathlib import Path

from dashboard.control.change_documents import Change
from dashboard.control.changes import Because, State
from dashboard.control.client import ControlClient
from dashboard.control.companion import told_url
from dashboard.errors import ActRefused, SettingsError
from dashboard.settings import STOP_TOKEN, read_settings

_BESIDE = "http://127.0.0.1:8601"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard stop``."""
    parser.add_argument("change", metavar="CHANGE", help="the id of the change")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why, in a sentence")
    parser.add_argument(
        "--token-file", type=Path, metavar="FILE",
        help=f"the file of a stop token; else the setting {STOP_TOKEN.name}",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> None:
    """Stop it, or find it stopped, and print what is in force then.

    Raises ActRefused, ControlSilent or SettingsError.
    """
    settings = read_settings()
    token = _token(arguments.token_file, settings.stop_token)
    url = settings.backend_url or told_url(settings.audit_folder) or _BESIDE
    with closing(ControlClient.at(url)) as nobody:
        sys.stdout.write(stopped(nobody.of(lambda: token), arguments.change, arguments.reason))


def stopped(client: ControlClient, id: str, reason: str) -> str:
    """What is in force after the stop, in lines; the same when it was stopped before."""
    change = client.changes.get(id)
    was_before = change.state is State.ROLLED_BACK
    if not was_before:
        change = client.changes.stop_whatever_version(id, Because(reason=reason))
    said = "was stopped before" if was_before else "is stopped"
    return f"{change.id} ({change.title}) {said}.\n{_in_force(client, change)}\n"


def _in_force(client: ControlClient, change: Change) -> str:
    subject = f"{change.kind.value} {change.subject}"
    try:
        live = client.changes.live_of(change.kind, change.subject)
    except ActRefused as refused:
        if refused.kind != "change-unknown":
            raise
        return f"{subject}: nothing was ever in force."
    if live.content is None:
        since = f", since revision {live.revision}" if live.revision else ""
        return f"{subject}: nothing is in force{since}."
    return f"{subject}: revision {live.revision} is in force, sha256 {live.content_hash}."


def _token(file: Path | None, setting: str) -> str:
    try:
        token = setting if file is None else file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as unread:
        raise SettingsError(f"{file} cannot be read as the file of a stop token.") from unread
    if not token:
        raise SettingsError(f"Name a stop token in {STOP_TOKEN.name} or by --token-file.")
    return token
