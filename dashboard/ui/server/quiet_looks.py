"""What a page looks up by itself says nothing of what was chosen on it.

Parts of our pages run by themselves, some every second. With each such run the browser of Streamlit
1.67 says again what every widget holds; where a click had just chosen something else, as a bar does
that opens its lines, and the browser was not told yet, that took the choice back.
"""

from dataclasses import replace

from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests


class QuietLooks(ScriptRequests):
    """What one session is asked to run; only what a person did says what they chose."""

    def request_rerun(self, new_data: RerunData) -> bool:
        """Ask for a run; False once the session has stopped."""
        if new_data.is_auto_rerun:
            new_data = replace(new_data, widget_states=None)
        return super().request_rerun(new_data)


def look_quietly() -> None:
    """Ask every session that begins from now on in this way."""
    script_runner.ScriptRequests = QuietLooks  # type: ignore[attr-defined]  # There is no setting for it.
