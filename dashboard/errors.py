"""Every exception of ours, named for what the reader of it can do next.

DashboardError
├── SettingsError             a setting in the environment is wrong: correct it
├── WarehouseError            the data cannot be read as it stands
│   ├── WarehouseMissing      no manifest in the folder: build the sample or ingest a source
│   ├── DamagedFile           a file is missing, cut short or altered: restore it or ingest again
│   ├── BrokenContract        a file's columns are not the contract's: ingest it again
│   └── WarehouseSilent       the server does not answer, or not in time: what was read before holds
│       └── ReadTooLong       it was busy with one question for too long: ask for less
├── ControlError              the control plane did not do what was asked; nothing changed
│   ├── ActRefused            it said no, and why: the sentence says what to do
│   ├── ControlSilent         it does not answer, or not in time: reading goes on without it
│   ├── DatabaseUnready       its database cannot be reached or written: see Status
│   │   └── DatabaseBusy      too many are writing: try again in a moment
│   ├── NotSignedIn           nobody asks, or the sign-in is over: sign in again
│   ├── SignInTooOld          approving and applying need a recent sign-in: sign in once more
│   ├── NotPermitted          the person's roles do not hold the right: ask who holds it
│   ├── NoSuchPerson          nobody has that id: look in the list of people
│   ├── PeopleConflict        the register of people does not allow it: the sentence says why
│   ├── ClockRunsFree         the clock follows wall time: only a demo's clock can be set
│   ├── ChangeUnknown         there is no change, or no revision, of that name: look at the list
│   ├── JobUnknown            no geofence job has that id: look at the register of orders
│   ├── ContentRefused        a field of a change is not as it should be: correct the field
│   ├── NotNow                it cannot be done as things stand: the sentence says what to wait for
│   ├── SecondPersonNeeded    whoever wrote a change, or it is about, cannot decide it: ask another
│   ├── VersionMissing        an act must say which version it was decided on: send If-Match
│   ├── ChangeMoved           somebody did something to it in between: look again, then decide
│   ├── KeyMissing            an act must carry a key of its own: send Idempotency-Key
│   ├── KeyUsed               the key was used for another act: take a new one
│   └── SecretSpent           a secret is not told again: make another one
├── BadDefinitions            flags that cannot be followed: the last ones that could stand
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


class ControlError(DashboardError):
    """The control plane did not do what was asked."""


class ActRefused(ControlError):
    """The control plane said no."""

    def __init__(self, sentence: str, *, kind: str, status: int, field: str = "") -> None:
        """Say why, as the control plane did, with its kind of problem and the field."""
        super().__init__(sentence)
        self.kind = kind
        self.status = status
        self.field = field


class ControlSilent(ControlError):
    """The control plane does not answer, or not in time."""


class DatabaseUnready(ControlError):
    """The control plane's database cannot be reached or written."""


class DatabaseBusy(DatabaseUnready):
    """Too many changes are waiting to be written."""


class NotSignedIn(ControlError):
    """Nobody asks, or the sign-in is over."""


class SignInTooOld(ControlError):
    """The act needs a more recent sign-in."""


class NotPermitted(ControlError):
    """The person's roles do not hold the right."""


class NoSuchPerson(ControlError):
    """Nobody has that id."""


class PeopleConflict(ControlError):
    """The register of people does not allow it as it stands."""


class ClockRunsFree(ControlError):
    """The clock follows wall time and cannot be set."""


class ChangeUnknown(ControlError):
    """There is no change, or no revision, of that name."""


class JobUnknown(ControlError):
    """No geofence job has that id."""


class ContentRefused(ControlError):
    """A field of a change is not as it should be."""

    def __init__(self, sentence: str, *, field: str) -> None:
        """Say what is wrong, and name the field."""
        super().__init__(sentence)
        self.field = field


class NotNow(ControlError):
    """The change does not stand where this can be done."""


class SecondPersonNeeded(ControlError):
    """Whoever wrote a change, or whom it is about, cannot decide it."""


class VersionMissing(ControlError):
    """An act did not say which version it was decided on."""


class ChangeMoved(ControlError):
    """Somebody did something to the change in between."""


class KeyMissing(ControlError):
    """An act carried no key of its own."""


class KeyUsed(ControlError):
    """The key was used for another act."""


class SecretSpent(ControlError):
    """The secret that an act gave is ended, changed or over, and is not told again."""


class BadDefinitions(DashboardError):
    """Flags that cannot be followed."""


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
