"""What a page looks up by itself takes back nothing that a click chose."""

from collections.abc import Callable

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequests,
    ScriptRequestType,
)

from dashboard.ui.server.quiet_looks import QuietLooks


def _held(requests: ScriptRequests) -> WidgetStates | None:
    asked = requests.on_scriptrunner_ready()
    assert asked.type is ScriptRequestType.RERUN
    return asked.rerun_data.widget_states


def _holding(value: str) -> WidgetStates:
    states = WidgetStates()
    states.widgets.add(id="view", string_value=value)
    return states


@pytest.mark.parametrize(("asked", "held"), [(QuietLooks, None), (ScriptRequests, _holding("old"))])
def test_a_look_during_the_run_after_a_click_says_nothing_of_the_view(
    asked: Callable[[], ScriptRequests], held: WidgetStates | None
) -> None:
    """When Streamlit's own requests say nothing either, ours can go."""
    requests = asked()
    requests.request_rerun(RerunData())
    requests.request_rerun(
        RerunData(fragment_id="clock", widget_states=_holding("old"), is_auto_rerun=True)
    )
    assert _held(requests) == held


def test_a_look_keeps_what_a_person_chose_just_before() -> None:
    requests = QuietLooks()
    requests.request_rerun(RerunData(widget_states=_holding("new")))
    requests.request_rerun(
        RerunData(fragment_id="clock", widget_states=_holding("old"), is_auto_rerun=True)
    )
    assert _held(requests) == _holding("new")
