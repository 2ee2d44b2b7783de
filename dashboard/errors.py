"""Every exception of ours, named for what the reader of it can do next.

DashboardError
├── SettingsError             a setting in the environment is wrong: correct it
├── WarehouseError            the data cannot be read as it stands
│   ├── WarehouseMissing      no manifest in the folder: build the sample or ingest a source
│   ├── DamagedFile           a file is missing, cut short or altered: restore it or ingest again
│   ├── BrokenContract        a file's columns are not the contract's: ingest it again
│   └── WarehouseSilent       the server does not answer, or not in time: what was read before holds
│       └── ReadTooLong       it was busy with one question for too long: ask for less
├── QueryError                a query's text and its header disagree: correct the file
├── ReadRefused               the question cannot be answered for this reader
│   ├── OutsideReach          the reader may not see what was asked for
│   └── UnknownRead           there is no read of that name
└── IngestError               nothing was published; the old data stands
    ├── FatalSource           file, column and row that cannot be taken: mend the source
    ├── HostileFile           the source was refused before its rows were read
    ├── SampleIsReadOnly      the sample takes no data: name another folder in WAREHOUSE_URL
    └── WarehouseBusy         another writer holds the lock: wait for it
"""


class DashboardError(Exception):
    """Anything this product reports to its user in one sentence."""


class SettingsError(DashboardError):
    """A setting in the environment is wrong."""


class WarehouseError(DashboardError):
    """The data cannot be read as it stands."""


class WarehouseMissing(WarehouseError):
    """The folder holds no manifest."""


class DamagedFile(WarehouseError):
    """A file named by the manifest is missing, cut short or altered."""

    def __init__(self, file: str, why: str) -> None:
        """Name the file, relative to the warehouse, and what is wrong with it."""
        super().__init__(f"{file}: {why}. Restore the file, or ingest its source again.")
        self.file = file


class BrokenContract(WarehouseError):
    """A file's columns are not those of its table."""

    def __init__(self, file: str, column: str, why: str) -> None:
        """Name the file, relative to the warehouse, the column, and what is wrong with it."""
        super().__init__(f"{file}: column {column!r} {why}. Ingest its source again.")
        self.file = file
        self.column = column


class WarehouseSilent(WarehouseError):
    """The server that holds the data does not answer, or not in time."""


class ReadTooLong(WarehouseSilent):
    """The server was busy with one question for longer than a reader waits."""


class QueryError(DashboardError):
    """A query's text and its header disagree."""


class ReadRefused(DashboardError):
    """The question cannot be answered for this reader."""


class OutsideReach(ReadRefused):
    """The reader may not see what was asked for."""


class UnknownRead(ReadRefused):
    """There is no read of that name."""


class IngestError(DashboardError):
    """Nothing was published; the old data stands."""


class FatalSource(IngestError):
    """A source that cannot be taken: its message names the file, the column and the row."""


class HostileFile(IngestError):
    """A source refused before its rows were read."""


class SampleIsReadOnly(IngestError):
    """The sample takes no data."""


class WarehouseBusy(IngestError):
    """Another writer holds the lock."""
