"""Each part of a page that has run is told to the browser as whole, whatever runs next.

Parts of our pages look by themselves whether something is new, some every second. Where such a part
begins before the end of another was sent, Streamlit 1.67 tells the browser that the other was cut
short; the browser then keeps what that run had taken away: the chart beside the table that took its
place, or the buttons of an act that is done.
"""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import app_session
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

_WHOLE = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY


class WholeRuns(ForwardMsgQueue):
    """The messages of one session that were not sent yet; only a run of its own cuts a part short.

    Like its base, it is used by one thread.
    """

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._ended: list[ForwardMsg] = []

    def enqueue(self, msg: ForwardMsg) -> None:
        """Add a message."""
        super().enqueue(msg)
        if msg.WhichOneof("type") == "script_finished" and msg.script_finished == _WHOLE:
            self._ended.append(msg)

    def clear(
        self, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
    ) -> None:
        """Drop what the run of these parts, or of the whole page without any, makes needless."""
        super().clear(retain_lifecycle_msgs, fragment_ids_this_run)
        beginning = set(fragment_ids_this_run or ())
        self._ended = [
            end for end in self._ended
            if retain_lifecycle_msgs and beginning
            and beginning.isdisjoint(end.metadata.run.fragment_ids)
        ]  # fmt: skip
        for end in self._ended:
            end.script_finished = _WHOLE


def tell_whole_runs() -> None:
    """Give every session that begins from now on such a queue."""
    app_session.ForwardMsgQueue = WholeRuns  # type: ignore[attr-defined]  # There is no setting for it.
