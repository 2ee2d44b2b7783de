"""Task: what every step of landing one load needs to know."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.warehouse.contract import Table
from dashboard.warehouse.ingest.report import Load, Progress
from dashboard.warehouse.ingest.staging import Staging
from dashboard.warehouse.manifest import Manifest, StoredAudience, StoredTable
from dashboard.warehouse.tables import TABLES


@dataclass(frozen=True, slots=True)
class Task:
    """One load on its way into a warehouse: where it goes, what stood before, where it is staged.

    ``tag`` ends the name of every file the load makes and is given to no other load.
    """

    load: Load
    folder: Path
    before: Manifest
    room: Staging
    tag: str
    progress: Progress

    @property
    def table(self) -> Table:
        """The table the load is for."""
        return TABLES[self.load.table]

    @property
    def stored(self) -> StoredTable | None:
        """The table as it stands, None before its first rows."""
        return self.before.tables.get(self.load.table)

    @property
    def now_before(self) -> datetime | None:
        """The platform's now as it stood; None before its first rows."""
        marks = {name: table.watermark for name, table in self.before.tables.items()}
        return marks.get("user_days") or max(marks.values(), default=None)

    def audience(self, kind: str) -> StoredAudience:
        """The sets of one kind as they stand."""
        return self.before.audiences.get(kind, StoredAudience((), ()))

    def rows_path(self, span: str) -> Path:
        """The path of a new file of rows."""
        return self.folder / "tables" / self.load.table / f"{span}.{self.tag}.parquet"

    def sets_path(self, kind: str, span: str) -> Path:
        """The path of a new file of sets."""
        return self.folder / "audiences" / kind / f"{span}.{self.tag}.arrow"

    def travels_path(self, kind: str, span: str) -> Path:
        """The path of a new file of travels."""
        return self.folder / "audiences" / kind / f"{span}.{self.tag}.travels.parquet"

    def people_path(self) -> Path:
        """The path of a new file of the people's map."""
        return self.folder / "people" / f"{self.tag}.parquet"
