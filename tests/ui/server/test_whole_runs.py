"""A part of a page that has run is told as whole, though another begins before that was sent."""

from collections.abc import Callable

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from dashboard.ui.server.whole_runs import WholeRuns

CLICKED, TICKING, OTHER = "the part that was clicked", "the part that looks by itself", "a third"
WHOLE = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
WHOLE_PAGE = ForwardMsg.FINISHED_SUCCESSFULLY
CUT_SHORT = ForwardMsg.FINISHED_EARLY_FOR_RERUN


def _told(queue: ForwardMsgQueue) -> list[int]:
    return [m.script_finished for m in queue.flush() if m.WhichOneof("type") == "script_finished"]


def _end(queue: ForwardMsgQueue, *parts: str, status: ForwardMsg.ScriptFinishedStatus) -> None:
    end = ForwardMsg(script_finished=status)
    end.metadata.run.script_run_id = " and ".join(parts) or "the page"
    end.metadata.run.fragment_ids.extend(parts)
    queue.enqueue(end)


def _begin(queue: ForwardMsgQueue, *parts: str) -> None:
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=list(parts) or None)


@pytest.mark.parametrize(("queue", "told"), [(WholeRuns, WHOLE), (ForwardMsgQueue, CUT_SHORT)])
def test_a_part_stays_whole_when_another_begins(
    queue: Callable[[], ForwardMsgQueue], told: int
) -> None:
    """When Streamlit's own queue tells it as whole too, ours can go."""
    ours = queue()
    _end(ours, CLICKED, status=WHOLE)
    _begin(ours, TICKING)
    _begin(ours, TICKING, OTHER)
    assert _told(ours) == [told]


@pytest.mark.parametrize("beginning", [[CLICKED], [TICKING, CLICKED], []])
def test_a_part_that_runs_again_was_cut_short(beginning: list[str]) -> None:
    """Its elements were dropped unsent: told as whole, the browser would forget its widgets."""
    queue = WholeRuns()
    _end(queue, CLICKED, status=WHOLE)
    _begin(queue, *beginning)
    _begin(queue, TICKING)
    assert _told(queue) == [CUT_SHORT]


def test_a_page_that_was_cut_short_stays_so() -> None:
    queue = WholeRuns()
    _end(queue, status=CUT_SHORT)
    _end(queue, status=WHOLE_PAGE)
    _begin(queue, TICKING)
    assert _told(queue) == [CUT_SHORT, WHOLE_PAGE]


def test_what_was_sent_is_not_looked_after_any_more() -> None:
    queue = WholeRuns()
    _end(queue, CLICKED, status=WHOLE)
    [sent] = queue.flush()
    sent.script_finished = CUT_SHORT
    _begin(queue, TICKING)
    assert sent.script_finished == CUT_SHORT
