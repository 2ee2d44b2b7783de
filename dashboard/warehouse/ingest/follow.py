"""Following: new files of a folder are taken in as they come, one ingest each."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

from dashboard.errors import IngestError, SampleIsReadOnly, WarehouseBusy
from dashboard.warehouse.contract import Table
from dashboard.warehouse.ingest.intake import ingest
from dashboard.warehouse.ingest.report import IngestOptions, IngestReport
from dashboard.warehouse.ingest.sources import SUFFIXES
from dashboard.warehouse.ingest.staging import staging_key

GLANCE_SECONDS = 0.5
"""How often the folder is looked at; a file unchanged from one glance to the next is complete."""

_FOLLOWED = "followed"
_UNFINISHED = (".tmp", ".part")

Tell = Callable[[Path, IngestReport | IngestError], None]


class Following:
    """A folder whose files go into one table. What was taken in is remembered across restarts."""

    def __init__(self, table: Table, watched: Path, folder: Path, options: IngestOptions) -> None:
        """Follow ``watched`` into the warehouse ``folder``."""
        self._table = table
        self._watched = watched.absolute()
        self._folder = folder
        # Of a day whose rows come file by file, nobody knows which file is the last.
        self._options = replace(options, is_growing=True)
        self._before: dict[str, str] = {}
        self._set_aside: dict[str, str] = {}
        self._taken = self._recalled()

    def until(self, stopped: Event, tell: Tell) -> None:
        """Take in files until stopped; ``tell`` hears of each. Fatal files are set aside.

        Raises SampleIsReadOnly when the warehouse is the sample.
        """
        while not stopped.is_set():
            for path in self._complete():
                if stopped.is_set():
                    return
                self._take(path, tell)
            stopped.wait(GLANCE_SECONDS)

    def _complete(self) -> list[Path]:
        now = dict(self._seen())
        still = {name for name, state in now.items() if self._before.get(name) == state}
        self._before = now
        done = (self._taken, self._set_aside)
        new = (name for name in still if all(of.get(name) != now[name] for of in done))
        return [self._watched / name for name in sorted(new)]

    def _seen(self) -> Iterator[tuple[str, str]]:
        for path in self._watched.iterdir():
            wanted = path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
            if wanted and not path.name.endswith(_UNFINISHED) and path.is_file():
                about = path.lstat()
                yield path.name, f"{about.st_size} {about.st_mtime_ns}"

    def _take(self, path: Path, tell: Tell) -> None:
        state = self._before[path.name]
        try:
            report = ingest(self._table, [path], self._folder, options=self._options)
        except WarehouseBusy:
            return
        except SampleIsReadOnly:
            raise
        except IngestError as fatal:
            self._set_aside[path.name] = state
            tell(path, fatal)
            return
        self._taken[path.name] = state
        self._remember()
        tell(path, report)

    def _memory(self) -> Path:
        key = staging_key([self._table.name, str(self._watched)])
        return self._folder / _FOLLOWED / f"{key}.json"

    def _recalled(self) -> dict[str, str]:
        try:
            taken: dict[str, str] = json.loads(self._memory().read_text())
        except FileNotFoundError:
            return {}
        return taken

    def _remember(self) -> None:
        memory = self._memory()
        memory.parent.mkdir(parents=True, exist_ok=True)
        beside = memory.with_suffix(".new")
        beside.write_text(json.dumps(self._taken, indent=1))
        beside.replace(memory)
