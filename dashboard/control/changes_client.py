"""The client of changes: one method for each thing that is done to one."""

from urllib.parse import quote, urlencode

from pydantic import BaseModel

from dashboard.control.change_documents import (
    Change,
    ChangePage,
    Live,
    LiveSet,
    Revisions,
    Timeline,
)
from dashboard.control.changes import (
    Approving,
    Because,
    ChangeAct,
    ChangeKind,
    ChangeQuestion,
    Edit,
    Proposal,
    RollingBack,
    Said,
    Scheduling,
    Tightening,
)
from dashboard.control.connection import Act, Connection

_ALL = "/v1/changes"


class ChangesClient:
    """The changes of the control plane that this connection leads to.

    Every act takes the document it was decided on, and raises ActRefused where that has moved on.
    ``key`` names the intent, so that an act that is sent again is done once; empty for a new one.
    """

    def __init__(self, connection: Connection) -> None:
        """Ask over this connection."""
        self._connection = connection

    def create(self, proposal: Proposal, *, key: str = "") -> Change:
        """Write a new change, and give it back as a draft."""
        return self._connection.act(_act("POST", _ALL, proposal, key=key), Change)

    def page(self, asked: ChangeQuestion) -> ChangePage:
        """Changes, the newest first."""
        said = asked.model_dump(mode="json", exclude_defaults=True)
        return self._connection.read(f"{_ALL}?{urlencode(said)}", ChangePage)

    def get(self, id: str) -> Change:
        """One change, with what whoever asks may do to it."""
        return self._connection.read(_of(id), Change)

    def timeline(self, id: str) -> Timeline:
        """Everything that was done to a change."""
        return self._connection.read(f"{_of(id)}/timeline", Timeline)

    def edit(self, change: Change, edit: Edit, *, key: str = "") -> Change:
        """Write it anew; its approvals are void then."""
        act = _act("PUT", _of(change.id), edit, based_on=change.etag, key=key)
        return self._connection.act(act, Change)

    def preview(self, change: Change, *, key: str = "") -> Change:
        """Have the control plane reckon whom it touches."""
        return self._do(change, ChangeAct.PREVIEW, Said(), key)

    def submit(self, change: Change, *, key: str = "") -> Change:
        """Ask others to approve it."""
        return self._do(change, ChangeAct.SUBMIT, Said(), key)

    def approve(self, change: Change, approving: Approving, *, key: str = "") -> Change:
        """Approve exactly this content."""
        return self._do(change, ChangeAct.APPROVE, approving, key)

    def reject(self, change: Change, because: Because, *, key: str = "") -> Change:
        """Say no, and why."""
        return self._do(change, ChangeAct.REJECT, because, key)

    def schedule(self, change: Change, scheduling: Scheduling, *, key: str = "") -> Change:
        """Have it applied at an instant of the platform's clock."""
        return self._do(change, ChangeAct.SCHEDULE, scheduling, key)

    def unschedule(self, change: Change, said: Said, *, key: str = "") -> Change:
        """Take the schedule back."""
        return self._do(change, ChangeAct.UNSCHEDULE, said, key)

    def apply(self, change: Change, *, key: str = "") -> Change:
        """Put it in force, or begin its ramp."""
        return self._do(change, ChangeAct.APPLY, Said(), key)

    def tighten(self, change: Change, tightening: Tightening, *, key: str = "") -> Change:
        """Put it in force at once, as one person, where it only closes more."""
        return self._do(change, ChangeAct.TIGHTEN, tightening, key)

    def advance(self, change: Change, *, key: str = "") -> Change:
        """Go to the next step of a ramp that waits for somebody."""
        return self._do(change, ChangeAct.ADVANCE, Said(), key)

    def pause(self, change: Change, because: Because, *, key: str = "") -> Change:
        """Hold a ramp where it is."""
        return self._do(change, ChangeAct.PAUSE, because, key)

    def resume(self, change: Change, *, key: str = "") -> Change:
        """Let a ramp go on, with the same people."""
        return self._do(change, ChangeAct.RESUME, Said(), key)

    def stop(self, change: Change, because: Because, *, key: str = "") -> Change:
        """End it at once, and have in force again what was before."""
        return self._do(change, ChangeAct.STOP, because, key)

    def stop_whatever_version(self, id: str, because: Because, *, key: str = "") -> Change:
        """End it at once, whatever somebody else did to it meanwhile."""
        path = f"{_of(id)}/{ChangeAct.STOP.value}"
        return self._connection.act(_act("POST", path, because, based_on="*", key=key), Change)

    def roll_back(self, change: Change, rolling_back: RollingBack, *, key: str = "") -> Change:
        """Write a new change that would have an earlier revision in force again; that one."""
        return self._do(change, ChangeAct.ROLL_BACK, rolling_back, key)

    def rebase(self, change: Change, *, key: str = "") -> Change:
        """Carry its own edits over to what is in force by now."""
        return self._do(change, ChangeAct.REBASE, Said(), key)

    def withdraw(self, change: Change, said: Said, *, key: str = "") -> Change:
        """Take one's own change back."""
        return self._do(change, ChangeAct.WITHDRAW, said, key)

    def review(self, change: Change, because: Because, *, key: str = "") -> Change:
        """Say, as a second person, what one found about a stop."""
        return self._do(change, ChangeAct.REVIEW, because, key)

    def live(self, kind: ChangeKind) -> LiveSet:
        """What is in force of one kind."""
        return self._connection.read(f"/v1/live/{kind.value}", LiveSet)

    def live_of(self, kind: ChangeKind, subject: str) -> Live:
        """What is in force for one subject."""
        return self._connection.read(f"/v1/live/{kind.value}/{quote(subject, safe='')}", Live)

    def revisions(self, kind: ChangeKind, subject: str) -> Revisions:
        """Every revision of one subject, the newest first."""
        path = f"/v1/revisions/{kind.value}/{quote(subject, safe='')}"
        return self._connection.read(path, Revisions)

    def _do(self, change: Change, act: ChangeAct, said: BaseModel, key: str) -> Change:
        path = f"{_of(change.id)}/{act.value}"
        return self._connection.act(_act("POST", path, said, based_on=change.etag, key=key), Change)


def _of(id: str) -> str:
    return f"{_ALL}/{quote(id, safe='')}"


def _act(method: str, path: str, said: BaseModel, *, based_on: str = "", key: str = "") -> Act:
    named = {"key": key} if key else {}
    return Act(method, path, said, based_on, **named)
