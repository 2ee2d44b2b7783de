"""The settings, read from the environment once and nowhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import SettingsError

ROOT_FOLDER = Path(__file__).parent.parent
SAMPLE_FOLDER = ROOT_FOLDER / "sample_data" / "warehouse"
_DUCKDB = "duckdb:///"


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment: its name, its default and what it decides."""

    name: str
    default: str
    meaning: str


WAREHOUSE_URL = Setting(
    "WAREHOUSE_URL",
    f"{_DUCKDB}sample_data/warehouse",
    "The warehouse to ingest into and read from: duckdb:///DIR, where DIR is a folder, absolute "
    "or relative to the one the program is started in. Without it, the sample beside the program.",
)
SETTINGS = (WAREHOUSE_URL,)
"""Every setting there is, in the order the documentation lists them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decided."""

    warehouse_folder: Path

    @property
    def reads_sample(self) -> bool:
        """Whether the warehouse is the sample, which is built where it is missing."""
        return self.warehouse_folder == SAMPLE_FOLDER


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings; raises SettingsError naming the variable and what it should hold."""
    url = environment.get(WAREHOUSE_URL.name, "").strip()
    return Settings(warehouse_folder=_duckdb_folder(url) if url else SAMPLE_FOLDER)


def _duckdb_folder(url: str) -> Path:
    folder = url.removeprefix(_DUCKDB)
    if folder == url or not folder:
        raise SettingsError(
            f"{WAREHOUSE_URL.name} is {url!r}: it should be duckdb:///DIR, with DIR the folder of "
            "the warehouse."
        )
    return Path(folder).expanduser().resolve()
