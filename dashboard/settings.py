"""The settings, read from the environment once and nowhere else."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from dashboard.errors import SettingsError
from dashboard.setting import Setting, safe_address
from dashboard.sign_in_settings import SIGN_IN_SETTINGS, SignInSettings, read_sign_in

ROOT_FOLDER = Path(__file__).parent.parent
SAMPLE_FOLDER = ROOT_FOLDER / "sample_data" / "warehouse"
ENGINE = "clickhouse"
"""The engine that a folder can be loaded into."""
EDGE_KEY_NAME = "edge.key"
APPROVERS_KEY_NAME = "approvers.key"
_DUCKDB = "duckdb:///"
_SERVER_SCHEMES = ("clickhouse", "clickhouses", "chdb")
_OPTIONS = {"ca_cert", "connect_timeout", "send_receive_timeout", "verify"}
_DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


WAREHOUSE_URL = Setting(
    "WAREHOUSE_URL",
    f"{_DUCKDB}sample_data/warehouse",
    "The warehouse to read from: duckdb:///DIR, where DIR is a folder, absolute or relative to the "
    "one the program is started in, which is ingested into as well; or clickhouse://USER@HOST/DB "
    "(clickhouses:// over TLS, chdb:///DIR/DB for ClickHouse inside this process). Without it, the "
    "sample beside the program.",
)
CLICKHOUSE_URL = Setting(
    "CLICKHOUSE_URL",
    "",
    "Where 'ingest --to clickhouse' loads the warehouse's folder: clickhouse://USER@HOST/DB, by an "
    "account that may create tables.",
)
CLICKHOUSE_PASSWORD = Setting(
    "CLICKHOUSE_PASSWORD",
    "",
    "The password of the account in either ClickHouse address, kept out of the address itself.",
)
BACKEND_URL = Setting(
    "BACKEND_URL",
    "",
    "The control plane that changes are asked of: http://127.0.0.1:PORT, or https://HOST. Without "
    "it, the dashboard runs one beside itself, on this machine alone.",
)
DATABASE_URL = Setting(
    "DATABASE_URL",
    "sqlite:///control/control.db",
    "Where the control plane keeps what it decided: sqlite:///FILE, relative to the program's "
    "folder, or postgresql://USER@HOST/DB.",
)
DATABASE_PASSWORD = Setting(
    "DATABASE_PASSWORD",
    "",
    "The password of the account in DATABASE_URL, kept out of the address itself.",
)
AUDIT_FOLDER = Setting(
    "AUDIT_FOLDER",
    "control",
    "The folder where the audit's signing key and its signed checkpoints are kept, relative to the "
    "program's; best on another disk than the database.",
)
STOP_TOKEN = Setting(
    "STOP_TOKEN",
    "",
    "A token that can only stop, for 'python -m dashboard stop' on the day the screen is down; or "
    "name a file that holds one with --token-file.",
)
EDGE_KEY_FILE = Setting(
    "EDGE_KEY_FILE",
    "",
    "The file of the key by which the control plane lets points of presence in, made where there "
    "is none. Without it, edge.key in AUDIT_FOLDER.",
)
APPROVERS_URL = Setting(
    "APPROVERS_URL",
    "",
    "Where approvers are called when somebody tightened in an emergency: https://HOST/PATH of what "
    "pages them, or http:// on this machine. Without it, they are told on the screen alone.",
)
APPROVERS_KEY_FILE = Setting(
    "APPROVERS_KEY_FILE",
    "",
    "The file of the key that signs those calls, made where there is none. Without it, "
    "approvers.key in AUDIT_FOLDER.",
)
SETTINGS = (
    WAREHOUSE_URL, CLICKHOUSE_URL, CLICKHOUSE_PASSWORD, BACKEND_URL, DATABASE_URL,
    DATABASE_PASSWORD, AUDIT_FOLDER, STOP_TOKEN, EDGE_KEY_FILE, APPROVERS_URL, APPROVERS_KEY_FILE,
    *SIGN_IN_SETTINGS,
)  # fmt: skip
"""Every setting there is, in the order the documentation lists them."""


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a ClickHouse server.

    ``connect_to`` is the address the client takes, the password included and the database not;
    ``shown`` is the address that may be shown and logged.
    """

    connect_to: str = field(repr=False)
    database: str
    shown: str

    def __str__(self) -> str:
        """The address without its password."""
        return self.shown


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decided.

    The warehouse, the server that it may be loaded into, the control plane's address (nothing for
    the one beside the dashboard), its database's, the password included, its audit's folder, the
    file of the key of points of presence, where approvers are called and by which key, who signs
    people in, and the token that stops when the screen is down.
    """

    warehouse: Path | Server
    load_into: Server | None = None
    backend_url: str = ""
    database_url: str = field(default="", repr=False)
    audit_folder: Path = ROOT_FOLDER / AUDIT_FOLDER.default
    edge_key_file: Path = ROOT_FOLDER / AUDIT_FOLDER.default / EDGE_KEY_NAME
    approvers_url: str = ""
    approvers_key_file: Path = ROOT_FOLDER / AUDIT_FOLDER.default / APPROVERS_KEY_NAME
    sign_in: SignInSettings = SignInSettings()
    stop_token: str = field(default="", repr=False)

    @property
    def warehouse_folder(self) -> Path:
        """The folder to ingest into; raises SettingsError when the warehouse is a server."""
        if isinstance(self.warehouse, Server):
            raise SettingsError(
                f"{WAREHOUSE_URL.name} names the server {self.warehouse}. Sources are taken into a "
                f"folder: name it as duckdb:///DIR, and load it with 'ingest --to clickhouse'."
            )
        return self.warehouse

    @property
    def reads_sample(self) -> bool:
        """Whether the warehouse is the sample, which is built where it is missing."""
        return self.warehouse == SAMPLE_FOLDER


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings; raises SettingsError naming the variable and what it should hold."""
    url = environment.get(WAREHOUSE_URL.name, "").strip()
    load_into = environment.get(CLICKHOUSE_URL.name, "").strip()
    password = environment.get(CLICKHOUSE_PASSWORD.name, "")
    folder = ROOT_FOLDER / (environment.get(AUDIT_FOLDER.name, "").strip() or AUDIT_FOLDER.default)
    return Settings(
        warehouse=_warehouse(url, password) if url else SAMPLE_FOLDER,
        load_into=_server(CLICKHOUSE_URL, load_into, password) if load_into else None,
        backend_url=safe_address(BACKEND_URL, environment.get(BACKEND_URL.name, "").strip()),
        database_url=_database(
            environment.get(DATABASE_URL.name, "").strip() or DATABASE_URL.default,
            environment.get(DATABASE_PASSWORD.name, ""),
        ),
        audit_folder=folder,
        edge_key_file=_key_file(environment, EDGE_KEY_FILE, folder / EDGE_KEY_NAME),
        approvers_url=safe_address(
            APPROVERS_URL, environment.get(APPROVERS_URL.name, "").strip(), path_allowed=True
        ),
        approvers_key_file=_key_file(environment, APPROVERS_KEY_FILE, folder / APPROVERS_KEY_NAME),
        sign_in=read_sign_in(environment, folder, ROOT_FOLDER),
        stop_token=environment.get(STOP_TOKEN.name, "").strip(),
    )


def _key_file(environment: Mapping[str, str], setting: Setting, usual: Path) -> Path:
    said = environment.get(setting.name, "").strip()
    return ROOT_FOLDER / said if said else usual


def _database(url: str, password: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path.strip("/") and not parts.netloc:
        return f"sqlite:///{ROOT_FOLDER / parts.path.removeprefix('/')}"
    if parts.scheme in {"postgresql", "postgres"} and parts.path.strip("/"):
        who, _, where = parts.netloc.rpartition("@")
        account, _, secret = who.partition(":")
        secret = quote(password, safe="") or secret
        who = f"{account}:{secret}" if secret else account
        options = f"?{parts.query}" if parts.query else ""
        return f"postgresql://{who}{'@' if who else ''}{where}{parts.path}{options}"
    raise SettingsError(
        f"{DATABASE_URL.name} should be sqlite:///FILE or postgresql://USER@HOST/DB."
    )


def _warehouse(url: str, password: str) -> Path | Server:
    if url.partition("://")[0] in _SERVER_SCHEMES:
        return _server(WAREHOUSE_URL, url, password)
    folder = url.removeprefix(_DUCKDB)
    if folder == url or not folder:
        raise SettingsError(
            f"{WAREHOUSE_URL.name} begins with {url.partition('://')[0][:20]!r}: it should be "
            "duckdb:///DIR, with DIR the folder of the warehouse, or clickhouse://USER@HOST/DB."
        )
    return _folder(folder)


def _folder(folder: str) -> Path:
    """The folder of that name, which need not be there yet."""
    try:
        path = Path(folder).expanduser().resolve()
        nearest = next(place for place in (path, *path.parents) if place.exists())
        is_folder = nearest.is_dir()
    except (OSError, RuntimeError) as unreachable:
        raise SettingsError(
            f"{WAREHOUSE_URL.name} names {folder}, which cannot be reached ({unreachable}). Name "
            "another folder."
        ) from unreachable
    if not is_folder:
        raise SettingsError(
            f"{WAREHOUSE_URL.name} names {folder}, but {nearest} is a file. Name a folder, which "
            "is made where there is none."
        )
    return path


def _server(setting: Setting, url: str, password: str) -> Server:
    parts = urlsplit(url)
    folder, _, database = parts.path.rpartition("/")
    where = _host(setting, parts)
    _refuse_unknown_options(setting, parts.query)
    if not _DATABASE.fullmatch(database) or not (where or (parts.scheme == "chdb" and folder)):
        raise SettingsError(
            f"{setting.name} should be clickhouse://USER@HOST/DB, with DB a name of letters, "
            "digits and underscores."
        )
    account = quote(parts.username or "", safe="")
    secret = quote(password or parts.password or "", safe="")
    who = f"{account}:{secret}@" if secret else f"{account}@" if account else ""
    query = f"?{parts.query}" if parts.query else ""
    return Server(
        connect_to=f"{parts.scheme}://{who}{where}{folder}{query}",
        database=database,
        shown=f"{parts.scheme}://{f'{account}@' if account else ''}{where}{folder}/{database}",
    )


def _host(setting: Setting, parts: SplitResult) -> str:
    """Host and port; what stands there may be a piece of a password, so it is never repeated."""
    try:
        return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError as wrong:
        raise SettingsError(
            f"The host and port in {setting.name} cannot be read. A password with signs in it goes "
            f"into {CLICKHOUSE_PASSWORD.name}."
        ) from wrong.__cause__


def _refuse_unknown_options(setting: Setting, query: str) -> None:
    unknown = sorted({name for name, _ in parse_qsl(query, keep_blank_values=True)} - _OPTIONS)
    if unknown:
        raise SettingsError(
            f"{setting.name} has the option {unknown[0]!r}; there are "
            f"{', '.join(sorted(_OPTIONS))}."
        )
