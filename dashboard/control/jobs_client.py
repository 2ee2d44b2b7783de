"""The client of jobs: handing one on, proving that it is done, and giving it up."""

from urllib.parse import quote
from uuid import uuid4

from pydantic import BaseModel

from dashboard.control.changes import Because
from dashboard.control.connection import Act, Connection
from dashboard.control.geofence import Assigning, Evidencing, JobRow


class JobsClient:
    """The jobs of geofence orders. Each act takes the job it was decided on, as it was then.

    ``key`` names the intent, so that an act that is sent again is done once; empty for a new one.
    """

    def __init__(self, connection: Connection) -> None:
        """Ask over this connection."""
        self._connection = connection

    def assign(self, job: JobRow, said: Assigning, *, key: str = "") -> JobRow:
        """Hand it on; raises ActRefused."""
        return self._done(job, "assign", said, key)

    def prove(self, job: JobRow, said: Evidencing, *, key: str = "") -> JobRow:
        """Give evidence of it; raises ActRefused."""
        return self._done(job, "evidence", said, key)

    def drop(self, job: JobRow, said: Because, *, key: str = "") -> JobRow:
        """Give it up; raises ActRefused."""
        return self._done(job, "drop", said, key)

    def _done(self, job: JobRow, act: str, said: BaseModel, key: str) -> JobRow:
        path = f"/v1/geofence/jobs/{quote(job.id, safe='')}/{act}"
        sent = Act("POST", path, said, based_on=job.etag, key=key or str(uuid4()))
        return self._connection.act(sent, JobRow)
